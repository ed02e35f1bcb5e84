import fc from "fast-check";
import { expect, test } from "vitest";
import { Rng } from "../lib/rng.ts";
import { ENCODING_EMBSTR, ENCODING_INT, ENCODING_RAW } from "../store/entry.ts";
import { AccessClock } from "./access-clock.ts";
import { Databases, KEEP_EXPIRY, NO_EXPIRY } from "./databases.ts";
import { EntryView } from "./entry-view.ts";

const dbs = 3;
const tableBytes = 1408;

type Item = { value: Buffer; expireAtMs: number; encoding: number };

// Databases and a Map for each of what it should hold.
class Pair {
  readonly access = new AccessClock(new Rng(1));
  readonly databases = new Databases({ databases: dbs, seed: { k0: 1, k1: 2 }, access: this.access });
  readonly models: Map<string, Item>[] = Array.from({ length: dbs }, () => new Map());
  readonly view = new EntryView(new Uint8Array(0));
  dirty = 0;
  expired = 0;

  constructor() {
    this.databases.nowMs = 1000;
  }

  get(db: number, name: string): Item | undefined {
    const model = this.models[db] as Map<string, Item>;
    const item = model.get(name);
    if (item === undefined || item.expireAtMs === 0 || item.expireAtMs > this.databases.nowMs) return item;
    model.delete(name);
    this.expired++;
    return undefined;
  }

  locate(db: number, name: string): boolean {
    // Keys arrive as ranges of a longer buffer.
    const bytes = Buffer.from(`<${name}>`, "latin1");
    const found = this.databases.locate(db, bytes, 1, bytes.length - 1, this.view);
    if (found !== (this.get(db, name) !== undefined)) expect.fail(`locate of ${name.length} bytes: ${found}`);
    return found;
  }

  put(db: number, name: string, value: Buffer, expireAtMs: number, encoding = ENCODING_RAW): void {
    const found = this.locate(db, name);
    const key = Buffer.from(`key ${name}`, "latin1");
    const padded = Buffer.concat([Buffer.from("--"), value, Buffer.from("-")]);
    const args = [padded, 2, padded.length - 1, encoding, expireAtMs] as const;
    this.databases.putString(this.view, found, key, 4, key.length, ...args);
    const kept = this.models[db]?.get(name)?.expireAtMs ?? 0;
    const expected = expireAtMs === KEEP_EXPIRY ? kept : expireAtMs;
    this.models[db]?.set(name, { value, expireAtMs: expected, encoding });
    this.dirty++;
    this.verifyView(name, { value, expireAtMs: expected, encoding });
  }

  resize(db: number, name: string, length: number): void {
    if (!this.locate(db, name)) return;
    const item = this.models[db]?.get(name) as Item;
    this.databases.resizeString(this.view, length);
    const value = Buffer.alloc(length);
    item.value.copy(value);
    item.value = value;
    item.encoding = ENCODING_RAW;
    this.dirty++;
    this.verifyView(name, item);
  }

  setExpiry(db: number, name: string, atMs: number): void {
    if (!this.locate(db, name)) return;
    const item = this.models[db]?.get(name) as Item;
    const changes = atMs !== NO_EXPIRY || item.expireAtMs !== 0;
    this.databases.setExpiry(this.view, atMs);
    item.expireAtMs = atMs;
    if (changes) this.dirty++;
    this.verifyView(name, item);
  }

  remove(db: number, name: string): void {
    if (!this.locate(db, name)) return;
    this.databases.remove(this.view);
    this.models[db]?.delete(name);
    this.dirty++;
    this.locate(db, name);
  }

  expireAll(db: number): void {
    const model = this.models[db] as Map<string, Item>;
    const size = model.size;
    for (const name of [...model.keys()]) this.get(db, name);
    expect(this.databases.expireSome(db, 1_000_000)).toBe(size - model.size);
  }

  flush(db: number): void {
    const model = this.models[db] as Map<string, Item>;
    expect(this.databases.flush(db)).toBe(model.size);
    this.dirty += model.size;
    model.clear();
  }

  swap(a: number, b: number): void {
    this.databases.swap(a, b);
    const model = this.models[a] as Map<string, Item>;
    this.models[a] = this.models[b] as Map<string, Item>;
    this.models[b] = model;
  }

  sleep(ms: number): void {
    this.databases.nowMs += ms;
  }

  flushAll(): void {
    const size = this.models.reduce((sum, model) => sum + model.size, 0);
    expect(this.databases.flushAll()).toBe(size);
    this.dirty += size;
    for (const model of this.models) model.clear();
    expect([this.databases.arena.usedBytes, this.databases.pendingFrees]).toEqual([0, 0]);
  }

  check(): void {
    this.models.forEach((model, db) => {
      const volatile = [...model.values()].filter((item) => item.expireAtMs !== 0);
      expect(this.databases.dicts[db]?.size).toBe(model.size);
      expect(this.databases.expiries[db]?.size).toBe(volatile.length);
      const soonest = Math.min(Number.POSITIVE_INFINITY, ...volatile.map((item) => item.expireAtMs));
      expect(this.databases.expiries[db]?.nextMs).toBe(soonest);
      for (const name of [...model.keys()]) {
        if (this.locate(db, name)) this.verifyView(name, model.get(name) as Item);
      }
    });
    expect([this.databases.dirty, this.databases.expiredKeys]).toEqual([this.dirty, this.expired]);
  }

  removeAll(): void {
    this.models.forEach((model, db) => {
      for (const name of [...model.keys()]) this.remove(db, name);
    });
    while (this.databases.freeSome(10));
    // Each database may keep one table.
    expect(this.databases.arena.usedBytes).toBeLessThanOrEqual(tableBytes * dbs);
    expect(this.databases.pendingFrees).toBe(0);
  }

  verifyView(name: string, item: Item): void {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd, encoding, expireAtMs } = this.view;
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
      "latin1",
      keyStart,
      keyEnd,
    );
    const value = Buffer.from(bytes.buffer, bytes.byteOffset + valueStart, valueEnd - valueStart);
    if (key !== name) expect.fail(`key of ${name.length} bytes came back as one of ${key.length}`);
    if (!value.equals(item.value))
      expect.fail(`value of ${item.value.length} bytes came back as ${value.length}`);
    if (encoding !== item.encoding || expireAtMs !== item.expireAtMs) {
      expect.fail(
        `encoding ${encoding}, expiry ${expireAtMs}; expected ${JSON.stringify({ ...item, value: 0 })}`,
      );
    }
  }
}

const boundaries = [
  0, 1, 3, 4, 11, 12, 31, 63, 64, 118, 119, 120, 126, 127, 128, 129, 503, 504, 505, 511, 512, 513,
];
const longer = [4095, 4096, 16_370, 16_382, 16_383, 16_384, 16_385, 20_000, 131_040, 131_072, 200_000];
const length = fc.oneof(
  { weight: 5, arbitrary: fc.nat({ max: 80 }) },
  { weight: 5, arbitrary: fc.constantFrom(...boundaries) },
  { weight: 1, arbitrary: fc.constantFrom(...longer) },
);

function bytesOf(size: number, salt: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) bytes[i] = i * 7 + (i >>> 8) + salt;
  return bytes;
}

// A few keys, so that they meet again: the empty one, all byte values, and each length that matters.
const names = [
  "",
  "\x00",
  "\xff\xfe",
  "k",
  bytesOf(256, 0).toString("latin1"),
  ...[...boundaries, 16_383, 16_384, 70_000].flatMap((size) => [
    bytesOf(size, 1).toString("latin1"),
    bytesOf(size, 2).toString("latin1"),
  ]),
];
const name = fc.constantFrom(...names);
const db = fc.nat({ max: dbs - 1 });
const expiry = fc.oneof(
  fc.constant(NO_EXPIRY),
  fc.constant(KEEP_EXPIRY),
  fc.integer({ min: 900, max: 3000 }),
  fc.integer({ min: 2 ** 40, max: 2 ** 53 - 1 }),
);
const encoding = fc.constantFrom(ENCODING_INT, ENCODING_EMBSTR, ENCODING_RAW);

type Step = (pair: Pair) => unknown;

function act<T>(weight: number, drawn: fc.Arbitrary<T>, run: (pair: Pair, drawn: T) => unknown) {
  return {
    weight,
    arbitrary: drawn.map(
      (value): Step =>
        (pair) =>
          run(pair, value),
    ),
  };
}

const finalExpiry = expiry.filter((at) => at !== KEEP_EXPIRY);
const step: fc.Arbitrary<Step> = fc.oneof(
  act(
    10,
    fc.tuple(db, name, length, fc.nat({ max: 255 }), expiry, encoding),
    (pair, [d, n, size, salt, at, e]) => pair.put(d, n, bytesOf(size, salt), at, e),
  ),
  act(5, fc.tuple(db, name, length), (pair, [d, n, size]) => pair.resize(d, n, size)),
  act(5, fc.tuple(db, name, finalExpiry), (pair, [d, n, at]) => pair.setExpiry(d, n, at)),
  act(5, fc.tuple(db, name), (pair, [d, n]) => pair.remove(d, n)),
  act(3, fc.tuple(db, name), (pair, [d, n]) => pair.locate(d, n)),
  act(2, fc.nat({ max: 200 }), (pair, ms) => pair.sleep(ms)),
  act(1, db, (pair, d) => pair.expireAll(d)),
  act(1, db, (pair, d) => pair.flush(d)),
  act(1, fc.constant(0), (pair) => pair.flushAll()),
  act(1, fc.tuple(db, db), (pair, [a, b]) => pair.swap(a, b)),
  act(1, fc.nat({ max: 20 }), (pair, entries) => pair.databases.freeSome(entries)),
);

test("databases agree with Maps under any commands, with the time moving on", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 400, size: "max" }), (steps) => {
      const pair = new Pair();
      for (const each of steps) each(pair);
      pair.check();
      pair.removeAll();
    }),
    { numRuns: 150 },
  );
}, 30_000);

test("keys of any bytes are kept apart: each single byte, and each pair with a zero", () => {
  const pair = new Pair();
  for (let i = 0; i < 256; i++) {
    for (const key of [[i], [0, i], [i, 0]]) {
      pair.put(0, Buffer.from(key).toString("latin1"), Buffer.from(key), NO_EXPIRY);
    }
  }
  pair.check();
  pair.removeAll();
});

test.each([200_000, 1_100_000, 16 * 1024 * 1024, 20_000_000])(
  "a value of %i bytes is held, grown and freed",
  (size) => {
    const pair = new Pair();
    pair.put(0, "before", bytesOf(10, 1), NO_EXPIRY);
    pair.put(0, "big", bytesOf(size, 3), NO_EXPIRY);
    pair.setExpiry(0, "big", 5000);
    pair.resize(0, "big", size + 1_000_000);
    pair.put(0, "big", bytesOf(size, 4), KEEP_EXPIRY);
    pair.put(1, bytesOf(size, 5).toString("latin1"), bytesOf(3, 4), NO_EXPIRY);
    pair.check();
    pair.put(0, "big", bytesOf(3, 4), NO_EXPIRY);
    pair.check();
    pair.removeAll();
    expect(pair.databases.arena.segmentCount).toBe(1);
  },
);

test("a string that grows byte by byte is copied rarely", () => {
  const pair = new Pair();
  pair.put(0, "log", Buffer.alloc(0), NO_EXPIRY);
  let moves = 0;
  let ref = 0;
  for (let size = 1; size <= 100_000; size++) {
    expect(pair.locate(0, "log")).toBe(true);
    pair.databases.resizeString(pair.view, size);
    if (pair.view.ref !== ref) moves++;
    ref = pair.view.ref;
  }
  expect(moves).toBeLessThan(30);
});

test("overwriting with values of like length stays in place and leaks nothing", () => {
  const pair = new Pair();
  for (let i = 0; i < 1000; i++)
    pair.put(0, "k", bytesOf(1 + (i % 50), i), i % 3 === 0 ? 5000 + i : KEEP_EXPIRY);
  pair.check();
  expect(pair.databases.arena.usedBytes).toBeLessThan(tableBytes + 200);
});

test("access words outlive what moves an entry, and a new value counts as used now", () => {
  const pair = new Pair();
  pair.access.seconds = 100;
  pair.put(0, "k", bytesOf(10, 0), NO_EXPIRY);
  expect(pair.databases.accessWordOf(pair.view.ref)).toBe(100);
  pair.access.seconds = 200;
  pair.setExpiry(0, "k", 9000);
  pair.resize(0, "k", 5000);
  expect(pair.databases.accessWordOf(pair.view.ref)).toBe(100);
  pair.databases.setAccessWord(pair.view.ref, 0xfedcba);
  pair.verifyView("k", pair.models[0]?.get("k") as Item);
  expect(pair.databases.accessWordOf(pair.view.ref)).toBe(0xfedcba);
  pair.put(0, "k", bytesOf(6000, 0), KEEP_EXPIRY);
  expect(pair.databases.accessWordOf(pair.view.ref)).toBe(200);
  // Under LFU a frequency outlives the value, and replacing it is an access (3 minutes, counter 5, then certain).
  pair.access.isLfu = true;
  pair.databases.setAccessWord(pair.view.ref, (3 << 8) | 5);
  pair.put(0, "k", bytesOf(1, 0), NO_EXPIRY);
  expect(pair.databases.accessWordOf(pair.view.ref)).toBe((3 << 8) | 6);
});

test("flushing the only database with keys gives all segments back; another's keys stay untouched", () => {
  const pair = new Pair();
  for (let i = 0; i < 1000; i++) pair.put(0, `key:${i}`, bytesOf(100_000, i), i % 2 === 0 ? NO_EXPIRY : 9000);
  const views = [...pair.databases.arena.u8];
  expect(views.length).toBeGreaterThan(2);
  pair.flush(0);
  expect(pair.databases.arena.usedBytes).toBe(0);
  pair.put(0, "after", bytesOf(10, 1), 5000);
  while (pair.databases.freeSome(1));
  expect(views.map((u8) => u8.length).filter((size) => size > 0)).toEqual([]);
  pair.put(1, "other", bytesOf(10, 1), 5000);
  pair.flush(0);
  expect(pair.databases.pendingFrees).toBe(1);
  pair.check();
  pair.removeAll();
});

test("blocks of flushed databases are freed in slices of the size asked for", () => {
  const pair = new Pair();
  pair.put(1, "stays", bytesOf(10, 1), NO_EXPIRY);
  for (let i = 0; i < 5000; i++) pair.put(0, `key:${i}`, bytesOf(20, i), i % 2 === 0 ? NO_EXPIRY : 9000);
  pair.flush(0);
  for (let i = 0; i < 500; i++) pair.put(0, `key:${i}`, bytesOf(30, i), i % 2 === 0 ? NO_EXPIRY : 9000);
  pair.flush(0);
  for (let i = 0; i < 500; i++) pair.put(0, `key:${i}`, bytesOf(30, i), NO_EXPIRY);
  for (let left = pair.databases.pendingFrees; left > 0; ) {
    expect(pair.databases.freeSome(10)).toBe(true);
    const now = pair.databases.pendingFrees;
    expect(left - now).toBeLessThan(10 + 205); // One table at most beyond what was asked for.
    left = now;
  }
  while (pair.databases.freeSome(10));
  expect(pair.databases.doomed).toEqual([]);
  pair.check();
  pair.removeAll();
});
