// Streams in RDB: written as Redis 7.0 does (19); read also as 5.0 (15) and 7.2 (21) write them.
//
//   | nodes | id 16 and a listpack, both strings ... | length | last id | first id* | greatest deleted id* | added* |
//   | groups | name | last id | entries read* | pending | consumers | ...
//   pending    | count | id 16 | delivered at int64 LE | deliveries | ...
//   consumers  | count | name | seen at int64 LE | active at int64 LE (21) | count | id 16 ... | ...
//
// * not in 15. An id outside of strings is two lengths, one inside 16 bytes, big-endian. Numbers are lengths of up to
// 64 bits. Listpacks are those of the stream itself (store/stream-node.ts), and are checked item by item.

import { addedUpTo } from "../keyspace/stream-lag.ts";
import { StreamView } from "../keyspace/stream-view.ts";
import { latin1Text } from "../lib/bytes.ts";
import { parseSafeInteger } from "../lib/int64.ts";
import { type Int64Words, parseInt64Words } from "../lib/int64-words.ts";
import { StreamId } from "../lib/stream-id.ts";
import { TYPE_STREAM } from "../store/entry.ts";
import { ByteSink } from "./byte-sink.ts";
import { appendText, beginListpack, endListpack, readListpack } from "./listpack.ts";
import { type RdbCursor, readLength, readString, writeLength, writeString } from "./rdb-string.ts";
import { type CollectionValue, type Pieces, type ValueCodec, writeHead } from "./value-codec.ts";

const listpacks = 15;
const listpacks2 = 19;
const listpacks3 = 21;

const idSizeBytes = 16;
/** A stream of more nodes is written piece by piece. */
const NODES_AT_ONCE = 4;
const length64 = 0x81;
const deletedFlag = 1;
const sameFieldsFlag = 2;
const fixedElements = 3; // flags, ms, seq
const words: Int64Words = { high: 0, low: 0 };

type Pending = {
  readonly id: StreamId;
  readonly deliveredMs: number;
  readonly deliveries: Int64Words;
  consumer: number;
};
type Consumer = { readonly name: Uint8Array; readonly seenMs: number };
type Group = {
  readonly name: Uint8Array;
  readonly lastId: StreamId;
  /** Undefined: to be told from the stream. */
  readonly read: Int64Words | undefined;
  readonly pending: readonly Pending[];
  readonly consumers: readonly Consumer[];
};
type Stream = {
  readonly nodes: readonly { readonly id: StreamId; readonly bytes: Uint8Array }[];
  readonly lastId: StreamId;
  /** Undefined: that of the first entry, none deleted, as many added as there are. */
  readonly history: { firstId: StreamId; maxDeletedId: StreamId; added: Int64Words } | undefined;
  readonly groups: readonly Group[];
};
type StreamReading = CollectionValue & { readonly stream: Stream };

export const streamCodec: ValueCodec = {
  type: TYPE_STREAM,
  rdbTypes: [listpacks, listpacks2, listpacks3],

  write(sink, entry, options) {
    const stream = new StreamView().show(entry);
    writeHead(sink, listpacks2, entry, options);
    writeLength(sink, stream.nodeCount);
    const pieces = writeStream(sink, stream, options.isCompressed);
    if (stream.nodeCount > NODES_AT_ONCE || stream.groups.count > 0) return pieces;
    for (const _ of pieces);
    return undefined;
  },

  read(rdbType, cursor, sizeBytesMax) {
    const stream = readStream(rdbType, cursor, sizeBytesMax);
    if (stream === undefined) return undefined;
    const reading: StreamReading = {
      kind: "collection",
      codec: streamCodec,
      elements: [],
      scores: [],
      isPacked: true,
      stream,
    };
    return reading;
  },

  store(keyspace, args, i, value) {
    const { nodes, lastId, history, groups } = (value as StreamReading).stream;
    const stream = keyspace.streamForUpdate(args, i) as StreamView;
    stream.create();
    stream.countCreation();
    for (const { id, bytes } of nodes) stream.addNode(id, bytes);
    stream.setLastId(lastId);
    if (history === undefined) {
      stream.setAdded(0, stream.length);
      stream.renewFirstId();
    } else {
      stream.setAdded(history.added.high, history.added.low);
      stream.setFirstId(history.firstId);
      stream.setMaxDeletedId(history.maxDeletedId);
    }
    for (const group of groups) storeGroup(stream, group);
    return stream.entry;
  },
};

function* writeStream(sink: ByteSink, stream: StreamView, isCompressed: boolean): Pieces {
  for (let more = stream.firstNode(); more; more = stream.nextNode()) {
    writeLength(sink, idSizeBytes);
    writeRawId(sink, stream.nodeIdHere);
    const { source, start, bytes } = stream.node;
    writeString(sink, source, start, start + bytes, isCompressed);
    yield;
  }
  writeLength(sink, stream.length);
  writeId(sink, stream.lastId);
  writeId(sink, stream.firstId);
  writeId(sink, stream.maxDeletedId);
  writeWords(sink, stream.addedHigh, stream.addedLow);
  const { groups } = stream;
  const { count } = groups;
  writeLength(sink, count);
  for (let i = 0; i < count; i++) {
    groups.seek(i);
    writeGroup(sink, stream, isCompressed);
    yield;
  }
}

function storeGroup(stream: StreamView, { name, lastId, read, pending, consumers }: Group): void {
  const { groups } = stream;
  const known = read ?? wordsOf(addedUpTo(stream, lastId));
  groups.add(name, 0, name.length, lastId, known.high, known.low);
  // Pending entries by consumer: each is chosen once.
  const owned: Pending[][] = consumers.map(() => []);
  for (const each of pending) owned[each.consumer]?.push(each);
  for (const [i, consumer] of consumers.entries()) {
    groups.addConsumer(consumer.name, 0, consumer.name.length, consumer.seenMs);
    for (const { id, deliveredMs, deliveries } of owned[i] ?? []) {
      groups.addPending(id);
      groups.pending.deliveredMs = deliveredMs;
      groups.pending.setDeliveries(deliveries.high, deliveries.low);
    }
  }
}

function writeGroup(sink: ByteSink, { groups }: StreamView, isCompressed: boolean): void {
  const id = new StreamId();
  const { pending, own } = groups;
  writeString(sink, groups.groupBytes, groups.groupStart, groups.groupEnd, isCompressed);
  writeId(sink, groups.lastId);
  writeWords(sink, groups.readHigh, groups.readLow);
  writeLength(sink, pending.size);
  for (let more = pending.seekFirst(); more; more = pending.next()) {
    pending.readId(id);
    writeRawId(sink, id);
    writeTime(sink, pending.deliveredMs);
    writeWords(sink, pending.deliveriesHigh, pending.deliveriesLow);
  }
  const { consumerCount } = groups;
  writeLength(sink, consumerCount);
  for (let i = 0; i < consumerCount; i++) {
    groups.seekConsumer(i);
    writeString(sink, groups.consumerBytes, groups.consumerStart, groups.consumerEnd, isCompressed);
    writeTime(sink, groups.seenMs);
    writeLength(sink, own.size);
    for (let more = own.seekFirst(); more; more = own.next()) {
      own.readId(id);
      writeRawId(sink, id);
    }
  }
}

function readStream(rdbType: number, cursor: RdbCursor, sizeBytesMax: number): Stream | undefined {
  const nodeCount = readLength(cursor);
  if (!mayHold(cursor, nodeCount)) return undefined;
  const nodes: { id: StreamId; bytes: Uint8Array }[] = [];
  const seen = new Set<string>();
  let entries = 0;
  for (let i = 0; i < nodeCount; i++) {
    const name = readString(cursor, sizeBytesMax);
    if (name?.length !== idSizeBytes) return undefined;
    const bytes = readString(cursor, sizeBytesMax);
    const elements = bytes === undefined ? undefined : readListpack(bytes);
    const count = elements === undefined ? -1 : countEntries(elements);
    if (elements === undefined || count < 0 || seen.has(latin1Text(name))) return undefined;
    seen.add(latin1Text(name));
    nodes.push({ id: rawId(name, 0), bytes: listpackOf(elements) });
    entries += count;
  }
  const length = readLength(cursor);
  const lastId = readId(cursor);
  if (length !== entries || lastId === undefined) return undefined;
  let history: Stream["history"];
  if (rdbType !== listpacks) {
    const firstId = readId(cursor);
    const maxDeletedId = readId(cursor);
    const added = readWords(cursor);
    if (firstId === undefined || maxDeletedId === undefined || added === undefined) return undefined;
    history = { firstId, maxDeletedId, added };
  }
  const groupCount = readLength(cursor);
  if (!mayHold(cursor, groupCount)) return undefined;
  const groups: Group[] = [];
  const names = new Set<string>();
  for (let i = 0; i < groupCount; i++) {
    const group = readGroup(rdbType, cursor, sizeBytesMax);
    if (group === undefined || names.has(latin1Text(group.name))) return undefined;
    names.add(latin1Text(group.name));
    groups.push(group);
  }
  return { nodes, lastId, history, groups };
}

function readGroup(rdbType: number, cursor: RdbCursor, sizeBytesMax: number): Group | undefined {
  const name = readString(cursor, sizeBytesMax);
  const lastId = readId(cursor);
  const read = rdbType === listpacks ? undefined : readWords(cursor);
  if (name === undefined || lastId === undefined) return undefined;
  if (rdbType !== listpacks && read === undefined) return undefined;
  const pendingCount = readLength(cursor);
  if (!mayHold(cursor, pendingCount)) return undefined;
  const pending = new Map<string, Pending>();
  for (let i = 0; i < pendingCount; i++) {
    const name = readBytes(cursor, idSizeBytes);
    const deliveredMs = readTime(cursor);
    const deliveries = readWords(cursor);
    if (name === undefined || deliveredMs === undefined || deliveries === undefined) return undefined;
    if (pending.has(latin1Text(name))) return undefined;
    pending.set(latin1Text(name), { id: rawId(name, 0), deliveredMs, deliveries, consumer: -1 });
  }
  const consumerCount = readLength(cursor);
  if (!mayHold(cursor, consumerCount)) return undefined;
  const consumers: Consumer[] = [];
  const names = new Set<string>();
  for (let i = 0; i < consumerCount; i++) {
    const name = readString(cursor, sizeBytesMax);
    const seenMs = readTime(cursor);
    if (rdbType === listpacks3 && readTime(cursor) === undefined) return undefined;
    if (name === undefined || seenMs === undefined || names.has(latin1Text(name))) return undefined;
    names.add(latin1Text(name));
    consumers.push({ name, seenMs });
    const ownCount = readLength(cursor);
    if (!mayHold(cursor, ownCount)) return undefined;
    for (let j = 0; j < ownCount; j++) {
      const id = readBytes(cursor, idSizeBytes);
      const entry = id === undefined ? undefined : pending.get(latin1Text(id));
      // It is pending in the group, and for nobody else.
      if (entry === undefined || entry.consumer >= 0) return undefined;
      entry.consumer = i;
    }
  }
  const all = [...pending.values()];
  if (all.some(({ consumer }) => consumer < 0)) return undefined;
  return { name, lastId, read, pending: all, consumers };
}

// A listpack may hold a small number in a long form, which no stream does: it is made anew, in the shortest.
function listpackOf(elements: readonly Uint8Array[]): Uint8Array {
  const sink = new ByteSink();
  beginListpack(sink);
  for (const element of elements) appendText(sink, element, 0, element.length);
  endListpack(sink, 0, elements.length);
  return sink.bytes.subarray(0, sink.sizeBytes);
}

// The entries that are not deleted in a node of these elements; -1 when it is none.
function countEntries(elements: readonly Uint8Array[]): number {
  const integer = (at: number): number => {
    const element = elements[at];
    return element === undefined ? Number.NaN : parseSafeInteger(element, 0, element.length);
  };
  const count = integer(0);
  const deleted = integer(1);
  const fields = integer(2);
  // A node without any entry is gone.
  if (!(count >= 0 && deleted >= 0 && count + deleted > 0)) return -1;
  if (!(fields >= 0 && fields < elements.length)) return -1;
  let at = 3 + fields;
  if (integer(at++) !== 0) return -1;
  let marked = 0;
  for (let i = 0; i < count + deleted; i++) {
    const first = at;
    const flags = integer(first);
    if (!(flags >= 0 && flags <= (deletedFlag | sameFieldsFlag))) return -1;
    if (Number.isNaN(integer(first + 1)) && !isWide(elements[first + 1])) return -1;
    if (Number.isNaN(integer(first + 2)) && !isWide(elements[first + 2])) return -1;
    at = first + fixedElements;
    if ((flags & sameFieldsFlag) !== 0) {
      at += fields;
    } else {
      const own = integer(at);
      if (!(own >= 0 && own < elements.length)) return -1;
      at += 1 + 2 * own;
    }
    if (integer(at) !== at - first) return -1;
    at++;
    if ((flags & deletedFlag) !== 0) marked++;
  }
  return at === elements.length && marked === deleted ? count : -1;
}

// An integer of 64 bits, whose text is too long for a safe one.
function isWide(element: Uint8Array | undefined): boolean {
  return element !== undefined && parseInt64Words(element, 0, element.length, words);
}

// Every item takes a byte or more.
function mayHold(cursor: RdbCursor, count: number): boolean {
  return count >= 0 && count <= cursor.end - cursor.at;
}

function writeId(sink: ByteSink, { w0, w1, w2, w3 }: StreamId): void {
  writeWords(sink, w0, w1);
  writeWords(sink, w2, w3);
}

function writeWords(sink: ByteSink, high: number, low: number): void {
  if (high === 0) {
    writeLength(sink, low >>> 0);
    return;
  }
  sink.byte(length64);
  writeBigEndian(sink, high);
  writeBigEndian(sink, low);
}

function writeRawId(sink: ByteSink, { w0, w1, w2, w3 }: StreamId): void {
  for (const word of [w0, w1, w2, w3]) writeBigEndian(sink, word);
}

function writeBigEndian(sink: ByteSink, word: number): void {
  for (let shift = 24; shift >= 0; shift -= 8) sink.byte((word >>> shift) & 0xff);
}

function writeTime(sink: ByteSink, ms: number): void {
  let left = BigInt.asUintN(64, BigInt(ms));
  for (let i = 0; i < 8; i++, left >>= 8n) sink.byte(Number(left & 0xffn));
}

function readId(cursor: RdbCursor): StreamId | undefined {
  const ms = readWords(cursor);
  const seq = readWords(cursor);
  if (ms === undefined || seq === undefined) return undefined;
  const id = new StreamId();
  id.w0 = ms.high;
  id.w1 = ms.low;
  id.w2 = seq.high;
  id.w3 = seq.low;
  return id;
}

function readWords(cursor: RdbCursor): Int64Words | undefined {
  if (cursor.bytes[cursor.at] !== length64) {
    const length = readLength(cursor);
    return length < 0 ? undefined : { high: Math.floor(length / 2 ** 32) | 0, low: length | 0 };
  }
  cursor.at++;
  const bytes = readBytes(cursor, 8);
  return bytes === undefined ? undefined : { high: wordAt(bytes, 0), low: wordAt(bytes, 4) };
}

function readTime(cursor: RdbCursor): number | undefined {
  const bytes = readBytes(cursor, 8);
  if (bytes === undefined) return undefined;
  let value = 0n;
  for (let i = 7; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return Number(BigInt.asIntN(64, value));
}

function readBytes(cursor: RdbCursor, count: number): Uint8Array | undefined {
  if (cursor.end - cursor.at < count) return undefined;
  cursor.at += count;
  return cursor.bytes.subarray(cursor.at - count, cursor.at);
}

function rawId(bytes: Uint8Array, at: number): StreamId {
  const id = new StreamId();
  id.w0 = wordAt(bytes, at);
  id.w1 = wordAt(bytes, at + 4);
  id.w2 = wordAt(bytes, at + 8);
  id.w3 = wordAt(bytes, at + 12);
  return id;
}

function wordAt(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = 0; i < 4; i++) word = (word << 8) | (bytes[at + i] as number);
  return word;
}

function wordsOf(value: bigint): Int64Words {
  return { high: Number(value >> 32n) | 0, low: Number(value & 0xffffffffn) | 0 };
}
