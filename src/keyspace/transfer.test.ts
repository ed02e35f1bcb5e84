import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import { Rng } from "../lib/rng.ts";
import { AccessClock } from "./access-clock.ts";
import { Databases, NO_EXPIRY } from "./databases.ts";
import type { EntryView } from "./entry-view.ts";
import { Keyspace } from "./keyspace.ts";
import { transfer } from "./transfer.ts";

const nowMs = 1_000_000;

type Kept = { readonly value: string; readonly atMs: number };

// A keyspace with its model: the two take the same steps, and `check` compares all that is in them.
class Pair {
  readonly keyspace: Keyspace;
  readonly access: AccessClock;
  readonly model = new Map<string, Kept>();

  constructor(shards: number) {
    const rng = new Rng(1);
    this.access = new AccessClock(rng);
    const seed = { k0: 1, k1: 2 };
    const databases = Array.from(
      { length: shards },
      () => new Databases({ databases: 2, seed, access: this.access }),
    );
    for (const each of databases) each.nowMs = nowMs;
    this.keyspace = new Keyspace(databases, rng);
  }

  set(db: number, key: string, value: string, atMs: number): void {
    const bytes = latin1Bytes(key);
    const text = latin1Bytes(value);
    this.keyspace.setEncoded(bytes, 0, bytes.length, text, 0, text.length, value.length & 1, atMs, db);
    this.model.set(`${db}${key}`, { value, atMs });
  }

  /** False when there is no source. The two keys must differ. */
  carry(from: { db: number; key: string }, to: { db: number; key: string }, isMove: boolean): boolean {
    const source = this.find(from.db, from.key, this.keyspace.entry);
    if (source === undefined) return false;
    const target = this.keyspace.second;
    const isTaken = this.find(to.db, to.key, target) !== undefined;
    const key = latin1Bytes(to.key);
    transfer(source, target, { isTaken, isMove }, key, 0, key.length);
    const kept = this.model.get(`${from.db}${from.key}`);
    if (kept !== undefined) this.model.set(`${to.db}${to.key}`, kept);
    if (isMove) this.model.delete(`${from.db}${from.key}`);
    return true;
  }

  find(db: number, key: string, view: EntryView = this.keyspace.entry): EntryView | undefined {
    const bytes = latin1Bytes(key);
    return this.keyspace.peekKey(bytes, 0, bytes.length, view, db);
  }

  check(): void {
    for (const [name, { value, atMs }] of this.model) {
      const found = this.find(Number(name[0]), name.slice(1));
      expect(found && latin1Text(found.bytes, found.valueStart, found.valueEnd)).toBe(value);
      expect(found?.encoding).toBe(value.length & 1);
      expect(found?.expireAtMs).toBe(atMs);
    }
    const { keyspace } = this;
    expect(keyspace.size(0) + keyspace.size(1)).toBe(this.model.size);
    const withExpiry = [...this.model.values()].filter(({ atMs }) => atMs !== NO_EXPIRY).length;
    expect(keyspace.expiresCount(0) + keyspace.expiresCount(1)).toBe(withExpiry);
  }

  get usedBlocks(): number {
    return this.keyspace.databases.reduce((sum, { arena }) => sum + arena.usedBytes, 0);
  }

  get changes(): number {
    return this.keyspace.databases.reduce((sum, { dirty }) => sum + dirty, 0);
  }
}

const place = fc.record({ db: fc.nat({ max: 1 }), key: fc.constantFrom("a", "b", "c", "d", "", "\0ÿ") });
const value = fc.oneof(
  fc.constantFrom("", "x", "12"),
  fc.nat({ max: 20_000 }).map((length) => "y".repeat(length)),
);
const step = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    at: place,
    value,
    atMs: fc.constantFrom(NO_EXPIRY, 2e6, 3e6),
  }),
  fc.record({ kind: fc.constant("carry" as const), from: place, to: place, isMove: fc.boolean() }),
);

for (const shards of [1, 4]) {
  test(`moves and copies over ${shards} shard(s) take value, encoding and expiry along and lose nothing`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const pair = new Pair(shards);
        for (const each of steps) {
          if (each.kind === "set") {
            pair.set(each.at.db, each.at.key, each.value, each.atMs);
          } else if (each.from.db !== each.to.db || each.from.key !== each.to.key) {
            const before = pair.changes;
            const happened = pair.carry(each.from, each.to, each.isMove);
            expect(pair.changes - before).toBe(happened ? 1 : 0);
          }
        }
        pair.check();
      }),
    );
  });
}

test("a move leaves no block of its source behind", () => {
  const pair = new Pair(1);
  pair.set(0, "source", "x".repeat(5000), 2e6);
  const before = pair.usedBlocks;
  pair.carry({ db: 0, key: "source" }, { db: 0, key: "target" }, true);
  expect(pair.usedBlocks).toBe(before);
});

test("a move takes the access word along, and a copy starts with a new one", () => {
  const pair = new Pair(4);
  const wordOf = (key: string): number | undefined => {
    const found = pair.find(0, key);
    return found?.owner?.accessWordOf(found.ref);
  };
  pair.access.seconds = 100;
  pair.set(0, "a", "v", NO_EXPIRY);
  pair.access.seconds = 170;
  pair.carry({ db: 0, key: "a" }, { db: 0, key: "copied" }, false);
  pair.carry({ db: 0, key: "a" }, { db: 0, key: "moved" }, true);
  expect(wordOf("moved")).toBe(100);
  expect(wordOf("copied")).toBe(170);
});
