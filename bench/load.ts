// Load: the bytes that fill a server before it is measured, the same for every server.
//
// Role: pure generators of RESP batches for Client.flood. Nothing is drawn at random: item `index` always has
// the same key and value, so two servers loaded with the same call hold the same data.
// Keys are those of redis-benchmark, `key:000000000042`: 16 bytes.

import { type Batch, requestText } from "./wire.ts";

export type Dataset = {
  readonly name: string;
  readonly title: string;
  readonly command: (index: number) => readonly string[];
};

// About a millisecond of a server's work, so that other clients' requests are seldom far behind.
const batchBytesMin = 32 * 1024;
const elementsPerCommand = 100;
const filler = "x".repeat(4096);

/** A value of exactly `sizeBytes` (8 to 4096): distinct for each index below 78 billion, never an integer. */
export function text(index: number, sizeBytes: number): string {
  return `v${index.toString(36).padStart(7, "0")}${filler.slice(0, sizeBytes - 8)}`;
}

/** What `npm run bench:memory` loads, in the order of its report. */
export const datasets: readonly Dataset[] = [
  { name: "string8", title: "8 B strings", command: (index) => ["SET", key(index), text(index, 8)] },
  { name: "string64", title: "64 B strings", command: (index) => ["SET", key(index), text(index, 64)] },
  { name: "string200", title: "200 B strings", command: (index) => ["SET", key(index), text(index, 200)] },
  { name: "string1000", title: "1000 B strings", command: (index) => ["SET", key(index), text(index, 1000)] },
  // Above 10,000: Redis shares one object for each smaller integer.
  {
    name: "integer",
    title: "integers",
    command: (index) => ["SET", key(index), String(index * 7919 + 1_000_000)],
  },
  {
    name: "ttl",
    title: "8 B strings with a TTL",
    // From 115 days on, each its own: no key expires during a run, and no two expire together.
    command: (index) => ["SET", key(index), text(index, 8), "PX", String(10_000_000_000 + index)],
  },
];

/** redis-benchmark's key number `index`. */
export function key(index: number): string {
  return `key:${twelveDigits(index)}`;
}

/** One command for each index of [from, to). */
export function* batches(
  from: number,
  to: number,
  command: (index: number) => readonly string[],
): Generator<Batch> {
  let joined = "";
  let replyCount = 0;
  for (let index = from; index < to; index++) {
    joined += requestText(command(index));
    replyCount++;
    if (joined.length < batchBytesMin) continue;
    yield { bytes: Buffer.from(joined, "latin1"), replyCount };
    joined = "";
    replyCount = 0;
  }
  if (replyCount > 0) yield { bytes: Buffer.from(joined, "latin1"), replyCount };
}

/** `count` strings of `sizeBytes` at redis-benchmark's keys. */
export function strings(count: number, sizeBytes: number): Generator<Batch> {
  return batches(0, count, (index) => ["SET", key(index), text(index, sizeBytes)]);
}

/** A list `mylist` of `count` elements of `sizeBytes`. */
export function list(count: number, sizeBytes: number): Generator<Batch> {
  return grouped(count, ["RPUSH", "mylist"], (index) => [text(index, sizeBytes)]);
}

/** A set `myset` of `count` members named as redis-benchmark names them. */
export function set(count: number): Generator<Batch> {
  return grouped(count, ["SADD", "myset"], (index) => [`element:${twelveDigits(index)}`]);
}

/** A sorted set `myzset` of `count` members with distinct scores that do not arrive in order. */
export function sortedSet(count: number): Generator<Batch> {
  return grouped(count, ["ZADD", "myzset"], (index) => [
    scatter(index, count),
    `element:${twelveDigits(index)}`,
  ]);
}

/** A hash `myhash` of `count` fields named as redis-benchmark names them, with values of `sizeBytes`. */
export function hash(count: number, sizeBytes: number): Generator<Batch> {
  return grouped(count, ["HSET", "myhash"], (index) => [
    `element:${twelveDigits(index)}`,
    text(index, sizeBytes),
  ]);
}

/** A stream `mystream` of `count` entries of one field with a value of `sizeBytes`, one a millisecond. */
export function stream(count: number, sizeBytes: number): Generator<Batch> {
  return batches(0, count, (index) => ["XADD", "mystream", streamId(index), "field", text(index, sizeBytes)]);
}

/** The id of the entry of millisecond `index`; ids of growing indexes grow. */
export function streamId(index: number): string {
  return `${1_700_000_000_000 + index}-0`;
}

function* grouped(
  count: number,
  head: readonly string[],
  element: (index: number) => readonly string[],
): Generator<Batch> {
  const commandCount = Math.ceil(count / elementsPerCommand);
  yield* batches(0, commandCount, (command) => {
    const args = [...head];
    const end = Math.min(count, (command + 1) * elementsPerCommand);
    for (let index = command * elementsPerCommand; index < end; index++) args.push(...element(index));
    return args;
  });
}

// Stepping by a prime visits every residue once, unless the count is a multiple of it; then scores repeat, which
// does no harm.
function scatter(index: number, count: number): string {
  return String((index * 7_919) % count);
}

function twelveDigits(index: number): string {
  return index.toString().padStart(12, "0");
}
