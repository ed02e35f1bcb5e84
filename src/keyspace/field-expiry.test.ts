import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSink } from "../persistence/byte-sink.ts";
import { readDumpPayload, storeCollection, writeEntryPayload } from "../persistence/dump-payload.ts";
import { SEGMENT_BYTES } from "../store/arena.ts";
import { ENCODING_COMPACT, ENCODING_LARGE, ENCODING_TIMED } from "../store/entry.ts";
import { argsOf, KeyspaceFixture, textOf } from "../testing/keyspace-fixture.ts";
import { Defragmenter } from "./defrag.ts";
import { runExpireCycle } from "./expire-cycle.ts";
import { defaultLimits } from "./limits.ts";
import { transfer } from "./transfer.ts";

const START_MS = 1_700_000_000_000;
const limits = { ...defaultLimits, hashMaxListpackEntries: 12, hashMaxListpackValue: 20 };
const forever = { monotonicUs: () => 0, untilUs: 1 };
const eager = { buggify: (name: string) => name === "defrag.eager", mark: () => {} };

const home = argsOf("key");
const there = argsOf("other{9}");

type Field = { value: string; atMs: number };

// A hash at "key" on one side and a Map of its fields on the other, under one clock.
class World {
  readonly fixture: KeyspaceFixture;
  readonly model = new Map<string, Field>();
  nowMs = START_MS;
  isLarge = false;
  private readonly emptyBytes: number;

  constructor(shards: number) {
    this.fixture = new KeyspaceFixture({ shards, limits, probe: eager });
    this.fixture.setTime(this.nowMs);
    this.compact();
    this.emptyBytes = this.fixture.usedBytes;
  }

  get keyspace() {
    return this.fixture.keyspace;
  }

  set(field: string, value: string, keeps: boolean): void {
    const args = argsOf("key", field, value);
    const hash = this.keyspace.hashForUpdate(args, 0);
    if (hash === undefined) throw new Error("wrong type");
    const isNew = keeps ? hash.setKeepingExpiry(args, 1, 2) : hash.set(args, 1, 2);
    const before = this.model.get(field);
    expect(isNew).toBe(before === undefined);
    this.model.set(field, { value, atMs: keeps ? (before?.atMs ?? 0) : 0 });
    const isLong = field.length > limits.hashMaxListpackValue || value.length > limits.hashMaxListpackValue;
    if (isLong || this.model.size > limits.hashMaxListpackEntries) this.isLarge = true;
  }

  delete(field: string): void {
    const args = argsOf("key", field);
    expect(this.keyspace.hashForUpdate(args, 0)?.delete(args, 1)).toBe(this.model.delete(field));
    this.forget();
  }

  expire(field: string, atMs: number): void {
    const args = argsOf("key", field);
    expect(this.keyspace.hashForUpdate(args, 0)?.setExpiry(args, 1, atMs)).toBe(this.model.has(field));
    const held = this.model.get(field);
    if (held !== undefined) held.atMs = atMs;
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.fixture.setTime(this.nowMs);
    for (const [field, { atMs }] of this.model) {
      if (atMs !== 0 && atMs <= this.nowMs) this.model.delete(field);
    }
    this.forget();
  }

  // Copies or moves the hash to another key, maybe of another shard, and back; a moved one lives on there for a while.
  carry(isMove: boolean, db: number): void {
    const { keyspace } = this;
    for (const [from, fromDb, to, toDb] of [
      [home, 0, there, db],
      [there, db, home, 0],
    ] as const) {
      const source = keyspace.peek(from, 0, keyspace.entry, fromDb);
      if (source === undefined) return;
      const isTaken = keyspace.peek(to, 0, keyspace.second, toDb) !== undefined;
      transfer(source, keyspace.second, { isTaken, isMove }, to.bytes, to.start(0), to.end(0));
      if (isMove) this.advance(1);
    }
    const copy = keyspace.peek(there, 0, keyspace.entry, db);
    if (copy !== undefined) keyspace.removeEntry(copy);
  }

  dumpAndRestore(): void {
    const entry = this.keyspace.peek(home, 0);
    if (entry === undefined) return;
    const sink = new ByteSink();
    writeEntryPayload(sink, entry, true);
    this.keyspace.remove(home, 0);
    const reading = readDumpPayload(sink.bytes, 0, sink.sizeBytes, 2 ** 20);
    if (reading.kind !== "collection") throw new Error(reading.kind);
    const stored = storeCollection(this.keyspace, home, 0, reading);
    if (stored.encoding !== ENCODING_LARGE) this.isLarge = false;
  }

  compact(): void {
    for (const databases of this.fixture.databases) {
      while (databases.freeSome(1000));
      new Defragmenter(databases).step(1, () => 0);
      // What held its segment would be a block that was not moved.
      expect(databases.arena.mappedBytes).toBeLessThanOrEqual(SEGMENT_BYTES);
    }
  }

  check(): void {
    const { keyspace, model } = this;
    const hash = keyspace.readHash(home, 0);
    if (hash === undefined) throw new Error("wrong type");
    expect([hash.length, hash.exists]).toEqual([model.size, model.size > 0]);
    const expected = [...model].map(([field, { value, atMs }]) => [field, value, atMs]).toSorted(byField);
    const found: [string, string, number][] = [];
    hash.rewind();
    while (hash.next()) found.push([textOf(hash.field), textOf(hash.value), hash.fieldExpireAtMs]);
    expect(found.toSorted(byField)).toEqual(expected);
    const scanned: string[] = [];
    for (let cursor = 0, calls = 0; calls === 0 || cursor !== 0; calls++) {
      cursor = hash.scan(cursor, 3, () => scanned.push(textOf(hash.field)));
    }
    expect(scanned.toSorted()).toEqual([...model.keys()].toSorted());
    const sampled: string[] = [];
    hash.sample(3, this.fixture.rng, () => sampled.push(textOf(hash.field)));
    expect(new Set(sampled).size).toBe(Math.min(3, model.size));
    for (const field of sampled) expect(model.has(field)).toBe(true);
    for (const field of ["f0", "f1", "f7"]) {
      const args = argsOf("key", field);
      expect(hash.get(args, 1) ? textOf(hash.value) : undefined).toBe(model.get(field)?.value);
    }
    if (model.size > 0) {
      const isTimed = [...model.values()].some(({ atMs }) => atMs > 0);
      const { encoding } = hash.entry;
      if (this.isLarge) expect(encoding).toBe(ENCODING_LARGE);
      else expect(encoding === ENCODING_COMPACT ? isTimed : encoding !== ENCODING_TIMED).toBe(false);
    }
    expect(this.fixture.databases.reduce((sum, { fieldExpiries }) => sum + fieldExpiries.count, 0)).toBe(
      [...model.values()].some(({ atMs }) => atMs > 0) ? 1 : 0,
    );
  }

  /** Removes the hash; nothing of it may be left. */
  end(): void {
    this.keyspace.remove(home, 0);
    this.fixture.leftBytes();
    this.compact();
    expect(this.fixture.usedBytes).toBe(this.emptyBytes);
    expect(this.fixture.databases.reduce((sum, { fieldExpiries }) => sum + fieldExpiries.count, 0)).toBe(0);
  }

  private forget(): void {
    if (this.model.size === 0) this.isLarge = false;
  }
}

function byField([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return `${a}` < `${b}` ? -1 : 1;
}

const field = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 15 }).map((n) => `f${n}`) },
  { weight: 1, arbitrary: fc.constantFrom("7", "", "x".repeat(21), "y".repeat(200)) },
);
const step = fc.record({
  kind: fc.constantFrom(
    ...["set", "set", "set", "keep", "delete", "expire", "expire", "expire", "persist", "advance", "advance"],
    ...["copy", "move", "dump", "compact", "expire-key", "wait-all"],
  ),
  fields: fc.array(field, { minLength: 1, maxLength: 8 }),
  value: fc.oneof(fc.nat({ max: 9 }).map(String), fc.string({ maxLength: 6 }), fc.constant("v".repeat(30))),
  ms: fc.integer({ min: 1, max: 50 }),
});

test("a hash with fields that expire holds what a Map with times holds, wherever it goes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), fc.constantFrom(1, 4), (steps, shards) => {
      const world = new World(shards);
      for (const { kind, fields, value, ms } of steps) {
        if (kind === "set") for (const each of fields) world.set(each, value, false);
        else if (kind === "keep") for (const each of fields) world.set(each, value, true);
        else if (kind === "delete") for (const each of fields) world.delete(each);
        else if (kind === "expire") for (const each of fields) world.expire(each, world.nowMs + ms);
        else if (kind === "persist") for (const each of fields) world.expire(each, 0);
        else if (kind === "advance") world.advance(ms >> 2);
        else if (kind === "wait-all") world.advance(51);
        else if (kind === "copy" || kind === "move") world.carry(kind === "move", ms % 2);
        else if (kind === "dump") world.dumpAndRestore();
        else if (kind === "compact") world.compact();
        else {
          const entry = world.keyspace.peek(home, 0);
          if (entry !== undefined) world.keyspace.setExpiry(entry, entry.hasExpiry ? 0 : 4e12);
        }
        world.check();
      }
      world.end();
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  );
}, 30_000);

test("while due fields must stay they are hidden, and nothing of them comes back", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const world = new World(1);
      const [databases] = world.fixture.databases;
      if (databases === undefined) throw new Error("no databases");
      for (const { kind, fields, value, ms } of steps) {
        if (kind === "set") for (const each of fields) world.set(each, value, false);
        else if (kind === "delete") for (const each of fields) world.delete(each);
        else if (kind === "keep") for (const each of fields) world.set(each, value, true);
        else if (kind === "expire") for (const each of fields) world.expire(each, world.nowMs + ms);
        else if (kind === "advance" || kind === "wait-all") {
          databases.keepsExpired = true;
          const keys = databases.dicts[0]?.size;
          world.advance(ms);
          const hash = world.keyspace.readHash(home, 0);
          if (hash === undefined) throw new Error("wrong type");
          expect([hash.length, hash.exists]).toEqual([world.model.size, world.model.size > 0]);
          const found: string[] = [];
          hash.rewind();
          while (hash.next()) found.push(textOf(hash.field));
          expect(found.toSorted()).toEqual([...world.model.keys()].toSorted());
          found.length = 0;
          let cursor = 0;
          do cursor = hash.scan(cursor, 3, () => found.push(textOf(hash.field)));
          while (cursor !== 0);
          expect(found.toSorted()).toEqual([...world.model.keys()].toSorted());
          if (hash.exists) {
            hash.random(world.fixture.rng);
            expect(world.model.has(textOf(hash.field))).toBe(true);
          }
          expect(databases.dicts[0]?.size).toBe(keys);
          // What is written next finds the due fields still there, as at the end of a pause.
          databases.keepsExpired = false;
        }
      }
      world.advance(0);
      world.check();
      world.end();
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  );
}, 30_000);

test("many fields that are due at once go in slices, unseen from the first moment", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  const [databases] = fixture.databases;
  if (databases === undefined) throw new Error("no databases");
  fixture.setTime(START_MS);
  for (let i = 0; i < 3000; i++) {
    const args = argsOf("key", `f${i}`, `${i}`);
    const hash = keyspace.hashForUpdate(args, 0);
    hash?.set(args, 1, 2);
    if (i >= 10) hash?.setExpiry(args, 1, START_MS + 5);
  }
  fixture.setTime(START_MS + 5);
  expect(databases.hasDueFields).toBe(true);
  expect(keyspace.readHash(home, 0)?.length).toBe(10);
  const budget = { monotonicUs: () => 1, untilUs: 0 };
  let cycles = 0;
  while (runExpireCycle(fixture.databases, budget)) {
    expect(keyspace.readHash(home, 0)?.length).toBe(10);
    cycles++;
  }
  expect(cycles).toBeGreaterThan(100);
  expect(databases.hasDueFields).toBe(false);
  keyspace.remove(home, 0);
  expect(fixture.leftBytes()).toBe(0);
});

test("a hash whose fields are all due goes as a whole, however many they are", () => {
  const fixture = new KeyspaceFixture();
  const { keyspace } = fixture;
  fixture.setTime(START_MS);
  for (let i = 0; i < 3000; i++) {
    const args = argsOf("key", `f${i}`, `${i}`);
    const hash = keyspace.hashForUpdate(args, 0);
    hash?.set(args, 1, 2);
    hash?.setExpiry(args, 1, START_MS + 5 + (i % 3));
  }
  fixture.setTime(START_MS + 10);
  expect(keyspace.size()).toBe(0);
  expect(fixture.databases[0]?.hasDueFields).toBe(false);
  expect(fixture.leftBytes()).toBe(0);
});

test("flushed and exchanged databases take the times of their fields along", () => {
  const fixture = new KeyspaceFixture({ databases: 2 });
  const { keyspace } = fixture;
  const [databases] = fixture.databases;
  if (databases === undefined) throw new Error("no databases");
  fixture.setTime(START_MS);
  const put = (db: number, name: string, ms: number): void => {
    keyspace.db = db;
    const args = argsOf(name, "f", "v");
    const hash = keyspace.hashForUpdate(args, 0);
    hash?.set(args, 1, 2);
    hash?.set(argsOf(name, "g", "v"), 1, 2);
    hash?.setExpiry(args, 1, START_MS + ms);
  };
  put(0, "a", 10);
  put(1, "b", 20);
  put(1, "c", 30);
  keyspace.swap(0, 1);
  keyspace.flush(1);
  expect(databases.fieldExpiries.count).toBe(2);
  fixture.setTime(START_MS + 25);
  keyspace.db = 0;
  expect(keyspace.readHash(argsOf("b"), 0)?.length).toBe(1);
  expect(keyspace.readHash(argsOf("c"), 0)?.length).toBe(2);
  expect(databases.fieldExpiries.count).toBe(1);
  keyspace.flushAll();
  expect(databases.fieldExpiries.count).toBe(0);
  fixture.setTime(START_MS + 100);
  runExpireCycle(fixture.databases, forever);
  expect(keyspace.size(0)).toBe(0);
});

test("a hash without times takes no byte more than before one of its fields had one and was set anew", () => {
  const fixture = new KeyspaceFixture({ limits: { ...limits, hashMaxListpackEntries: 0 } });
  const { keyspace } = fixture;
  fixture.setTime(START_MS);
  for (let i = 0; i < 100; i++) {
    const args = argsOf("key", `f${i}`, "v");
    keyspace.hashForUpdate(args, 0)?.set(args, 1, 2);
  }
  const before = fixture.usedBytes;
  for (let i = 0; i < 100; i++) {
    const args = argsOf("key", `f${i}`, "v");
    const hash = keyspace.hashForUpdate(args, 0);
    hash?.setExpiry(args, 1, START_MS + 1000 + i);
  }
  expect(fixture.usedBytes).toBeGreaterThan(before);
  for (let i = 0; i < 100; i++) {
    const args = argsOf("key", `f${i}`, "v");
    keyspace.hashForUpdate(args, 0)?.set(args, 1, 2);
  }
  expect(fixture.usedBytes).toBe(before);
});
