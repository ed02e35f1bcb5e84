import { expect, test } from "vitest";
import { Rng } from "../lib/rng.ts";
import { SEGMENT_BYTES } from "../store/arena.ts";
import { ENCODING_RAW } from "../store/entry.ts";
import { AccessClock } from "./access-clock.ts";
import { Databases, NO_EXPIRY } from "./databases.ts";
import { Defragmenter } from "./defrag.ts";
import { EntryView } from "./entry-view.ts";

const dbs = 3;

// Databases, a defragmenter, and what each key should hold: a value that follows from key and version.
class World {
  readonly rng = new Rng(8112);
  readonly databases = new Databases({
    databases: dbs,
    seed: { k0: 1, k1: 2 },
    access: new AccessClock(this.rng.fork("access")),
  });
  readonly defragmenter = new Defragmenter(this.databases);
  readonly view = new EntryView(new Uint8Array(0));
  readonly model = new Map<number, { version: number; size: number; expireAtMs: number }>();
  readonly names: number[] = [];
  nowUs = 0;

  private readonly key = new Uint8Array(8);
  private readonly value = new Uint8Array(2_000_000);

  locate(i: number): boolean {
    for (let b = 0; b < 8; b++) this.key[b] = Math.floor(i / 2 ** (8 * b));
    return this.databases.locate(i % dbs, this.key, 0, 8, this.view);
  }

  put(i: number, size: number, expireAtMs: number = NO_EXPIRY, version = 0): void {
    const found = this.locate(i);
    for (let b = 0; b < size; b += size > 256 ? 64 : 1) this.value[b] = i + b + version;
    const args = [this.value, 0, size, ENCODING_RAW, expireAtMs] as const;
    this.databases.putString(this.view, found, this.key, 0, 8, ...args);
    if (!this.model.has(i)) this.names.push(i);
    this.model.set(i, { version, size, expireAtMs });
  }

  drop(which: number): void {
    const at = which % this.names.length;
    const i = this.names[at];
    if (i === undefined) return;
    expect(this.locate(i)).toBe(true);
    this.databases.remove(this.view);
    this.model.delete(i);
    this.names[at] = this.names[this.names.length - 1] as number;
    this.names.pop();
  }

  // Steps whose clock moves on by `lookUs` at each look, until the defragmenter has nothing more to do.
  run(lookUs: number, between: () => void = () => {}): number {
    let steps = 0;
    while (this.defragmenter.step(100, () => (this.nowUs += lookUs))) {
      between();
      if (++steps > 2_000_000) expect.fail("the pass does not end");
    }
    return steps;
  }

  check(): void {
    let volatile = 0;
    for (const [i, { version, size, expireAtMs }] of this.model) {
      if (!this.locate(i)) expect.fail(`key ${i} is lost`);
      const { bytes, valueStart, valueLength } = this.view;
      let isRight = valueLength === size && this.view.expireAtMs === expireAtMs;
      for (let b = 0; isRight && b < size; b += size > 256 ? 64 : 1) {
        isRight = bytes[valueStart + b] === ((i + b + version) & 0xff);
      }
      if (!isRight) expect.fail(`key ${i} does not hold its ${size} bytes of version ${version}`);
      if (expireAtMs !== NO_EXPIRY) volatile++;
    }
    const { dicts, expiries } = this.databases;
    expect(dicts.reduce((sum, dict) => sum + dict.size, 0)).toBe(this.model.size);
    expect(expiries.reduce((sum, index) => sum + index.size, 0)).toBe(volatile);
    for (const index of expiries) {
      for (let p = 0; p < index.size; p++) {
        if (this.databases.expiryOf(index.refAt(p)) !== index.timeAt(p))
          expect.fail(`expiry index is wrong at ${p}`);
      }
    }
  }
}

function sparse(keys: number, left: number): World {
  const world = new World();
  for (let i = 0; i < keys; i++) world.put(i, 400 + (i % 7) * 100, i % 5 === 0 ? 1_000_000 + i : NO_EXPIRY);
  while (world.names.length > left) world.drop(world.rng.u32());
  return world;
}

test("after nine keys of ten were deleted the memory falls near what is used, and the rest is intact", () => {
  const world = sparse(120_000, 12_000);
  const { arena } = world.databases;
  const before = arena.mappedBytes;
  expect(arena.usedBytes).toBeLessThan(before * 0.15);
  world.run(1);
  world.check();
  expect(arena.residentBytes).toBeLessThan(arena.usedBytes * 1.15 + 2_000_000);
  expect(arena.mappedBytes).toBeLessThan(arena.usedBytes + SEGMENT_BYTES);
  expect(world.defragmenter.movedEntries).toBeGreaterThan(5000);
  expect(world.defragmenter.movedEntries).toBeLessThan(24_000);
});

test("commands between the steps neither lose anything nor keep the memory from falling", () => {
  const world = sparse(80_000, 6000);
  const { arena } = world.databases;
  const before = arena.mappedBytes;
  let next = 1_000_000;
  let version = 0;
  // The clock jumps, so that each step ends after one table.
  const steps = world.run(1000, () => {
    for (let turn = 0; turn < 20; turn++) {
      const drawn = world.rng.below(10);
      if (drawn < 4) world.put(next++, world.rng.below(1000), drawn === 0 ? 2_000_000 + next : NO_EXPIRY);
      else if (drawn < 8) world.drop(world.rng.u32());
      else
        world.put(
          world.names[world.rng.below(world.names.length)] ?? 0,
          world.rng.below(1000),
          NO_EXPIRY,
          ++version,
        );
    }
  });
  expect(steps).toBeGreaterThan(100);
  world.check();
  expect(arena.residentBytes).toBeLessThan(before / 3);
});

test("a dict that grows, or empties, while it is walked stays whole", () => {
  for (const grows of [true, false]) {
    const world = sparse(80_000, 6000);
    let next = 1_000_000;
    world.run(1000, () => {
      // A thousand at a time: tables split or merge and the directory changes its size under the walk.
      for (let turn = 0; turn < 1000 && next < 1_060_000; turn++) {
        if (grows) world.put(next++, 20);
        else if (world.names.length > 50) world.drop(world.rng.u32());
      }
    });
    world.check();
  }
});

test("a pass during which databases are flushed ends once their blocks are freed", () => {
  const world = sparse(80_000, 6000);
  const { databases } = world;
  for (let step = 0; step < 20; step++) world.defragmenter.step(100, () => (world.nowUs += 1000));
  databases.flush(1);
  for (const i of [...world.model.keys()]) if (i % dbs === 1) world.model.delete(i);
  for (let step = 0; step < 1000; step++) {
    expect(world.defragmenter.step(100, () => (world.nowUs += 1000))).toBe(true);
  }
  while (databases.freeSome(100));
  world.run(1000);
  world.check();
  expect(databases.arena.mappedBytes).toBe(SEGMENT_BYTES);
});

test("everything flushed at once in the middle of a pass leaves a defragmenter that still works", () => {
  const world = new World();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 80_000; i++) world.put(i * dbs, 600);
    while (world.names.length > 4000) world.drop(world.rng.u32());
    for (let step = 0; step < 10; step++) world.defragmenter.step(100, () => (world.nowUs += 1000));
    if (round === 1) break;
    world.databases.flush(0);
    world.model.clear();
    world.names.length = 0;
    world.run(1000);
  }
  world.run(1);
  world.check();
  expect(world.databases.arena.mappedBytes).toBe(SEGMENT_BYTES);
});

test("long values move a few at a time", () => {
  const world = new World();
  for (let i = 0; i < 200; i++) world.put(i, 1_000_000);
  while (world.names.length > 20) world.drop(world.rng.u32());
  const before = world.databases.arena.segmentCount;
  let moved = 0;
  world.run(1000, () => {
    expect(world.defragmenter.movedEntries - moved).toBeLessThanOrEqual(1);
    moved = world.defragmenter.movedEntries;
  });
  world.check();
  expect(moved).toBeGreaterThan(5);
  expect(world.databases.arena.segmentCount).toBeLessThan(before / 2);
});

test("while keys go fast a pass begins when three fifths are empty, and once they stay, when a quarter is", () => {
  const world = new World();
  const { arena } = world.databases;
  const step = () => world.defragmenter.step(100, () => (world.nowUs += 300_000));
  for (let i = 0; i < 80_000; i++) world.put(i, 800);
  step();
  while (arena.fillRatio > 0.44) {
    for (let i = 0; i < 2000; i++) world.drop(world.rng.u32());
    expect([step(), step()]).toEqual([false, false]);
  }
  expect(arena.fillRatio).toBeGreaterThan(0.4);
  for (let i = 0; i < 4; i++) step();
  world.run(1000);
  world.check();
  expect(arena.fillRatio).toBeGreaterThan(0.75);

  for (let i = 0; i < 80_000; i++) world.put(i, 800);
  step();
  while (arena.fillRatio > 0.39) world.drop(world.rng.u32());
  expect([step(), step(), step()]).toContain(true);
});

test("nothing begins while the arena is dense, small, or as it was after the last pass", () => {
  const world = new World();
  for (let i = 0; i < 1000; i++) world.put(i, 1000);
  while (world.names.length > 10) world.drop(0);
  expect(world.defragmenter.step(100, () => 0)).toBe(false);
  for (let i = 0; i < 80_000; i++) world.put(i, 800);
  expect(world.databases.arena.fillRatio).toBeGreaterThan(0.75);
  expect(world.defragmenter.step(100, () => 0)).toBe(false);
  while (world.names.length > 8000) world.drop(world.rng.u32());
  expect(world.run(1000)).toBeGreaterThan(10);
  expect(world.defragmenter.step(100, () => 0)).toBe(false);
});
