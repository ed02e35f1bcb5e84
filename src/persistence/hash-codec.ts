// Hashes in RDB: written as a listpack (16) or as fields and values (4); read also as zipmap (9) and ziplist (13).
//
// A hash with fields that expire has the types of Redis 7.4:
//
//   25   | next expiry: 8 bytes LE | listpack of field, value, expiry or 0 | expiring fields first, by time
//   24   | next expiry: 8 bytes LE | count | then for each: 0 or 1 + expiry - next, field, value |
//
// Times are in ms of Unix time. Fields whose time has come are neither written nor stored.

import { HashView } from "../keyspace/hash-view.ts";
import { fieldExpiryMsMax } from "../keyspace/limits.ts";
import { parseSafeInteger } from "../lib/int64.ts";
import { ENCODING_COMPACT, ENCODING_LARGE, TYPE_HASH } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import {
  appendElement,
  appendInteger,
  appendText,
  beginListpack,
  endListpack,
  readListpack,
} from "./listpack.ts";
import { type RdbCursor, readLength, readString, writeLength, writeString } from "./rdb-string.ts";
import {
  areUnique,
  type CollectionValue,
  type Pieces,
  readPacked,
  readStrings,
  type ValueCodec,
  type WriteOptions,
  writeHead,
  writeInPieces,
} from "./value-codec.ts";
import { readZiplist, readZipmap } from "./ziplist.ts";

const plain = 4;
const zipmap = 9;
const ziplist = 13;
const listpack = 16;
const timedPlain = 24;
const timedListpack = 25;

/** True for the RDB types of hashes with fields that expire. */
export function isTimedHash(rdbType: number): boolean {
  return rdbType === timedPlain || rdbType === timedListpack;
}

export const hashCodec: ValueCodec = {
  type: TYPE_HASH,
  rdbTypes: [plain, zipmap, ziplist, listpack, timedPlain, timedListpack],

  write(sink, entry, options) {
    const hash = new HashView().show(entry);
    const nextMs = nextExpiryMs(hash);
    if (nextMs === 0 && entry.encoding === ENCODING_LARGE) return writePlain(sink, hash, options);
    // With times it is written in one piece: between two, some of them might come.
    if (nextMs > 0) writeTimed(sink, hash, nextMs, options);
    else writeListpack(sink, hash, options);
    return undefined;
  },

  read(rdbType, cursor, sizeBytesMax) {
    if (isTimedHash(rdbType)) return readTimed(rdbType, cursor, sizeBytesMax);
    const elements =
      rdbType === plain
        ? readStrings(cursor, 2, sizeBytesMax)
        : readPacked(
            cursor,
            sizeBytesMax,
            rdbType === listpack ? readListpack : rdbType === ziplist ? readZiplist : readZipmap,
          );
    if (elements === undefined || elements.length % 2 !== 0 || !areUnique(elements, 2)) return undefined;
    // Of a zipmap Redis looks at each element, as it makes another form of it.
    const isPacked = rdbType === ziplist || rdbType === listpack;
    return { kind: "collection", codec: hashCodec, elements, scores: [], isPacked };
  },

  store(keyspace, args, i, { elements, scores, isPacked }) {
    const hash = keyspace.hashForUpdate(args, i) as HashView;
    const { nowMs } = keyspace;
    hash.isOfAnyLength = isPacked;
    for (let at = 0; at < elements.length; at += 2) {
      const atMs = scores[at >>> 1] ?? 0;
      if (atMs !== 0 && atMs <= nowMs) continue;
      const field = elements[at] as Uint8Array;
      const value = elements[at + 1] as Uint8Array;
      hash.setBytes(field, 0, field.length, value, 0, value.length);
      if (atMs !== 0) hash.setExpiryBytes(field, 0, field.length, atMs, 0);
    }
    hash.isOfAnyLength = false;
    return hash.entry;
  },
};

// The earliest expiry of a field, or 0.
function nextExpiryMs(hash: HashView): number {
  if (hash.entry.encoding === ENCODING_COMPACT || hash.isPacked) return 0;
  let nextMs = 0;
  hash.rewind();
  while (hash.next()) {
    const { fieldExpireAtMs } = hash;
    if (fieldExpireAtMs !== 0 && (nextMs === 0 || fieldExpireAtMs < nextMs)) nextMs = fieldExpireAtMs;
  }
  return nextMs;
}

function writePlain(sink: ByteSink, hash: HashView, options: WriteOptions): Pieces | undefined {
  writeHead(sink, plain, hash.entry, options);
  writeLength(sink, hash.length);
  hash.rewind();
  return writeInPieces(() => {
    if (!hash.next()) return false;
    writeField(sink, hash, options.isCompressed);
    return true;
  });
}

function writeListpack(sink: ByteSink, hash: HashView, options: WriteOptions): void {
  const { field, value } = hash;
  writeHead(sink, listpack, hash.entry, options);
  const packed = new ByteSink();
  const start = beginListpack(packed);
  hash.rewind();
  while (hash.next()) {
    appendElement(packed, field);
    appendElement(packed, value);
  }
  endListpack(packed, start, hash.length * 2);
  writeString(sink, packed.bytes, 0, packed.sizeBytes, options.isCompressed);
}

function writeTimed(sink: ByteSink, hash: HashView, nextMs: number, options: WriteOptions): void {
  const { isCompressed } = options;
  const isPacked = hash.entry.encoding !== ENCODING_LARGE;
  writeHead(sink, isPacked ? timedListpack : timedPlain, hash.entry, options);
  sink.uint64(nextMs);
  if (isPacked) {
    writeTimedListpack(sink, hash, isCompressed);
    return;
  }
  writeLength(sink, hash.length);
  hash.rewind();
  while (hash.next()) {
    const { fieldExpireAtMs } = hash;
    writeLength(sink, fieldExpireAtMs === 0 ? 0 : fieldExpireAtMs - nextMs + 1);
    writeField(sink, hash, isCompressed);
  }
}

function writeTimedListpack(sink: ByteSink, hash: HashView, isCompressed: boolean): void {
  const { field, value } = hash;
  const fields: { field: Uint8Array; value: Uint8Array; atMs: number }[] = [];
  hash.rewind();
  while (hash.next()) fields.push({ field: field.copy(), value: value.copy(), atMs: hash.fieldExpireAtMs });
  fields.sort((a, b) => (a.atMs || 2 ** 46) - (b.atMs || 2 ** 46));
  const packed = new ByteSink();
  const start = beginListpack(packed);
  for (const each of fields) {
    appendText(packed, each.field, 0, each.field.length);
    appendText(packed, each.value, 0, each.value.length);
    appendInteger(packed, each.atMs);
  }
  endListpack(packed, start, fields.length * 3);
  writeString(sink, packed.bytes, 0, packed.sizeBytes, isCompressed);
}

function writeField(sink: ByteSink, { field, value }: HashView, isCompressed: boolean): void {
  field.text();
  writeString(sink, field.bytes, field.start, field.end, isCompressed);
  value.text();
  writeString(sink, value.bytes, value.start, value.end, isCompressed);
}

function readTimed(rdbType: number, cursor: RdbCursor, sizeBytesMax: number): CollectionValue | undefined {
  const nextMs = readUint64(cursor);
  if (!(nextMs <= fieldExpiryMsMax)) return undefined;
  const elements: Uint8Array[] = [];
  const scores: number[] = [];
  const isRead =
    rdbType === timedListpack
      ? readTriples(cursor, sizeBytesMax, elements, scores)
      : readTimedFields(cursor, nextMs, sizeBytesMax, elements, scores);
  if (!isRead || !scores.every(isExpiry) || !areUnique(elements, 2)) return undefined;
  return { kind: "collection", codec: hashCodec, elements, scores, isPacked: rdbType === timedListpack };
}

function readTimedFields(
  cursor: RdbCursor,
  nextMs: number,
  sizeBytesMax: number,
  elements: Uint8Array[],
  scores: number[],
): boolean {
  const count = readLength(cursor);
  // Every field takes three bytes or more.
  if (count <= 0 || count * 3 > cursor.end - cursor.at) return false;
  for (let i = 0; i < count; i++) {
    const after = readLength(cursor);
    if (after < 0) return false;
    const field = readString(cursor, sizeBytesMax);
    const value = field === undefined ? undefined : readString(cursor, sizeBytesMax);
    if (field === undefined || value === undefined) return false;
    scores.push(after === 0 ? 0 : nextMs + after - 1);
    elements.push(field, value);
  }
  return true;
}

function readTriples(
  cursor: RdbCursor,
  sizeBytesMax: number,
  elements: Uint8Array[],
  scores: number[],
): boolean {
  const triples = readPacked(cursor, sizeBytesMax, readListpack);
  if (triples === undefined || triples.length % 3 !== 0) return false;
  for (let i = 0; i < triples.length; i += 3) {
    const time = triples[i + 2] as Uint8Array;
    elements.push(triples[i] as Uint8Array, triples[i + 1] as Uint8Array);
    scores.push(parseSafeInteger(time, 0, time.length));
  }
  return true;
}

function isExpiry(atMs: number): boolean {
  return atMs >= 0 && atMs <= fieldExpiryMsMax;
}

// NaN when it is cut off.
function readUint64(cursor: RdbCursor): number {
  const { bytes, at } = cursor;
  if (at + 8 > cursor.end) return Number.NaN;
  cursor.at += 8;
  let value = 0;
  for (let i = 7; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  return value;
}
