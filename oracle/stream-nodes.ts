// Nodes of streams: which entries are kept together, and what adding, deleting and trimming make of them.
//
// A node is full when it has so many entries, deleted ones too, or its listpack so many bytes. That shows in XTRIM with
// "~", which takes whole nodes only, and in XINFO. So a node's bytes are counted here as the listpack has them.
//
// Invariants: nodes are never changed in place. A node without entries that are left goes when XDEL deletes the last one,
// but stays when XTRIM does.

import type { StreamEntry, StreamNode, StreamValue } from "./model.ts";
import { int64 } from "./numbers.ts";
import { msOf, sequenceOf } from "./stream-ids.ts";

export const emptyStream: StreamValue = {
  type: "stream",
  value: [],
  length: 0,
  firstId: 0n,
  lastId: 0n,
  maxDeletedId: 0n,
  entriesAdded: 0n,
  groups: new Map(),
  encoding: "stream",
};

/** 0: no limit of that kind. */
export type NodeLimits = { readonly bytes: number; readonly entries: number };

const listpackBytesMax = 1 << 30;

/** The stream with a further entry, whose ID is above all. `isOwn`: its array of nodes may be changed in place. */
export function appended(
  stream: StreamValue,
  { id, words }: { readonly id: bigint; readonly words: readonly string[] },
  { limits, isOwn }: { readonly limits: NodeLimits; readonly isOwn: boolean },
): StreamValue {
  const entry: StreamEntry = { id, words, isDeleted: false };
  const last = stream.value.at(-1);
  const nodes = isOwn ? (stream.value as StreamNode[]) : [...stream.value];
  if (last === undefined || isFull(last, words, limits)) {
    nodes.push({ masterId: id, fields: fieldsOf(words), entries: [entry] });
  } else {
    nodes[nodes.length - 1] = grown(last, entry);
  }
  return {
    ...stream,
    value: nodes,
    length: stream.length + 1,
    firstId: stream.length === 0 ? id : stream.firstId,
    lastId: id,
    entriesAdded: stream.entriesAdded + 1n,
  };
}

function grown(node: StreamNode, entry: StreamEntry): StreamNode {
  const after = { ...node, entries: [...node.entries, entry] };
  knownBytes.set(after, entriesBytes(node) + entryBytes(entry, node));
  return after;
}

function isFull(node: StreamNode, words: readonly string[], limits: NodeLimits): boolean {
  const added = words.reduce((sum, text) => sum + text.length, 0);
  const bytesMax = limits.bytes === 0 || limits.bytes > listpackBytesMax ? listpackBytesMax : limits.bytes;
  if (limits.entries > 0 && node.entries.length >= limits.entries) return true;
  return bytesOf(node) + added >= bytesMax;
}

function fieldsOf(words: readonly string[]): readonly string[] {
  return words.filter((_, i) => i % 2 === 0);
}

/** The entries of a node that are not deleted. */
export function liveCount({ entries }: StreamNode): number {
  return entries.reduce((sum, { isDeleted }) => (isDeleted ? sum : sum + 1), 0);
}

/** Entries from the first ID to the last. */
export function* entriesWithin({ value }: StreamValue, from: bigint, to: bigint): Generator<StreamEntry> {
  for (const { entries } of value) {
    for (const entry of entries) {
      if (!entry.isDeleted && entry.id >= from && entry.id <= to) yield entry;
    }
  }
}

/** The stream without an entry; undefined: there is none with this ID. */
export function without(stream: StreamValue, id: bigint): StreamValue | undefined {
  const at = stream.value.findIndex(({ entries }) =>
    entries.some((each) => each.id === id && !each.isDeleted),
  );
  const node = stream.value[at];
  if (node === undefined) return undefined;
  const rest = liveCount(node) === 1 ? [] : [marked(node, (each) => each.id === id)];
  const maxDeletedId = id > stream.maxDeletedId ? id : stream.maxDeletedId;
  const left = {
    ...stream,
    value: stream.value.toSpliced(at, 1, ...rest),
    length: stream.length - 1,
    maxDeletedId,
  };
  return stream.firstId === id || left.length === 0 ? withFirstId(left) : left;
}

export type Trim = {
  /** About: whole nodes only. */
  readonly isRough: boolean;
  /** How many at most; 0: as many as it takes. */
  readonly limit: number;
} & ({ readonly by: "length"; readonly lengthMax: number } | { readonly by: "id"; readonly idMin: bigint });

/** The stream after its oldest entries are gone; its length says how many these were. */
export function trimmed(stream: StreamValue, trim: Trim): StreamValue {
  const nodes = [...stream.value];
  let { length } = stream;
  for (let node = nodes[0]; node !== undefined; node = nodes[0]) {
    if (trim.by === "length" && length <= trim.lengthMax) break;
    const count = liveCount(node);
    if (trim.limit > 0 && stream.length - length + count > trim.limit) break;
    const isWhole =
      trim.by === "length"
        ? length - count >= trim.lengthMax
        : (node.entries.at(-1)?.id ?? node.masterId) < trim.idMin;
    if (!isWhole) {
      if (trim.isRough) break;
      let left = length;
      nodes[0] = marked(node, ({ id, isDeleted }) => {
        if (isDeleted || (trim.by === "length" ? left <= trim.lengthMax : id >= trim.idMin)) return false;
        left--;
        return true;
      });
      length = left;
      break;
    }
    nodes.shift();
    length -= count;
  }
  return length === stream.length && nodes.length === stream.value.length
    ? stream
    : withFirstId({ ...stream, value: nodes, length });
}

function marked(node: StreamNode, isGone: (entry: StreamEntry) => boolean): StreamNode {
  const entries = node.entries.map((entry) => (isGone(entry) ? { ...entry, isDeleted: true } : entry));
  return { ...node, entries };
}

function withFirstId(stream: StreamValue): StreamValue {
  const [first] = entriesWithin(stream, 0n, stream.lastId);
  return { ...stream, firstId: first?.id ?? 0n };
}

/** Of the listpack that holds a node. */
export function bytesOf(node: StreamNode): number {
  const { fields, entries } = node;
  const deleted = entries.filter(({ isDeleted }) => isDeleted).length;
  let bytes = 7; // head and end
  for (const number of [entries.length - deleted, deleted, fields.length, 0])
    bytes += elementBytes(`${number}`);
  for (const field of fields) bytes += elementBytes(field);
  return bytes + entriesBytes(node);
}

// Of nodes that were asked for, since one that grows is asked for with each entry.
const knownBytes = new WeakMap<StreamNode, number>();

function entriesBytes(node: StreamNode): number {
  let bytes = knownBytes.get(node);
  if (bytes === undefined) {
    bytes = node.entries.reduce((sum, entry) => sum + entryBytes(entry, node), 0);
    knownBytes.set(node, bytes);
  }
  return bytes;
}

function entryBytes({ id, words }: StreamEntry, { masterId, fields }: StreamNode): number {
  const own = fieldsOf(words);
  const isSame = own.length === fields.length && own.every((field, i) => field === fields[i]);
  const shown = isSame ? words.filter((_, i) => i % 2 === 1) : [`${own.length}`, ...words];
  const offsets = [msOf(id) - msOf(masterId), sequenceOf(id) - sequenceOf(masterId)];
  let bytes = elementBytes("2"); // flags, one digit all of them
  for (const offset of offsets) bytes += elementBytes(`${BigInt.asIntN(64, offset)}`);
  for (const text of shown) bytes += elementBytes(text);
  return bytes + elementBytes(`${shown.length + 3}`);
}

// Numbers are kept in as few bytes as they need; the length of it all stands behind it, seven bits a byte.
function elementBytes(text: string): number {
  const number = int64(text);
  const bytes = number === undefined ? textBytes(text.length) : numberBytes(number);
  if (bytes < 128) return bytes + 1;
  if (bytes < 16383) return bytes + 2;
  return bytes + (bytes < 2097151 ? 3 : bytes < 268435455 ? 4 : 5);
}

function textBytes(length: number): number {
  if (length < 64) return length + 1;
  return length < 4096 ? length + 2 : length + 5;
}

function numberBytes(number: bigint): number {
  if (number >= 0n && number < 128n) return 1;
  const bits = [13, 16, 24, 32].findIndex((width) => BigInt.asIntN(width, number) === number);
  return [2, 3, 4, 5, 9].at(bits) as number; // -1: none of these widths
}
