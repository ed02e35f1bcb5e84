// DEBUG's subcommands about keys: OBJECT, POPULATE and HTSTATS.

import { type Databases, NO_EXPIRY } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { ListView } from "../../keyspace/list-view.ts";
import { stringEncoding } from "../../keyspace/string-encoding.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import { ByteSink } from "../../persistence/byte-sink.ts";
import { measureListParts, writeEntryPayload } from "../../persistence/dump-payload.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_LIST } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { encodingName } from "../generic/object.ts";

/** Bytes of a DUMP payload that are not the value: type 1, version 2, checksum 8. */
const PAYLOAD_FRAME_BYTES = 11;

/** DEBUG OBJECT <key>: one line about how a value is kept. As in Redis it shows a key whose time is over, too. */
export function replyObject({ args, keyspace, reply, server }: CommandContext): void {
  const entry = peekBeforeTime(keyspace, args, 2);
  if (entry?.owner === undefined) {
    reply.error(errors.noSuchKey);
    return;
  }
  const { access } = entry.owner;
  const word = entry.owner.accessWordOf(entry.ref);
  const address = (entry.ref >>> 0).toString(16).padStart(8, "0");
  const length = serializedBytes(entry, server.config.rdbcompression);
  reply.simple(
    `Value at:0x${address} refcount:1 encoding:${encodingName(entry)} serializedlength:${length} ` +
      `lru:${word} lru_seconds_idle:${access.idleSeconds(word)}${entry.type === TYPE_LIST ? partsText(entry) : ""}`,
  );
}

// As `peek`, at a time when nothing has expired: what is there stays there.
function peekBeforeTime(keyspace: Keyspace, args: Args, i: number): EntryView | undefined {
  const { nowMs } = keyspace;
  for (const each of keyspace.databases) each.nowMs = 0;
  const entry = keyspace.peek(args, i);
  for (const each of keyspace.databases) each.nowMs = nowMs;
  return entry;
}

// Of a list, the parts that Redis would keep it in. None is compressed.
function partsText(entry: EntryView): string {
  const { count, sizeBytes } = measureListParts(entry);
  const { limits } = entry.owner as Databases;
  const average = (new ListView().show(entry).length / count).toFixed(2);
  return (
    ` ql_nodes:${count} ql_avg_node:${average} ql_listpack_max:${limits.listMaxListpackSize} ` +
    `ql_compressed:0 ql_uncompressed_size:${sizeBytes}`
  );
}

/** DEBUG POPULATE <count> [<prefix>] [<size>]: makes string keys, leaving those there are. */
export function replyPopulate({ args, keyspace, reply, client }: CommandContext): void {
  const count = args.safeInteger(2);
  const size = args.count === 5 ? args.safeInteger(4) : 0;
  if (!(count >= 0) || !(size >= 0)) {
    reply.error(errors.mustBePositive);
    return;
  }
  const prefix = args.count > 3 ? args.text(3) : "key";
  for (let i = 0; i < count; i++) {
    const key = latin1Bytes(`${prefix}:${i}`);
    if (keyspace.peekKey(key, 0, key.length) !== undefined) continue;
    const value = populatedValue(i, size);
    const encoding = stringEncoding(value, 0, value.length);
    keyspace.setEncoded(key, 0, key.length, value, 0, value.length, encoding, NO_EXPIRY, client.db);
  }
  reply.ok();
}

/** DEBUG HTSTATS <db>: how full a database's dicts are. */
export function replyTableStats({ args, reply, server }: CommandContext): void {
  const db = args.safeInteger(2);
  if (Number.isNaN(db)) {
    reply.error(errors.notAnInteger);
    return;
  }
  if (db < 0 || db >= server.config.databases) {
    reply.error(errors.debugDbOutOfRange);
    return;
  }
  reply.verbatim("txt", tableStats(server.everything, db));
}

function tableStats(everything: Keyspace, db: number): string {
  const lines = ["[Dictionary HT]"];
  for (const [shard, { dicts }] of everything.databases.entries()) {
    const dict = dicts[db];
    if (dict === undefined) continue;
    const load = dict.slotCount === 0 ? 0 : (dict.size / dict.slotCount) * 100;
    lines.push(
      `Hash table ${shard} stats (shard ${shard}):`,
      ` table size: ${dict.slotCount}`,
      ` number of elements: ${dict.size}`,
      ` directory bytes: ${dict.directoryBytes}`,
      ` load: ${load.toFixed(2)}%`,
    );
  }
  lines.push("[Expires HT]", ` number of elements: ${everything.expiresCount(db)}`);
  return `${lines.join("\n")}\n`;
}

// Bytes of the value in an RDB file: the payload of DUMP without its type and footer.
function serializedBytes(entry: EntryView, isCompressed: boolean): number {
  const sink = new ByteSink();
  writeEntryPayload(sink, entry, isCompressed);
  return sink.sizeBytes - PAYLOAD_FRAME_BYTES;
}

// "value:<i>", cut or filled up with zero bytes to `size` unless that is 0.
function populatedValue(i: number, size: number): Uint8Array {
  const text = latin1Bytes(`value:${i}`);
  if (size === 0) return text;
  const value = new Uint8Array(size);
  value.set(text.subarray(0, Math.min(size, text.length)));
  return value;
}
