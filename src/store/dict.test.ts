import fc from "fast-check";
import { expect, test } from "vitest";
import { Rng } from "../lib/rng.ts";
import { Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import { Dict, SLOTS } from "./dict.ts";
import { HEADER_BYTES, keyLengthAt, readVarint, varintBytes, varintBytesAt, writeVarint } from "./entry.ts";

const seed = { k0: 0x01234567, k1: 0x89abcdef };

// Hashes are the keys' first four bytes, so that a test can choose them.
class ChosenHashDict extends Dict {
  private readonly blocks: Arena;

  constructor(arena: Arena) {
    super(arena, seed);
    this.blocks = arena;
  }

  override hash(bytes: Uint8Array, start: number): number {
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(start);
  }

  override hashOfEntry(ref: Ref): number {
    return this.hash(keyOf(this.blocks, ref), 0);
  }
}

function entryFor(arena: Arena, key: Uint8Array): Ref {
  const ref = arena.alloc(HEADER_BYTES + varintBytes(key.length) + key.length + 1);
  const u8 = arena.u8[segmentOf(ref)] as Uint8Array;
  u8.fill(0, byteOffset(ref), byteOffset(ref) + HEADER_BYTES);
  const at = writeVarint(u8, byteOffset(ref) + HEADER_BYTES, key.length);
  u8.set(key, at);
  u8[at + key.length] = 0;
  return ref;
}

function keyOf(arena: Arena, ref: Ref): Uint8Array {
  const u8 = arena.u8[segmentOf(ref)] as Uint8Array;
  const at = byteOffset(ref) + keyLengthAt(u8[byteOffset(ref)] as number);
  const start = at + varintBytesAt(u8, at);
  return u8.slice(start, start + readVarint(u8, at));
}

// A failing case is long; making it shorter ends after this, and the runs before do not take as long.
const shrinkMsMax = 30_000;

// A dict and what it should hold.
class Pair {
  readonly arena = new Arena();
  readonly dict: Dict;
  readonly model = new Map<string, Ref>();
  readonly names: string[] = []; // of the model, for drawing one

  constructor(chosenHash: boolean) {
    this.dict = chosenHash ? new ChosenHashDict(this.arena) : new Dict(this.arena, seed);
  }

  find(name: string): Ref {
    const key = Buffer.from(name, "latin1");
    return this.dict.find(this.dict.hash(key, 0, key.length), key, 0, key.length);
  }

  put(name: string): void {
    if (this.model.has(name)) return;
    const key = Buffer.from(name, "latin1");
    const ref = entryFor(this.arena, key);
    this.dict.insert(this.dict.hash(key, 0, key.length), ref);
    this.model.set(name, ref);
    this.names.push(name);
  }

  drop(which: number): string | undefined {
    const at = which % this.names.length;
    const name = this.names[at];
    if (name === undefined) return undefined;
    const ref = this.model.get(name) as Ref;
    this.dict.remove(this.dict.hashOfEntry(ref), ref);
    this.arena.free(ref);
    this.model.delete(name);
    this.names[at] = this.names[this.names.length - 1] as string;
    this.names.pop();
    return name;
  }

  replace(which: number): void {
    const name = this.names[which % this.names.length];
    if (name === undefined) return;
    const old = this.model.get(name) as Ref;
    const to = entryFor(this.arena, Buffer.from(name, "latin1"));
    this.dict.replace(this.dict.hashOfEntry(old), old, to);
    this.arena.free(old);
    this.model.set(name, to);
  }

  scanFrom(cursor: number, count: number): { next: number; names: string[] } {
    const names: string[] = [];
    const next = this.dict.scan(cursor, count, (ref) =>
      names.push(Buffer.from(keyOf(this.arena, ref)).toString("latin1")),
    );
    return { next, names };
  }

  check(): void {
    expect(this.dict.size).toBe(this.model.size);
    const wrong = [...this.model].filter(([name, ref]) => this.find(name) !== ref);
    expect(wrong.slice(0, 5)).toEqual([]);
    const seen: string[] = [];
    for (let cursor = 0; ; ) {
      const { next, names } = this.scanFrom(cursor, 100);
      seen.push(...names);
      if (next === 0) break;
      expect(next).toBeGreaterThan(cursor);
      cursor = next;
    }
    this.checkSeenOnce(seen);
  }

  // A few of the faults and no more: the difference between two long lists takes minutes to print.
  checkSeenOnce(names: readonly string[]): void {
    const seen = new Set(names);
    const missing = [...this.model.keys()].filter((name) => !seen.has(name));
    expect(missing.slice(0, 5)).toEqual([]);
    expect([names.length, seen.size]).toEqual([this.model.size, this.model.size]);
  }
}

// Names of four hash bytes and one more. A few prefixes make deep tables beside shallow ones, equal
// hashes and equal tags; `rest` picks whether only the low bits differ.
const clustered = fc
  .record({
    prefix: fc.constantFrom(0, 0, 0x7f, 0x80, 0xff),
    second: fc.constantFrom(0, 0, 0xff, 0x55),
    third: fc.nat({ max: 255 }),
    last: fc.constantFrom(0, 1, 2, 0xfe, 0xff),
    extra: fc.nat({ max: 3 }),
  })
  .map((r) => String.fromCharCode(r.prefix, r.second, r.third, r.last, r.extra));
const spread = fc.uint8Array({ minLength: 5, maxLength: 5 }).map((b) => Buffer.from(b).toString("latin1"));

// A phase of one tendency each, so that tables fill, split, empty and merge.
const phase = fc.record({
  names: fc.array(fc.oneof(clustered, spread), { minLength: 1, maxLength: 900, size: "max" }),
  drops: fc.array(fc.nat(), { maxLength: 900, size: "max" }),
  replaces: fc.array(fc.nat(), { maxLength: 30 }),
});

test("the dict agrees with a Map through splits, merges and collisions", () => {
  fc.assert(
    fc.property(fc.array(phase, { minLength: 1, maxLength: 6 }), (phases) => {
      const pair = new Pair(true);
      for (const { names, drops, replaces } of phases) {
        for (const name of names) pair.put(name);
        pair.check();
        for (const which of replaces) pair.replace(which);
        for (const which of drops) {
          const name = pair.drop(which);
          if (name !== undefined) expect(pair.find(name)).toBe(0);
        }
        pair.check();
      }
      while (pair.names.length > 0) pair.drop(0);
      pair.check();
      pair.dict.clearTables();
      expect(pair.arena.usedBytes).toBe(0);
      expect(pair.dict.directoryBytes).toBe(5);
    }),
    { numRuns: 30, interruptAfterTimeLimit: shrinkMsMax },
  );
});

test("200,000 keys grow and shrink it with nothing lost and nothing left over", () => {
  const pair = new Pair(false);
  for (let i = 0; i < 200_000; i++) pair.put(`key:${i}`);
  pair.check();
  const load = pair.dict.size / pair.dict.slotCount;
  expect(load).toBeGreaterThan(0.4);
  expect(load).toBeLessThanOrEqual(0.8);
  const directoryBytes = pair.dict.directoryBytes;
  let drawn = 1;
  while (pair.names.length > 2000) {
    drawn = (Math.imul(drawn, 1_103_515_245) + 12_345) >>> 0;
    pair.drop(drawn);
  }
  pair.check();
  expect(pair.dict.directoryBytes).toBeLessThan(directoryBytes / 16);
  expect(pair.dict.size / pair.dict.slotCount).toBeGreaterThan(0.1);
  while (pair.names.length > 0) pair.drop(0);
  expect([pair.dict.size, pair.dict.slotCount, pair.dict.directoryBytes]).toEqual([0, SLOTS, 5]);
  expect(pair.arena.usedBytes).toBe(Arena.roundUp(8 + SLOTS * 5)); // One table stays.
  pair.put("again");
  pair.check();
});

test("keys coming and going in one table leave no graves that slow or block a search", () => {
  const pair = new Pair(false);
  for (let i = 0; i < 150; i++) pair.put(`stays ${i}`);
  for (let i = 0; i < 20_000; i++) {
    pair.put(`comes ${i}`);
    pair.drop(pair.names.length - 1);
  }
  pair.check();
});

test("keys under one directory cell split it deeply while the rest stays shallow", () => {
  const pair = new Pair(true);
  for (let i = 0; i < 3000; i++) pair.put(Buffer.from([0xab, 0xc0 | (i >>> 8), i, 0, 0]).toString("latin1"));
  for (let i = 0; i < 250; i++) pair.put(Buffer.from([i, 0, 0, 0, 0]).toString("latin1"));
  pair.check();
  expect(pair.dict.slotCount / SLOTS).toBeLessThan(80);
  while (pair.names.length > 30) pair.drop(pair.names.length - 1);
  pair.check();
  expect(pair.dict.directoryBytes).toBe(5);
});

test("keys of one and the same hash are told apart, and too many of them are refused rather than hang", () => {
  const pair = new Pair(true);
  const name = (i: number) => Buffer.from([1, 2, 3, 4, i >>> 8, i]).toString("latin1");
  for (let i = 0; i < 250; i++) pair.put(name(i));
  pair.check();
  expect(() => {
    for (let i = 250; i < 300; i++) pair.put(name(i));
  }).toThrow("is full");
  expect(pair.find(name(299))).toBe(0);
});

test.each([1, 2, 10, 255, 1000, 1_000_000])("a scan by %i visits each key exactly once", (count) => {
  const pair = new Pair(false);
  for (let i = 0; i < 5000; i++) pair.put(`key:${i}`);
  for (let i = 0; i < 1000; i++) pair.drop(i * 7919);
  const seen: string[] = [];
  let cursor = 0;
  do {
    const { next, names } = pair.scanFrom(cursor, count);
    if (next !== 0) expect(names.length).toBeGreaterThanOrEqual(count);
    expect(names.length).toBeLessThan(count + 220);
    seen.push(...names);
    cursor = next;
  } while (cursor !== 0);
  pair.checkSeenOnce(seen);
});

test("the ranges of hashes, however they are cut, hold each entry once and with its own hash", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.oneof(clustered, spread), { maxLength: 600, size: "max" }),
      fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 40 }),
      (chosenHash, names, cuts) => {
        const pair = new Pair(chosenHash);
        for (const name of names) pair.put(name);
        const edges = [0, ...new Set(cuts.filter((cut) => cut > 0)), 2 ** 32].sort((a, b) => a - b);
        const seen: string[] = [];
        edges.forEach((from, i) => {
          const to = edges[i + 1];
          if (to === undefined) return;
          pair.dict.scanRange(from, to, (ref, hash) => {
            expect(hash).toBe(pair.dict.hashOfEntry(ref) >>> 0);
            expect(hash >= from && hash < to).toBe(true);
            seen.push(Buffer.from(keyOf(pair.arena, ref)).toString("latin1"));
          });
        });
        pair.checkSeenOnce(seen);
      },
    ),
    { interruptAfterTimeLimit: shrinkMsMax },
  );
});

test("a scan returns every key that was there throughout, whatever else comes and goes", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.oneof(clustered, spread), { minLength: 1, maxLength: 400, size: "max" }),
      fc.array(phase, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 40 }),
      (chosenHash, stay, phases, count) => {
        const pair = new Pair(chosenHash);
        const stays = new Set(stay);
        for (const name of stays) pair.put(name);
        const seen = new Set<string>();
        let cursor = 0;
        for (let turn = 0; ; turn++) {
          const { next, names } = pair.scanFrom(cursor, count);
          for (const name of names) seen.add(name);
          if (next === 0) break;
          cursor = next;
          const { names: more, drops } = phases[turn % phases.length] as (typeof phases)[0];
          if (turn % 2 === 0) {
            for (const name of more) pair.put(name);
          } else {
            for (const which of drops) {
              const name = pair.names[which % pair.names.length];
              if (name !== undefined && !stays.has(name)) pair.drop(which);
            }
          }
        }
        expect([...stays].filter((name) => !seen.has(name))).toEqual([]);
      },
    ),
    { numRuns: 40, interruptAfterTimeLimit: shrinkMsMax },
  );
});

test("random draws reach every key, none more than another", () => {
  const rng = new Rng(8112);
  // 1,000 keys make tables of two depths; draws per key are then 200 +- 14.
  const pair = new Pair(false);
  for (let i = 0; i < 1000; i++) pair.put(`key:${i}`);
  const drawn = new Map<Ref, number>();
  for (let i = 0; i < 200_000; i++) {
    const ref = pair.dict.random(() => rng.u32());
    drawn.set(ref, (drawn.get(ref) ?? 0) + 1);
  }
  const counts = [...pair.model.values()].map((ref) => drawn.get(ref) ?? 0);
  expect(drawn.size).toBe(1000);
  expect(Math.min(...counts)).toBeGreaterThan(200 - 14 * 6);
  expect(Math.max(...counts)).toBeLessThan(200 + 14 * 6);
});

test("random finds the one key of a dict, and every key of a sparse one", () => {
  const rng = new Rng(1);
  const pair = new Pair(false);
  expect(pair.dict.random(() => rng.u32())).toBe(0);
  for (let i = 0; i < 3000; i++) pair.put(`key:${i}`);
  while (pair.names.length > 500) pair.drop(rng.u32());
  const seen = new Set<Ref>();
  for (let i = 0; i < 10_000; i++) seen.add(pair.dict.random(() => rng.u32()));
  expect(seen).toEqual(new Set(pair.model.values()));
  while (pair.names.length > 1) pair.drop(0);
  for (let i = 0; i < 10; i++) expect(pair.dict.random(() => rng.u32())).toBe([...pair.model.values()][0]);
});

test("random ends in a dict so lopsided that hardly a draw meets a key", () => {
  const rng = new Rng(1);
  const pair = new Pair(true);
  for (let i = 0; i < 500; i++) pair.put(Buffer.from([0xab, 0xc0 | (i >>> 8), i, 0, 0]).toString("latin1"));
  const refs = new Set(pair.model.values());
  for (let i = 0; i < 100; i++) expect(refs.has(pair.dict.random(() => rng.u32()))).toBe(true);
});

test("samples are as many as asked for and reach every key", () => {
  const rng = new Rng(2);
  const pair = new Pair(false);
  const seen = new Set<Ref>();
  expect(
    pair.dict.sample(
      5,
      () => rng.u32(),
      (ref) => seen.add(ref),
    ),
  ).toBe(0);
  for (let i = 0; i < 2000; i++) pair.put(`key:${i}`);
  let visits = 0;
  for (let i = 0; i < 20_000; i++) {
    const count = pair.dict.sample(
      5,
      () => rng.u32(),
      (ref) => {
        seen.add(ref);
        visits++;
      },
    );
    expect(count).toBe(5);
  }
  expect(visits).toBe(100_000);
  expect(seen).toEqual(new Set(pair.model.values()));
});

test("an entry is found by its hash alone", () => {
  const pair = new Pair(false);
  for (let i = 0; i < 3000; i++) pair.put(`key:${i}`);
  for (const ref of pair.model.values()) {
    const found = pair.dict.findByHash(pair.dict.hashOfEntry(ref));
    expect(pair.dict.hashOfEntry(found)).toBe(pair.dict.hashOfEntry(ref));
    // A hash is 32 bits, whether somebody kept them as a signed or an unsigned number.
    expect(pair.dict.findByHash(pair.dict.hashOfEntry(ref) >>> 0)).toBe(found);
    expect(pair.dict.findByHash(pair.dict.hashOfEntry(ref) | 0)).toBe(found);
  }
  const ref = pair.model.get("key:7") as Ref;
  const hash = pair.dict.hashOfEntry(ref);
  pair.dict.remove(hash, ref);
  expect(pair.dict.findByHash(hash)).toBe(0);
  expect(new Pair(false).dict.findByHash(hash)).toBe(0);
});

test("a walk to relocate reaches every entry that stays, whatever comes and goes between its steps", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(clustered, spread), { minLength: 1, maxLength: 600, size: "max" }),
      fc.array(phase, { minLength: 1, maxLength: 12 }),
      (stay, phases) => {
        const pair = new Pair(true);
        const stays = new Set(stay);
        for (const name of stays) pair.put(name);
        const seen = new Set<string>();
        let cursor = 0;
        for (let turn = 0; cursor < 2 ** 32; turn++) {
          // Each entry visited moves, as in an evacuation of everything.
          cursor = pair.dict.relocate(cursor, (ref) => {
            const name = Buffer.from(keyOf(pair.arena, ref)).toString("latin1");
            seen.add(name);
            const to = pair.arena.move(ref);
            pair.model.set(name, to);
            return to;
          });
          const { names, drops } = phases[turn % phases.length] as (typeof phases)[0];
          if (turn % 2 === 0) for (const name of names) pair.put(name);
          else
            for (const which of drops) {
              const name = pair.names[which % pair.names.length];
              if (name !== undefined && !stays.has(name)) pair.drop(which);
            }
        }
        expect([...stays].filter((name) => !seen.has(name))).toEqual([]);
        pair.check();
      },
    ),
    { numRuns: 30, interruptAfterTimeLimit: shrinkMsMax },
  );
});

test("taking the tables one by one hands over each entry once and gives all memory back", () => {
  const pair = new Pair(false);
  for (let i = 0; i < 5000; i++) pair.put(`key:${i}`);
  const taken: Ref[] = [];
  for (let table = 0; pair.dict.size > 0; table++) {
    pair.dict.takeTable(table, (ref) => {
      taken.push(ref);
      pair.arena.free(ref);
    });
  }
  expect(taken.sort()).toEqual([...pair.model.values()].sort());
  expect(pair.arena.usedBytes).toBe(0);
  pair.dict.clearTables();
  expect([pair.dict.slotCount, pair.arena.usedBytes]).toEqual([0, 0]);
});

// Keys that differ in one byte only share a hash here, so every search has to compare them.
test("a search by words tells keys apart as a search by bytes does, at every length and alignment", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4, maxLength: 150 }),
      fc.nat({ max: 9 }),
      fc.nat(),
      (key, offset, place) => {
        const arena = new Arena();
        const dict = new ChosenHashDict(arena);
        const ref = entryFor(arena, key);
        dict.insert(dict.hash(key, 0), ref);
        const buffer = new Uint8Array(key.length + 20).fill(0xdd);
        const view = new DataView(buffer.buffer);
        const search = (bytes: Uint8Array): [Ref, Ref] => {
          buffer.set(bytes, offset);
          const hash = dict.hash(key, 0);
          const end = offset + bytes.length;
          return [dict.find(hash, buffer, offset, end), dict.find(hash, buffer, offset, end, view)];
        };
        expect(search(key)).toEqual([ref, ref]);
        const other = key.slice();
        const changed = place % key.length;
        other[changed] = (other[changed] as number) ^ 1;
        expect(search(other)).toEqual([0, 0]);
        expect(search(key.subarray(0, key.length - 1))).toEqual([0, 0]);
      },
    ),
  );
});
