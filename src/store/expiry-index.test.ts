import fc from "fast-check";
import { expect, test } from "vitest";
import { Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import { ExpiryIndex } from "./expiry-index.ts";

// An index and the times it should hold, by entry.
class Pair {
  readonly arena = new Arena();
  readonly index = new ExpiryIndex(this.arena);
  readonly times = new Map<Ref, number>();

  positionOf(ref: Ref): number {
    return (this.arena.i32[segmentOf(ref)] as Int32Array)[(byteOffset(ref) >>> 2) + 1] as number;
  }

  ref(which: number): Ref | undefined {
    return this.times.size === 0 ? undefined : this.index.refAt(which % this.times.size);
  }

  add(atMs: number): void {
    const ref = this.arena.alloc(24);
    this.index.add(ref, atMs);
    this.times.set(ref, atMs);
  }

  update(which: number, atMs: number): void {
    const ref = this.ref(which);
    if (ref === undefined) return;
    this.index.update(this.positionOf(ref), atMs);
    this.times.set(ref, atMs);
  }

  remove(which: number): void {
    const ref = this.ref(which);
    if (ref === undefined) return;
    this.index.remove(this.positionOf(ref));
    this.times.delete(ref);
    this.arena.free(ref);
  }

  move(which: number): void {
    const ref = this.ref(which);
    if (ref === undefined) return;
    const to = this.arena.move(ref);
    this.index.rename(this.positionOf(to), to);
    this.times.set(to, this.times.get(ref) as number);
    this.times.delete(ref);
  }

  check(): void {
    const { index } = this;
    expect(index.size).toBe(this.times.size);
    const seen = new Set<Ref>();
    const wrong: string[] = [];
    for (let position = 0; position < index.size; position++) {
      const ref = index.refAt(position);
      seen.add(ref);
      if (this.positionOf(ref) !== position) wrong.push(`position of ${ref}`);
      if (this.times.get(ref) !== index.timeAt(position)) wrong.push(`time of ${ref}`);
      if (index.timeAt(position) < index.timeAt(Math.max(0, (position - 1) >> 2)))
        wrong.push(`order at ${position}`);
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBe(this.times.size);
    expect(index.nextMs).toBe(Math.min(Number.POSITIVE_INFINITY, ...this.times.values()));
  }
}

const time = fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 4_000_000_000_000 }));
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("add" as const), which: fc.nat(), atMs: time }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), which: fc.nat(), atMs: time }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(), atMs: time }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("move" as const), which: fc.nat(), atMs: time }) },
);

test("the index keeps every entry's time and place through any changes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const pair = new Pair();
      for (const { kind, which, atMs } of steps) {
        if (kind === "add") pair.add(atMs);
        else if (kind === "update") pair.update(which, atMs);
        else if (kind === "remove") pair.remove(which);
        else pair.move(which);
      }
      pair.check();
    }),
    { numRuns: 200 },
  );
});

test("taking the first one out again and again sorts", () => {
  fc.assert(
    fc.property(fc.array(time, { maxLength: 200 }), (times) => {
      const pair = new Pair();
      for (const atMs of times) pair.add(atMs);
      const taken: number[] = [];
      while (pair.index.size > 0) {
        expect(pair.index.timeAt(0)).toBe(pair.times.get(pair.index.nextRef));
        taken.push(pair.index.nextMs);
        pair.index.remove(0);
      }
      expect(taken).toEqual([...times].sort((a, b) => a - b));
      expect([pair.index.nextMs, pair.index.nextRef]).toEqual([Number.POSITIVE_INFINITY, 0]);
    }),
  );
});

test("the chunks follow the size up over several and down again", () => {
  const pair = new Pair();
  for (let i = 0; i < 20_000; i++) pair.add((i * 7919) % 20_011);
  pair.check();
  const overhead = pair.index.overheadBytes;
  expect(overhead).toBe(5 * 4096 * 12);
  for (let i = 0; i < 18_900; i++) pair.remove(i * 104_729);
  pair.check();
  expect(pair.index.overheadBytes).toBe(2 * 4096 * 12);
  pair.index.clear();
  expect([pair.index.size, pair.index.overheadBytes, pair.index.nextMs]).toEqual([
    0,
    0,
    Number.POSITIVE_INFINITY,
  ]);
  pair.times.clear();
  pair.add(5);
  pair.check();
});

test("an index of few keys takes few bytes, also when it has held many", () => {
  const pair = new Pair();
  const bytes = () => pair.index.overheadBytes;
  pair.add(1);
  expect(bytes()).toBe(16 * 12);
  for (let i = 1; i < 9000; i++) {
    pair.add((i * 7919) % 20_011);
    if (pair.index.size < 4096) expect(bytes()).toBeLessThanOrEqual(Math.max(16, 2 * pair.index.size) * 12);
  }
  pair.check();
  while (pair.index.size > 0) {
    pair.remove(pair.index.size * 31);
    if (pair.index.size <= 1024) expect(bytes()).toBeLessThanOrEqual(Math.max(16, 4 * pair.index.size) * 12);
    if (pair.index.size % 256 === 3) pair.check();
  }
  expect(bytes()).toBe(16 * 12);
});
