// Collection load: the hashes, lists, sets, sorted sets and streams that memory and removal are measured on.
//
// Role: data. Each type comes in two shapes:
//   small   many keys of 10 elements, each key's elements its own, 8 bytes each
//   large   one key of as many elements as wanted, 20-byte elements as redis-benchmark names them
// Integers are avoided, because both servers have encodings of their own for them, and a score or an id is
// such that its element does not arrive at the end of a sorted set, and does at the end of a stream.

import { batches, hash, key, list, set, sortedSet, stream, streamId, text } from "./load.ts";
import type { Batch } from "./wire.ts";

export const collectionTypes = ["hash", "list", "set", "zset", "stream"] as const;
export type CollectionType = (typeof collectionTypes)[number];

export const shapes = ["small", "large"] as const;
export type Shape = (typeof shapes)[number];

export type CollectionDataset = {
  /** What the command line calls it: `small-hash`. */
  readonly name: string;
  readonly type: CollectionType;
  readonly shape: Shape;
  /** The keys of a run that wants `count` small collections, or one of `count` elements. */
  readonly keyCount: (count: number) => number;
  /** The elements of all keys together. */
  readonly elementCount: (count: number) => number;
  readonly batches: (count: number) => Iterable<Batch>;
};

export const smallElementCount = 10;
/** A report's groups. */
export const groupTitles: Readonly<Record<Shape, string>> = {
  small: "Collections of 10 elements",
  large: "One large collection",
};
export const typeTitles: Readonly<Record<CollectionType, string>> = {
  hash: "hash",
  list: "list",
  set: "set",
  zset: "sorted set",
  stream: "stream",
};
/** Where `large` puts each type, and the command that counts its elements. */
export const largeKeys: Readonly<Record<CollectionType, { key: string; countCommand: string }>> = {
  hash: { key: "myhash", countCommand: "HLEN" },
  list: { key: "mylist", countCommand: "LLEN" },
  set: { key: "myset", countCommand: "SCARD" },
  zset: { key: "myzset", countCommand: "ZCARD" },
  stream: { key: "mystream", countCommand: "XLEN" },
};

const elementBytes = 8;
const listElementBytes = 20;
// A stock stream of 10 entries takes 4.6 KB: a million of them would not fit into a usual machine.
const streamShare = 0.2;
const elementIndexes = Array.from({ length: smallElementCount }, (_, index) => index);

const smallCommands: Readonly<Record<Exclude<CollectionType, "stream">, (index: number) => string[]>> = {
  hash: (index) => ["HSET", key(index), ...each(index, (element, j) => [`field:${j}`, element])],
  list: (index) => ["RPUSH", key(index), ...each(index, (element) => [element])],
  set: (index) => ["SADD", key(index), ...each(index, (element) => [element])],
  // 7 and 10 have no common divisor, so the scores are 0 to 9 out of order.
  zset: (index) => ["ZADD", key(index), ...each(index, (element, j) => [String((j * 7) % 10), element])],
};

const largeBatches: Readonly<Record<CollectionType, (count: number) => Iterable<Batch>>> = {
  hash: (count) => hash(count, elementBytes),
  list: (count) => list(count, listElementBytes),
  set: (count) => set(count),
  zset: (count) => sortedSet(count),
  stream: (count) => stream(count, elementBytes),
};

export const collectionDatasets: readonly CollectionDataset[] = [
  ...collectionTypes.map((type): CollectionDataset => {
    const keyCount = (count: number): number =>
      type === "stream" ? Math.max(1, Math.round(count * streamShare)) : count;
    return {
      name: `small-${type}`,
      type,
      shape: "small",
      keyCount,
      elementCount: (count) => keyCount(count) * smallElementCount,
      batches: (count) =>
        type === "stream" ? smallStreams(keyCount(count)) : batches(0, count, smallCommands[type]),
    };
  }),
  ...collectionTypes.map((type): CollectionDataset => {
    return {
      name: `large-${type}`,
      type,
      shape: "large",
      keyCount: () => 1,
      elementCount: (count) => count,
      batches: largeBatches[type],
    };
  }),
];

/** The datasets named in `wanted`: by name, by shape or by type; none means all. Throws on a name of nothing. */
export function chooseCollections(wanted: readonly string[]): readonly CollectionDataset[] {
  const matches = ({ name, type, shape }: CollectionDataset, word: string): boolean =>
    [name, type, shape].includes(word);
  for (const word of wanted) {
    if (collectionDatasets.some((dataset) => matches(dataset, word))) continue;
    const names = collectionDatasets.map(({ name }) => name).join(", ");
    throw new Error(`no dataset "${word}"; there are ${names}, and small, large or a type for all of theirs`);
  }
  return collectionDatasets.filter(
    (dataset) => wanted.length === 0 || wanted.some((word) => matches(dataset, word)),
  );
}

function smallStreams(keyCount: number): Iterable<Batch> {
  return batches(0, keyCount * smallElementCount, (index) => {
    const name = key(Math.floor(index / smallElementCount));
    return ["XADD", name, streamId(index), "field", text(index, elementBytes)];
  });
}

function each(index: number, words: (element: string, j: number) => string[]): string[] {
  return elementIndexes.flatMap((j) => words(text(index * smallElementCount + j, elementBytes), j));
}
