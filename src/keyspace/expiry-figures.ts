// Expiry figures: what INFO says of the keys that have an expiry, judged by a few of each database.
//
// Role: reads the expiry indexes and changes nothing. A sample is taken at equal distances through the index, so one state
// always gives the same figures.

import type { Databases } from "./databases.ts";

const SAMPLES = 20;

/** expired_stale_perc: the share of keys with an expiry that are past it, 0..100. */
export function stalePercent(shards: readonly Databases[]): number {
  let looked = 0;
  let stale = 0;
  for (const { expiries, nowMs } of shards) {
    for (const index of expiries) {
      const samples = Math.min(index.size, SAMPLES);
      looked += samples;
      if (index.nextMs > nowMs) continue;
      for (let i = 0; i < samples; i++) {
        if (index.timeAt(Math.floor((i * index.size) / samples)) <= nowMs) stale++;
      }
    }
  }
  return looked === 0 ? 0 : (100 * stale) / looked;
}

/** avg_ttl: how long the keys of `db` that have an expiry will live on average, in whole ms; 0 without any. */
export function averageTtlMs(shards: readonly Databases[], db: number): number {
  let totalMs = 0;
  let keys = 0;
  for (const { expiries, nowMs } of shards) {
    const index = expiries[db];
    if (index === undefined || index.size === 0) continue;
    const samples = Math.min(index.size, SAMPLES);
    let sampledMs = 0;
    for (let i = 0; i < samples; i++) {
      sampledMs += Math.max(0, index.timeAt(Math.floor((i * index.size) / samples)) - nowMs);
    }
    totalMs += (sampledMs / samples) * index.size;
    keys += index.size;
  }
  return keys === 0 ? 0 : Math.floor(totalMs / keys);
}
