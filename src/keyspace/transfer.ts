// Transfer: carries an entry's value to another key, in any database of any shard.
//
// Role: what RENAME, MOVE and COPY have in common. Strings and packed collections stand in the entry and are copied
// with it. What a large collection owns beside its entry is handed over when it stays in its shard and moves, so that
// a move costs the same for any size; else it is copied.
// Both shards must be of the running thread: nothing happens between the two halves.

import { copyBytes } from "../lib/bytes.ts";
import { TYPE_STRING } from "../store/entry.ts";
import { COUNT_BYTES, Collections } from "./collections.ts";
import type { Databases } from "./databases.ts";
import type { EntryView } from "./entry-view.ts";

/**
 * Puts the value and expiry of `source` at key[keyStart, keyEnd). `target` comes from a lookup of that key
 * just before, by which `isTaken` says whether it is there: then it is removed first, whatever it holds.
 * With `isMove` the source goes away and its access word with it; a copy counts as made now.
 * Counts one change. Afterwards `target` shows the new entry, and `source` nothing after a move.
 */
export function transfer(
  source: EntryView,
  target: EntryView,
  options: { readonly isTaken: boolean; readonly isMove: boolean },
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const from = source.owner as Databases;
  const to = target.owner as Databases;
  // Removals count as changes of their own, which to a client they are not.
  if (options.isTaken) {
    to.remove(target);
    to.dirty--;
  }
  const isHandedOver = options.isMove && from === to;
  if (source.type === TYPE_STRING) putString(source, target, key, keyStart, keyEnd);
  else putCollection(source, target, key, keyStart, keyEnd, isHandedOver);
  if (options.isMove) {
    to.setAccessWord(target.ref, from.accessWordOf(source.ref));
    if (isHandedOver) from.removeShell(source);
    else from.remove(source);
    from.dirty--;
  }
}

function putString(
  source: EntryView,
  target: EntryView,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
): void {
  const to = target.owner as Databases;
  const { bytes, valueStart, valueEnd, encoding, expireAtMs } = source;
  to.putString(target, false, key, keyStart, keyEnd, bytes, valueStart, valueEnd, encoding, expireAtMs);
}

function putCollection(
  source: EntryView,
  target: EntryView,
  key: Uint8Array,
  keyStart: number,
  keyEnd: number,
  isHandedOver: boolean,
): void {
  const from = source.owner as Databases;
  const to = target.owner as Databases;
  const { bytes, valueStart, valueEnd, type, encoding, expireAtMs } = source;
  const root = Collections.rootIn(source.data, valueStart);
  if (isHandedOver) from.fieldExpiries.drop(source.db, source.ref);
  const copied = root === 0 || isHandedOver ? root : from.collections.copy(root, to.collections);
  to.touched(target.db, target.hash);
  to.putCollection(target, key, keyStart, keyEnd, type, encoding, valueEnd - valueStart, expireAtMs);
  copyBytes(target.bytes, target.valueStart, bytes, valueStart, valueEnd);
  if (root === 0) return;
  target.data.setInt32(target.valueStart + COUNT_BYTES, copied, true);
  to.fieldExpiries.adopt(target.db, target.ref);
}
