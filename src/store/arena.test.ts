import fc from "fast-check";
import { expect, test } from "vitest";
import { Arena, byteOffset, PAGE_BYTES, type Ref, SEGMENT_BYTES, segmentOf } from "./arena.ts";

const cell = 8;
const shortMax = 600;
const spanBlockMax = 128 * 1024;
const runMax = 16 * 1024 * 1024;

// A failing case is long; making it shorter ends after this, and the runs before do not take as long.
const shrinkMsMax = 30_000;

// Mostly short blocks, with every kind of longer one; the edges between kinds by name.
const anySize = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: shortMax }) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: spanBlockMax }) },
  { weight: 1, arbitrary: fc.integer({ min: spanBlockMax + 1, max: runMax }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      512,
      513,
      spanBlockMax,
      spanBlockMax + 1,
      runMax,
      runMax + 1,
      40 * 1024 * 1024,
    ),
  },
);

const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("alloc" as const), size: anySize }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant("free" as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("move" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("evacuate" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat() }) },
);

// The live blocks, each marked at both ends with its number.
class Model {
  readonly arena = new Arena();
  readonly live: { ref: Ref; bytes: number; mark: number }[] = [];
  marks = 0;

  alloc(size: number): void {
    const ref = this.arena.alloc(size);
    const bytes = this.arena.capacityOf(ref);
    const isRight =
      ref !== 0 && bytes >= size && bytes === Arena.roundUp(size) && !this.arena.shouldMove(ref);
    if (!isRight) expect.fail(`${size} bytes were asked for: ref ${ref} of ${bytes}`);
    const mark = ++this.marks;
    this.live.push({ ref, bytes, mark });
    this.stamp(ref, bytes, mark);
  }

  free(which: number): void {
    const at = which % this.live.length;
    const block = this.live[at];
    if (block === undefined) return;
    this.verify(block);
    this.arena.free(block.ref);
    this.live[at] = this.live[this.live.length - 1] as typeof block;
    this.live.pop();
  }

  move(which: number): void {
    const block = this.live[which % this.live.length];
    if (block === undefined) return;
    block.ref = this.arena.move(block.ref);
    expect(this.arena.capacityOf(block.ref)).toBe(block.bytes);
    this.verify(block);
  }

  evacuate(): void {
    this.arena.beginEvacuation();
    for (const block of this.live)
      if (this.arena.shouldMove(block.ref)) block.ref = this.arena.move(block.ref);
    expect(this.live.filter((block) => this.arena.shouldMove(block.ref))).toEqual([]);
    this.arena.endEvacuation();
  }

  check(): void {
    let bytes = 0;
    const ranges = this.live.map((block) => {
      bytes += block.bytes;
      this.verify(block);
      const start = segmentOf(block.ref) * 2 ** 33 + byteOffset(block.ref);
      return { start, end: start + block.bytes };
    });
    expect(this.arena.usedBytes).toBe(bytes);
    expect(this.arena.pageBytes).toBeGreaterThanOrEqual(bytes);
    expect(this.arena.mappedBytes).toBeGreaterThanOrEqual(this.arena.pageBytes);
    expect(this.arena.residentBytes).toBeGreaterThanOrEqual(this.arena.pageBytes);
    expect(this.arena.residentBytes).toBeLessThanOrEqual(this.arena.mappedBytes);
    expect(this.arena.segmentCount).toBe(this.arena.u8.filter((u8) => u8.length > 0).length);
    expect(this.arena.mappedBytes).toBe(this.arena.u8.reduce((sum, u8) => sum + u8.length, 0));
    ranges.sort((a, b) => a.start - b.start);
    expect(ranges.filter(({ start }, i) => start < (ranges[i - 1]?.end ?? 0))).toEqual([]);
  }

  freeAll(): void {
    while (this.live.length > 0) this.free(this.live.length - 1);
    expect(this.arena.usedBytes).toBe(0);
  }

  private stamp(ref: Ref, bytes: number, mark: number): void {
    const words = this.arena.i32[segmentOf(ref)] as Int32Array;
    const first = byteOffset(ref) >>> 2;
    for (let i = 0; i < bytes / 4; i += bytes > 4096 ? 1024 : 1) words[first + i] = mark * 31 + i;
    words[first + bytes / 4 - 1] = mark;
  }

  private verify(block: { ref: Ref; bytes: number; mark: number }): void {
    const words = this.arena.i32[segmentOf(block.ref)] as Int32Array;
    const first = byteOffset(block.ref) >>> 2;
    const count = block.bytes / 4;
    let wrong = words[first + count - 1] === block.mark ? 0 : 1;
    for (let i = 0; i < count - 1; i += block.bytes > 4096 ? 1024 : 1) {
      if (words[first + i] !== block.mark * 31 + i) wrong++;
    }
    if (wrong > 0)
      expect.fail(`block ${block.mark} (ref ${block.ref}, ${block.bytes} bytes) was written over`);
  }
}

test("live blocks never overlap, keep their contents and are counted to the byte", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 300, size: "max" }), (steps) => {
      const model = new Model();
      for (const each of steps) {
        if (each.kind === "alloc") model.alloc(each.size);
        else if (each.kind === "free") model.free(each.which);
        else if (each.kind === "move") model.move(each.which);
        else if (each.kind === "evacuate") model.evacuate();
        else model.arena.endEvacuation();
        // Touching 40 MB blocks is what costs; a dozen of them are as good as a hundred.
        while (model.arena.usedBytes > 200 * 1024 * 1024) model.free(0);
      }
      model.check();
      model.freeAll();
      model.arena.dropAll();
      while (model.arena.releaseDropped());
    }),
    { numRuns: 25, interruptAfterTimeLimit: shrinkMsMax },
  );
});

test("blocks made and freed while an evacuation is under way stay correct", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 50, maxLength: 200, size: "max" }), (draws) => {
      const model = new Model();
      for (let i = 0; i < 700; i++) model.alloc(64 * 1024 + ((i * 7919) % 60_000));
      for (let i = 0; i < 500; i++) model.free(i * 104_729);
      expect(model.arena.beginEvacuation()).toBeGreaterThan(0);
      for (const draw of draws) {
        if (draw % 3 === 0) model.free(draw);
        else if (draw % 3 === 1) model.alloc(64 * 1024 + (draw % 60_000));
        else model.move(draw);
      }
      model.arena.endEvacuation();
      model.check();
      // Spans that took part serve allocations again.
      for (let i = 0; i < 300; i++) model.alloc(64 * 1024 + ((i * 7919) % 60_000));
      model.check();
      model.freeAll();
      // What is left are the spans that allocations come from, one for each class that was used.
      expect(model.arena.mappedBytes).toBeLessThanOrEqual(64 * 1024 * 1024);
      model.arena.dropAll();
      while (model.arena.releaseDropped());
    }),
    { numRuns: 8, interruptAfterTimeLimit: shrinkMsMax },
  );
});

test("a segment goes back once its last block is freed, and its number serves again", () => {
  const arena = new Arena();
  const refs: Ref[] = [];
  while (arena.segmentCount < 4) refs.push(arena.alloc(1000));
  const mapped = arena.mappedBytes;
  expect(mapped).toBe(4 * SEGMENT_BYTES);
  for (const ref of refs) arena.free(ref);
  expect(arena.usedBytes).toBe(0);
  // The span that allocations come from stays; one segment besides the first holds it.
  expect(arena.segmentCount).toBeLessThanOrEqual(2);
  refs.length = 0;
  while (arena.segmentCount < 4) refs.push(arena.alloc(1000));
  expect(arena.mappedBytes).toBe(mapped);
  expect(Math.max(...refs.map(segmentOf))).toBe(3);
});

test("a block over 4 MiB has a segment of its own, which goes back with it", () => {
  const arena = new Arena();
  const ref = arena.alloc(runMax + 1);
  expect(arena.capacityOf(ref)).toBe(runMax + PAGE_BYTES);
  expect(arena.usedBytes).toBe(runMax + PAGE_BYTES);
  expect(arena.mappedBytes).toBe(SEGMENT_BYTES + runMax + PAGE_BYTES);
  expect(segmentOf(ref)).toBeGreaterThan(0);
  arena.free(ref);
  expect(arena.mappedBytes).toBe(SEGMENT_BYTES);
});

test("evacuating a sparse arena gives most of its segments back", () => {
  const model = new Model();
  for (let i = 0; model.arena.segmentCount < 6; i++) model.alloc(40 + (i % 5) * 200);
  const before = model.live.length;
  for (let i = 0; i < before * 0.9; i++) model.free((i * 2_654_435_761) % model.live.length);
  expect(model.arena.fillRatio).toBeLessThan(0.2);
  model.evacuate();
  model.check();
  expect(model.arena.segmentCount).toBeLessThanOrEqual(2);
});

test("a lone sparse segment is renewed, the first one too, and an empty one goes back", () => {
  const model = new Model();
  for (let i = 0; i < 7500; i++) model.alloc(1000);
  expect(model.arena.segmentCount).toBe(1);
  while (model.live.length > 750) model.free(model.live.length * 7919);
  for (let round = 0; round < 3; round++) {
    model.evacuate();
    model.check();
    expect(model.arena.residentBytes).toBeLessThan(model.arena.usedBytes * 1.1 + 250_000);
    for (let i = 0; i < 6250; i++) model.alloc(1000);
    while (model.live.length > 750) model.free(model.live.length * 7919);
  }
  model.freeAll();
  model.evacuate();
  expect([model.arena.segmentCount, model.arena.residentBytes]).toEqual([0, 0]);
  model.alloc(40 * 1024 * 1024);
  model.alloc(1000);
  model.check();
  model.freeAll();
});

test("one long block does not make a sparse arena look full", () => {
  const arena = new Arena();
  const refs: Ref[] = [];
  while (arena.segmentCount < 3) refs.push(arena.alloc(100));
  for (const ref of refs.slice(1000)) arena.free(ref);
  const sparse = arena.fillRatio;
  arena.alloc(300 * 1024 * 1024);
  expect(arena.fillRatio).toBe(sparse);
  expect(sparse).toBeLessThan(0.1);
});

test("dropping everything leaves an empty arena and gives the memory back a segment at a time", () => {
  const arena = new Arena();
  while (arena.segmentCount < 3) arena.alloc(100_000);
  arena.alloc(40 * 1024 * 1024);
  const views = [...arena.u8];
  arena.dropAll();
  expect([arena.usedBytes, arena.pageBytes, arena.mappedBytes, arena.segmentCount]).toEqual([0, 0, 0, 0]);
  let released = 0;
  while (arena.releaseDropped()) released++;
  expect(released).toBe(4);
  expect(views.map((u8) => u8.length)).toEqual([0, 0, 0, 0]);
  const ref = arena.alloc(10);
  expect(ref).not.toBe(0);
  expect(arena.usedBytes).toBe(16);
});

test("references count to 32 GiB: the upper half is negative and still names its segment and offset", () => {
  fc.assert(
    fc.property(fc.nat({ max: 4095 }), fc.nat({ max: 2 ** 20 - 1 }), (segment, cellIndex) => {
      const ref = (segment << 20) | cellIndex | 0;
      expect(segmentOf(ref)).toBe(segment);
      expect(byteOffset(ref)).toBe(cellIndex * cell);
      expect(ref < 0).toBe(segment >= 2048);
    }),
  );
});

test("a size asked for wastes at most an eighth, or a page when it is long", () => {
  for (let size = 1; size <= 512; size++) expect(Arena.roundUp(size)).toBe(Math.ceil(size / 8) * 8);
  fc.assert(
    fc.property(fc.integer({ min: 513, max: 512 * 1024 * 1024 }), (size) => {
      const rounded = Arena.roundUp(size);
      expect(rounded).toBeGreaterThanOrEqual(size);
      expect(rounded - size).toBeLessThanOrEqual(
        Math.max(size / 8 + 8, size > spanBlockMax ? PAGE_BYTES : 0),
      );
      expect(Arena.roundUp(rounded)).toBe(rounded);
    }),
    { numRuns: 2000 },
  );
});

test("freeing what is not a block is refused", () => {
  const arena = new Arena();
  const ref = arena.alloc(200_000);
  arena.free(ref);
  expect(() => arena.free(ref)).toThrow("free page");
});
