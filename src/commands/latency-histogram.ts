// Latency histogram: how often a command took how long, in the buckets of an HDR histogram.
//
// Role: feeds INFO latencystats and LATENCY HISTOGRAM. Redis counts nanoseconds with two significant
// digits: a power of two is cut into 128 buckets, so a bucket's width is below 1/128 of its value. Our
// durations are whole microseconds, which below 131 us have a bucket each; so those buckets that no whole
// microsecond falls into are left out of the array, and the bounds of the others are Redis's.
// Invariants:
//   - values below 1 us count as 1 us and above a second as a second.
//   - the array grows by doubling, up to 2048 counts, when a slower call than any before comes.

import type { CommandStats } from "./define.ts";

/** Longest duration told apart, in microseconds. */
export const LATENCY_US_MAX = 1_000_000;

// From 131072 ns (2^17) on a bucket is wider than a microsecond: 17 octaves and 128 buckets to each.
const DENSE_LIMIT_US = 132;
const FIRST_SPARSE_LOG2 = 17;
const FIRST_CAPACITY = 128;

/** Counts `count` calls of `durationUs` microseconds each. Allocates only when the array has to grow. */
export function recordLatency(stats: CommandStats, durationUs: number, count = 1): void {
  const index = latencyBucket(durationUs);
  const counts = stats.histogram;
  if (counts === undefined || index >= counts.length) {
    stats.histogram = grown(counts, index);
    stats.histogram[index] = (stats.histogram[index] as number) + count;
    return;
  }
  counts[index] = (counts[index] as number) + count;
}

/** The bucket of a duration in microseconds. */
export function latencyBucket(durationUs: number): number {
  const us = durationUs < 1 ? 1 : durationUs > LATENCY_US_MAX ? LATENCY_US_MAX : Math.floor(durationUs);
  if (us < DENSE_LIMIT_US) return us;
  const ns = us * 1000;
  const log2 = 31 - Math.clz32(ns);
  return DENSE_LIMIT_US + ((log2 - FIRST_SPARSE_LOG2) << 7) + (ns >>> (log2 - 7)) - 128;
}

/** The largest number of nanoseconds that counts into a bucket. */
export function bucketLimitNs(index: number): number {
  if (index >= DENSE_LIMIT_US) {
    const sparse = index - DENSE_LIMIT_US;
    const shift = (sparse >>> 7) + FIRST_SPARSE_LOG2 - 7;
    return (128 + (sparse & 127) + 1) * 2 ** shift - 1;
  }
  const ns = index * 1000;
  const shift = Math.max(0, 31 - Math.clz32(ns) - 7);
  return ((ns >>> shift) + 1) * 2 ** shift - 1;
}

export function countLatencies(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** The duration in microseconds that `percent` of the calls (0..100) did not exceed; 0 without calls. */
export function latencyPercentile(counts: Float64Array, percent: number): number {
  const wanted = Math.max(1, Math.floor((percent / 100) * countLatencies(counts) + 0.5));
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i] as number;
    if (seen >= wanted) return bucketLimitNs(i) / 1000;
  }
  return 0;
}

/**
 * Pairs of an upper bound in microseconds and the number of calls up to it, for the bounds 1, 2, 4 ... (as
 * powers of two of 1024 ns) at which that number grows.
 */
export function cumulativeLatencies(counts: Float64Array): readonly (readonly [us: number, count: number])[] {
  const pairs: [number, number][] = [];
  const total = countLatencies(counts);
  let seen = 0;
  let told = 0;
  let i = 0;
  for (let stepNs = 1024; told < total; stepNs *= 2) {
    // A step takes in the whole bucket that its bound falls into; the last bucket ends at 2^30 ns.
    const limitNs = Math.min(stepNs + stepNs / 128, 2 ** 30) - 1;
    for (; i < counts.length && bucketLimitNs(i) <= limitNs; i++) seen += counts[i] as number;
    if (seen > told) pairs.push([Math.floor(limitNs / 1000), seen]);
    told = seen;
  }
  return pairs;
}

function grown(counts: Float64Array | undefined, index: number): Float64Array {
  let capacity = counts?.length ?? FIRST_CAPACITY;
  while (capacity <= index) capacity *= 2;
  const larger = new Float64Array(capacity);
  if (counts !== undefined) larger.set(counts);
  return larger;
}
