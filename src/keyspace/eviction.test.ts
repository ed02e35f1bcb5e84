import { expect, test } from "vitest";
import { latin1Bytes } from "../lib/bytes.ts";
import { Rng } from "../lib/rng.ts";
import { ENCODING_RAW } from "../store/entry.ts";
import { AccessClock } from "./access-clock.ts";
import { Databases, NO_EXPIRY } from "./databases.ts";
import { EntryView } from "./entry-view.ts";
import { Evictor } from "./eviction.ts";

const dbs = 4;
const evicting = [
  "allkeys-lru",
  "volatile-lru",
  "allkeys-lfu",
  "volatile-lfu",
  "allkeys-random",
  "volatile-random",
  "volatile-ttl",
];

// One or more shards under one evictor. Keys go to shards by their number.
class World {
  readonly rng = new Rng(8112);
  readonly access = new AccessClock(this.rng.fork("access"));
  readonly shards: Databases[];
  readonly evictor: Evictor;
  readonly view = new EntryView(new Uint8Array(0));

  constructor(shards = 1) {
    this.shards = Array.from(
      { length: shards },
      () => new Databases({ databases: dbs, seed: { k0: 1, k1: 2 }, access: this.access }),
    );
    this.evictor = new Evictor(this.shards, this.access, this.rng.fork("evict"));
  }

  get usedBytes(): number {
    return this.shards.reduce((sum, shard) => sum + shard.usedBytes, 0);
  }

  get size(): number {
    return this.shards.reduce((sum, { dicts }) => sum + dicts.reduce((all, dict) => all + dict.size, 0), 0);
  }

  has(i: number, db = 0): boolean {
    const key = latin1Bytes(`key:${i}`);
    return (this.shards[i % this.shards.length] as Databases).locate(db, key, 0, key.length, this.view);
  }

  put(i: number, expireAtMs: number = NO_EXPIRY, db = 0, size = 100): void {
    const owner = this.shards[i % this.shards.length] as Databases;
    const found = this.has(i, db);
    const key = latin1Bytes(`key:${i}`);
    owner.putString(
      this.view,
      found,
      key,
      0,
      key.length,
      new Uint8Array(size),
      0,
      size,
      ENCODING_RAW,
      expireAtMs,
    );
  }

  touch(i: number): void {
    if (this.has(i)) (this.view.owner as Databases).touch(this.view);
  }

  evictDownTo(share: number, policy: string, samples = 5): boolean {
    const limit = this.usedBytes * share;
    const rules = { maxmemoryPolicy: policy, maxmemorySamples: samples };
    return this.evictor.evictUntil(limit, rules, () => this.usedBytes);
  }

  count(from: number, to: number): number {
    let count = 0;
    for (let i = from; i < to; i++) if (this.has(i)) count++;
    return count;
  }
}

test.each(evicting)("%s brings the memory under the limit with no more keys than it takes", (policy) => {
  const world = new World(2);
  for (let i = 0; i < 4000; i++) world.put(i, 1_000_000 + i, i % dbs);
  const before = world.usedBytes;
  expect(world.evictDownTo(0.5, policy)).toBe(true);
  expect(world.usedBytes).toBeLessThanOrEqual(before / 2);
  expect(world.usedBytes).toBeGreaterThan(before / 2 - 2000);
  expect(world.evictor.evictedKeys).toBe(4000 - world.size);
  expect(world.evictDownTo(1, policy)).toBe(true);
  expect(world.evictor.evictedKeys).toBe(4000 - world.size);
});

test.each(evicting)(
  "%s empties everything it may touch when asked to, then says that it cannot go on",
  (policy) => {
    const world = new World(2);
    for (let i = 0; i < 600; i++) world.put(i, 1_000_000 + i, i % dbs);
    expect(world.evictDownTo(0, policy)).toBe(false);
    expect(world.size).toBe(0);
    expect(world.shards.flatMap(({ expiries }) => expiries.map((index) => index.size))).toEqual(
      Array(8).fill(0),
    );
    world.put(1, 5_000_000);
    expect(world.evictDownTo(0, policy)).toBe(false);
    expect(world.size).toBe(0);
  },
);

test.each(evicting.filter((policy) => policy.startsWith("volatile")))(
  "%s touches no key without an expiry",
  (policy) => {
    const world = new World();
    for (let i = 0; i < 2000; i++) world.put(i, i % 2 === 0 ? NO_EXPIRY : 1_000_000);
    expect(world.evictDownTo(0.1, policy)).toBe(false);
    expect(world.size).toBe(1000);
    for (let i = 0; i < 2000; i++) expect(world.has(i)).toBe(i % 2 === 0);
  },
);

test("noeviction evicts nothing and says so", () => {
  const world = new World();
  for (let i = 0; i < 100; i++) world.put(i, 1_000_000);
  expect(world.evictDownTo(0.5, "noeviction")).toBe(false);
  expect([world.size, world.evictor.evictedKeys]).toEqual([100, 0]);
  expect(world.evictDownTo(1, "noeviction")).toBe(true);
});

test.each([1, 4])("allkeys-lru over %i shard(s) keeps what was used lately", (shards) => {
  const world = new World(shards);
  for (let i = 0; i < 8000; i++) {
    world.access.seconds = 1000 + i;
    world.put(i);
  }
  for (let i = 0; i < 4000; i += 2) {
    world.access.seconds = 20_000 + i;
    world.touch(i);
  }
  // Evicts a good half of the 6,000 not touched since.
  expect(world.evictDownTo(0.6, "allkeys-lru")).toBe(true);
  let touched = 0;
  for (let i = 0; i < 4000; i += 2) if (world.has(i)) touched++;
  expect(touched).toBeGreaterThan(1980);
  // Of the rest, the older went rather than the newer.
  expect(world.count(6000, 8000)).toBeGreaterThan(1700);
  expect(world.count(0, 4000) - touched).toBeLessThan(400);
});

test("more samples come closer to true LRU", () => {
  const wrong = [1, 5, 10].map((samples) => {
    const world = new World();
    for (let i = 0; i < 4000; i++) {
      world.access.seconds = 1000 + i;
      world.put(i);
    }
    world.evictDownTo(0.5, "allkeys-lru", samples);
    return 4000 - world.evictor.evictedKeys - world.count(world.evictor.evictedKeys, 4000);
  });
  expect(wrong[1]).toBeLessThan(wrong[0] as number);
  expect(wrong[2]).toBeLessThan(wrong[1] as number);
  expect(wrong[2]).toBeLessThan(200);
});

test("volatile-lru keeps the volatile keys used lately", () => {
  const world = new World();
  world.access.seconds = 1000;
  for (let i = 0; i < 4000; i++) world.put(i, 1_000_000);
  world.access.seconds = 2000;
  for (let i = 0; i < 1000; i++) world.touch(i);
  expect(world.evictDownTo(0.4, "volatile-lru")).toBe(true);
  expect(world.count(0, 1000)).toBeGreaterThan(990);
});

test.each(["allkeys-lfu", "volatile-lfu"])(
  "%s keeps what is used often, however long ago the others were",
  (policy) => {
    const world = new World();
    world.access.isLfu = true;
    world.access.seconds = 60_000;
    for (let i = 0; i < 4000; i++) world.put(i, 1_000_000_000);
    for (let round = 0; round < 200; round++) for (let i = 0; i < 400; i++) world.touch(i);
    for (let i = 400; i < 4000; i++) world.touch(i);
    expect(world.evictDownTo(0.3, policy)).toBe(true);
    expect(world.size).toBeLessThan(1300);
    expect(world.count(0, 400)).toBeGreaterThan(396);
  },
);

test("volatile-ttl takes exactly the keys that expire soonest, of all databases and shards", () => {
  const world = new World(2);
  for (let i = 0; i < 2000; i++) world.put(i, 1_000_000 + ((i * 7919) % 2003), i % dbs);
  world.evictDownTo(0.5, "volatile-ttl");
  const left: number[] = [];
  const gone: number[] = [];
  for (let i = 0; i < 2000; i++) (world.has(i, i % dbs) ? left : gone).push((i * 7919) % 2003);
  expect(gone.length).toBe(world.evictor.evictedKeys);
  expect(Math.max(...gone)).toBeLessThan(Math.min(...left));
});

test.each(["allkeys-random", "volatile-random"])("%s takes from the databases in turn", (policy) => {
  const world = new World(2);
  for (let i = 0; i < 8000; i++) world.put(i, 1_000_000, (i >>> 1) % dbs);
  world.evictDownTo(0.8, policy);
  const sizes = world.shards.flatMap(({ dicts }) => dicts.map((dict) => dict.size));
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
});

test("an eviction told to stop stops soon, lets the command pass, and goes on where it was", () => {
  const world = new World();
  for (let i = 0; i < 1000; i++) world.put(i);
  const rules = { maxmemoryPolicy: "allkeys-lru", maxmemorySamples: 5 };
  expect(
    world.evictor.evictUntil(
      0,
      rules,
      () => world.usedBytes,
      () => true,
    ),
  ).toBe(true);
  expect(world.evictor.evictedKeys).toBe(16);
  expect(
    world.evictor.evictUntil(
      0,
      rules,
      () => world.usedBytes,
      () => world.size <= 500,
    ),
  ).toBe(true);
  expect(world.size).toBeLessThanOrEqual(500);
  expect(world.size).toBeGreaterThan(480);
});

test("candidates that were deleted, overwritten or swapped away since they were drawn do no harm", () => {
  for (const policy of ["allkeys-lru", "volatile-lru"]) {
    const world = new World();
    for (let i = 0; i < 3000; i++) {
      world.access.seconds = i;
      world.put(i, i % 2 === 0 ? 1_000_000 : NO_EXPIRY);
    }
    for (let round = 0; round < 200; round++) {
      world.evictDownTo(0.9999, policy);
      for (let i = round * 10; i < round * 10 + 10; i++) {
        if (i % 3 === 0 && world.has(i)) (world.view.owner as Databases).remove(world.view);
        else if (i % 3 === 1) world.put(i, NO_EXPIRY);
      }
      if (round % 20 === 0) (world.shards[0] as Databases).swap(0, 1 + (round % 3));
    }
    if (policy === "volatile-lru") {
      expect(world.evictDownTo(0, policy)).toBe(false);
      for (const { dicts, expiries } of world.shards) {
        expect(expiries.map((index) => index.size)).toEqual([0, 0, 0, 0]);
        expect(dicts.reduce((sum, dict) => sum + dict.size, 0)).toBeGreaterThan(0);
      }
    }
  }
});

test("what a flush left to free goes before any key does", () => {
  const world = new World();
  for (let i = 0; i < 1000; i++) world.put(i);
  for (let i = 0; i < 1000; i++) world.put(i, NO_EXPIRY, 1);
  (world.shards[0] as Databases).flush(1);
  expect(world.evictDownTo(0.55, "allkeys-lru")).toBe(true);
  expect([world.size, world.evictor.evictedKeys]).toEqual([1000, 0]);
});
