// Stored HyperLogLogs: what the commands share about a value at a key.

import type { Databases } from "../../keyspace/databases.ts";
import { EntryView } from "../../keyspace/entry-view.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_RAW, TYPE_STRING } from "../../store/entry.ts";
import { EMPTY_VALUE_BYTES, HyperLogLog } from "./hyperloglog.ts";

const nothing = { resize() {} };

/** The value of the running command. */
export const stored = new HyperLogLog(new EntryView(new Uint8Array(0)), nothing);

/** Shows the value of a found key in `stored`; returns the error when it holds something else. */
export function openStored(keyspace: Keyspace, entry: EntryView): string | undefined {
  if (entry.type !== TYPE_STRING) return errors.wrongType;
  return stored.open(entry, keyspace).isValid ? undefined : errors.notHyperLogLog;
}

/** Makes argument i's key, which must not exist, an empty HyperLogLog and shows it in `stored`. */
export function createStored(keyspace: Keyspace, args: Args, i: number): EntryView {
  const entry = keyspace.createZeros(args, i, EMPTY_VALUE_BYTES);
  stored.open(entry, keyspace).initialize();
  return entry;
}

/** As in Redis a value is raw to OBJECT ENCODING once a command has looked at it, in order to change it. */
export function makeRaw(keyspace: Keyspace, entry: EntryView): void {
  if (entry.encoding !== ENCODING_RAW) keyspace.makeRaw(entry);
}

/** Counts `changes` of a key rather than what its resizing has counted since `dirtyBefore`. */
export function countChanges(entry: EntryView, dirtyBefore: number, changes: number): void {
  const owner = entry.owner as Databases;
  owner.touched(entry.db, entry.hash);
  owner.dirty = dirtyBefore + changes;
}
