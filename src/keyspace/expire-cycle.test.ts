import { expect, test } from "vitest";
import { latin1Bytes } from "../lib/bytes.ts";
import { Rng } from "../lib/rng.ts";
import { ENCODING_RAW } from "../store/entry.ts";
import { AccessClock } from "./access-clock.ts";
import { Databases } from "./databases.ts";
import { EntryView } from "./entry-view.ts";
import { runExpireCycle } from "./expire-cycle.ts";
import { averageTtlMs, stalePercent } from "./expiry-figures.ts";

const unlimited = { monotonicUs: () => 0, untilUs: 1 };
const view = new EntryView(new Uint8Array(0));

function shard(databases = 4): Databases {
  const made = new Databases({ databases, seed: { k0: 1, k1: 2 }, access: new AccessClock(new Rng(1)) });
  made.nowMs = 1000;
  return made;
}

function put(databases: Databases, db: number, name: string, expireAtMs: number): void {
  const key = latin1Bytes(name);
  const found = databases.locate(db, key, 0, key.length, view);
  databases.putString(view, found, key, 0, key.length, key, 0, key.length, ENCODING_RAW, expireAtMs);
}

function sizes(shards: readonly Databases[]): number[] {
  return shards.flatMap(({ dicts }) => dicts.map((dict) => dict.size));
}

test("one cycle without a limit deletes every due key of every database and shard, and no other", () => {
  const shards = [shard(), shard()];
  for (const each of shards) {
    for (let db = 0; db < 4; db++) {
      for (let i = 0; i < 300; i++)
        put(each, db, `key:${i}`, i % 3 === 0 ? 0 : i % 3 === 1 ? 2000 : 2001 + db);
    }
  }
  expect(runExpireCycle(shards, unlimited)).toBe(false);
  expect(sizes(shards)).toEqual(Array(8).fill(300));
  for (const each of shards) each.nowMs = 2000;
  expect(runExpireCycle(shards, unlimited)).toBe(false);
  expect(sizes(shards)).toEqual(Array(8).fill(200));
  expect(shards.map((each) => each.expiredKeys)).toEqual([400, 400]);
  expect(shards.map((each) => each.dirty)).toEqual([1200, 1200]);
});

test("a cycle cut short says that more is due, and still served every database alike", () => {
  const shards = [shard(), shard()];
  for (const each of shards) {
    for (let db = 0; db < 4; db++) for (let i = 0; i < 200; i++) put(each, db, `key:${i}`, 2000 + i);
    each.nowMs = 3000;
  }
  // Each look at the clock costs one microsecond, so the budget is 20 batches.
  let nowUs = 0;
  const budget = { monotonicUs: () => ++nowUs, untilUs: 20 };
  expect(runExpireCycle(shards, budget)).toBe(true);
  const left = sizes(shards);
  expect(Math.max(...left) - Math.min(...left)).toBeLessThanOrEqual(16);
  expect(left.reduce((sum, size) => sum + size, 0)).toBe(1600 - 20 * 16);
  expect(stalePercent(shards)).toBe(100);
});

test("a budget of nothing still serves each database in turn over the cycles", () => {
  const shards = [shard()];
  for (let db = 0; db < 4; db++)
    for (let i = 0; i < 64; i++) put(shards[0] as Databases, db, `key:${i}`, 2000 + i);
  (shards[0] as Databases).nowMs = 3000;
  const none = { monotonicUs: () => 0, untilUs: 0 };
  for (let cycle = 0; cycle < 4; cycle++) expect(runExpireCycle(shards, none)).toBe(true);
  expect(sizes(shards)).toEqual([48, 48, 48, 48]);
  for (let cycle = 0; cycle < 11; cycle++) expect(runExpireCycle(shards, none)).toBe(true);
  expect(runExpireCycle(shards, none)).toBe(false);
  expect(sizes(shards)).toEqual([0, 0, 0, 0]);
});

test("the clock is looked at once per batch deleted and not while nothing is due", () => {
  const shards = [shard(16)];
  for (let i = 0; i < 160; i++) put(shards[0] as Databases, 3, `key:${i}`, 2000);
  let looks = 0;
  const counting = { monotonicUs: () => ++looks, untilUs: Number.POSITIVE_INFINITY };
  runExpireCycle(shards, counting);
  expect(looks).toBe(0);
  (shards[0] as Databases).nowMs = 2000;
  runExpireCycle(shards, counting);
  expect(looks).toBe(10);
});

test("the stale share counts keys past their time among those that have one", () => {
  const shards = [shard()];
  expect(stalePercent(shards)).toBe(0);
  for (let i = 0; i < 100; i++) put(shards[0] as Databases, 0, `key:${i}`, 2000 + (i % 2) * 1000);
  expect(stalePercent(shards)).toBe(0);
  (shards[0] as Databases).nowMs = 2500;
  expect(stalePercent(shards)).toBeGreaterThan(20);
  expect(stalePercent(shards)).toBeLessThan(80);
});

test("the average time to live is that of the keys that have one, weighed over the shards", () => {
  const shards = [shard(), shard()];
  expect(averageTtlMs(shards, 0)).toBe(0);
  for (let i = 0; i < 300; i++) put(shards[0] as Databases, 0, `key:${i}`, 2000);
  for (let i = 0; i < 100; i++) put(shards[1] as Databases, 0, `key:${i}`, 6000);
  for (const each of shards) each.nowMs = 1000;
  expect([averageTtlMs(shards, 0), averageTtlMs(shards, 1)]).toEqual([2000, 0]);
  for (const each of shards) each.nowMs = 4000;
  expect(averageTtlMs(shards, 0)).toBe(500);
});
