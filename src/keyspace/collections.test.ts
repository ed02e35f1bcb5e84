import { expect, test } from "vitest";
import { argsOf, KeyspaceFixture, textOf } from "../testing/keyspace-fixture.ts";
import type { Databases } from "./databases.ts";
import { Defragmenter } from "./defrag.ts";

// A steady clock on which each look takes 20 us, so that a budget is so many looks.
function ticking(): () => number {
  let nowUs = 0;
  return () => (nowUs += 20);
}

function fill(fixture: KeyspaceFixture, from: number, to: number): void {
  const { keyspace } = fixture;
  for (let i = from; i < to; i++) {
    const member = `member:${i}`;
    const set = argsOf("set", member);
    keyspace.setForUpdate(set, 0)?.add(set, 1);
    const zset = argsOf("zset", member);
    keyspace.sortedSetForUpdate(zset, 0)?.put(zset, 1, (i * 7919) % 1000);
    const list = argsOf("list", member);
    keyspace.listForUpdate(list, 0)?.pushTail(list, 1);
    const hash = argsOf("hash", member, `value:${i}`);
    keyspace.hashForUpdate(hash, 0)?.set(hash, 1, 2);
  }
}

function check(fixture: KeyspaceFixture, from: number, to: number): void {
  const { keyspace } = fixture;
  for (let i = from; i < to; i += 17) {
    const args = argsOf("set", `member:${i}`, "zset", "hash");
    expect(keyspace.readSet(args, 0)?.has(args, 1)).toBe(true);
    expect(keyspace.readSortedSet(args, 2)?.find(args, 1)).toBe(true);
    expect(keyspace.sortedSet.score).toBe((i * 7919) % 1000);
    expect(keyspace.readHash(args, 3)?.get(args, 1)).toBe(true);
    expect(textOf(keyspace.hash.value)).toBe(`value:${i}`);
  }
  const list = keyspace.readList(argsOf("list"), 0);
  let i = from;
  for (let more = list?.first(); more === true; more = list?.next())
    expect(list && textOf(list.element)).toBe(`member:${i++}`);
  expect(i).toBe(to);
  const zset = keyspace.readSortedSet(argsOf("zset"), 0);
  let last = -1;
  let count = 0;
  for (let more = zset?.seek(0); more === true; more = zset?.next()) {
    expect(zset?.score ?? 0).toBeGreaterThanOrEqual(last);
    last = zset?.score ?? 0;
    count++;
  }
  expect(count).toBe(to - from);
}

test("large collections are moved out of sparse segments piece by piece, while they change", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  const databases = fixture.databases[0] as Databases;
  const { arena } = databases;
  // Members of the large collections stand between strings that go away.
  let strings = 0;
  for (let from = 0; arena.segmentCount < 3; from += 200) {
    fill(fixture, from, from + 200);
    for (let i = 0; i < 100; i++) {
      const args = argsOf(`string:${strings++}`, "x".repeat(4000));
      keyspace.setString(args, 0, args.bytes, args.start(1), args.end(1), 0);
    }
  }
  const size = keyspace.readSet(argsOf("set"), 0)?.length ?? 0;
  for (let i = 0; i < strings; i++) keyspace.remove(argsOf(`string:${i}`), 0);
  const residentBefore = arena.residentBytes;
  const defragmenter = new Defragmenter(databases);
  const clock = ticking();
  let steps = 0;
  let gone = 0;
  while (defragmenter.step(200, clock) || steps === 0) {
    if (++steps > 100_000) throw new Error("the pass does not end");
    if (steps % 5 !== 0 || gone >= 1000) continue;
    // The first elements leave while the pass is under way, and others come.
    const args = argsOf("set", `member:${gone}`, "zset", "hash", "list");
    keyspace.setForUpdate(args, 0)?.remove(args, 1);
    keyspace.sortedSetForUpdate(args, 2)?.remove(args, 1);
    keyspace.hashForUpdate(args, 3)?.delete(args, 1);
    keyspace.listForUpdate(args, 4)?.removeRange(0, 1);
    fill(fixture, size + gone, size + gone + 1);
    gone++;
  }
  expect(gone).toBeGreaterThan(10);
  expect(arena.residentBytes).toBeLessThan(residentBefore / 2);
  expect(arena.fillRatio).toBeGreaterThan(0.7);
  check(fixture, gone, size + gone);
  for (const key of ["set", "zset", "hash", "list"]) keyspace.remove(argsOf(key), 0);
  expect(fixture.leftBytes()).toBe(0);
});

test("a collection removed in the middle of being moved leaves nothing behind and does no harm", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  const databases = fixture.databases[0] as Databases;
  const { arena } = databases;
  let strings = 0;
  for (let from = 0; arena.segmentCount < 3; from += 200) {
    fill(fixture, from, from + 200);
    for (let i = 0; i < 100; i++) {
      const args = argsOf(`string:${strings++}`, "x".repeat(4000));
      keyspace.setString(args, 0, args.bytes, args.start(1), args.end(1), 0);
    }
  }
  for (let i = 0; i < strings; i++) keyspace.remove(argsOf(`string:${i}`), 0);
  const defragmenter = new Defragmenter(databases);
  const clock = ticking();
  for (let i = 0; i < 200; i++) defragmenter.step(200, clock);
  for (const key of ["zset", "hash", "set", "list"]) {
    keyspace.remove(argsOf(key), 0);
    for (let i = 0; i < 20; i++) defragmenter.step(200, clock);
  }
  while (databases.freeSome(1000)) defragmenter.step(200, clock);
  for (let i = 0; i < 10_000 && defragmenter.step(200, clock); i++);
  expect(fixture.leftBytes()).toBe(0);
  fill(fixture, 0, 500);
  check(fixture, 0, 500);
});

test("flushing drops doomed collections and those that are being moved, with everything else", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  fill(fixture, 0, 3000);
  keyspace.remove(argsOf("zset"), 0);
  expect(fixture.databases[0]?.pendingFrees).toBe(1);
  keyspace.flushAll();
  expect(fixture.databases[0]?.pendingFrees).toBe(0);
  expect(fixture.usedBytes).toBe(0);
  fill(fixture, 0, 3000);
  check(fixture, 0, 3000);
});

test("a flush of one database among several frees its collections in slices", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  const args = argsOf("stays", "x");
  keyspace.db = 1;
  keyspace.setString(args, 0, args.bytes, args.start(1), args.end(1), 0);
  keyspace.db = 0;
  const before = fixture.usedBytes;
  fill(fixture, 0, 2000);
  keyspace.flush(0);
  expect(fixture.usedBytes).toBeGreaterThan(before + 100_000);
  let slices = 0;
  while ((fixture.databases[0]?.pendingFrees ?? 0) > 0) {
    fixture.databases[0]?.freeSome(100);
    slices++;
  }
  expect(slices).toBeGreaterThan(40);
  expect(fixture.usedBytes).toBeLessThanOrEqual(before);
});

test("a large collection that expires, is evicted, overwritten or renamed over is freed", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  const databases = fixture.databases[0] as Databases;
  const ways: Readonly<Record<string, () => void>> = {
    expired: () => {
      const entry = keyspace.peek(argsOf("zset"), 0);
      if (entry !== undefined) keyspace.setExpiry(entry, databases.nowMs + 5);
      databases.nowMs += 10;
      expect(keyspace.peek(argsOf("zset"), 0)).toBeUndefined();
    },
    evicted: () => databases.evict(0, keyspace.peek(argsOf("zset"), 0)?.ref ?? 0),
    overwritten: () => {
      const args = argsOf("zset", "text");
      keyspace.setString(args, 0, args.bytes, args.start(1), args.end(1), 0);
      keyspace.remove(args, 0);
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    fill(fixture, 0, 1000);
    way();
    for (const key of ["set", "hash", "list"]) keyspace.remove(argsOf(key), 0);
    expect([name, fixture.leftBytes()]).toEqual([name, 0]);
  }
});
