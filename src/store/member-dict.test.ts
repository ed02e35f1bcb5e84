import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import { Rng } from "../lib/rng.ts";
import { Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import { readVarint, varintBytesAt } from "./entry.ts";
import { memberLengthAt, newFieldCell, newMemberCell } from "./member-cell.ts";
import { DICT_ROOT_BYTES, MemberDict } from "./member-dict.ts";

const seed = { k0: 0x1234567, k1: -77 };

class Fixture {
  readonly arena = new Arena();
  readonly baseBytes: number;
  readonly lead: number;
  readonly root: Ref;
  readonly dict: MemberDict;

  constructor(lead = 0) {
    this.lead = lead;
    this.arena.alloc(1000); // What is not the dict's must stay.
    this.baseBytes = this.arena.usedBytes;
    this.root = this.arena.alloc(DICT_ROOT_BYTES);
    MemberDict.init(this.arena, this.root, 1, lead);
    this.dict = new MemberDict(this.arena, seed).open(this.arena, this.root, seed);
  }

  find(text: string): Ref {
    const bytes = latin1Bytes(`.${text}`);
    const ref = this.dict.find(this.dict.hash(bytes, 1, bytes.length), bytes, 1, bytes.length);
    const data = new DataView(bytes.buffer);
    expect(this.dict.find(this.dict.hash(bytes, 1, bytes.length), bytes, 1, bytes.length, data)).toBe(ref);
    return ref;
  }

  add(text: string): boolean {
    if (this.find(text) !== 0) return false;
    const bytes = latin1Bytes(text);
    this.dict.insert(
      this.dict.hash(bytes, 0, bytes.length),
      newMemberCell(this.arena, this.lead, bytes, 0, bytes.length),
    );
    return true;
  }

  delete(text: string): boolean {
    const ref = this.find(text);
    if (ref === 0) return false;
    this.dict.remove(this.dict.hashOf(ref), ref);
    this.arena.free(ref);
    return true;
  }

  text(ref: Ref): string {
    const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const at = memberLengthAt(u8, byteOffset(ref), this.lead);
    const start = at + varintBytesAt(u8, at);
    return latin1Text(u8, start, start + readVarint(u8, at));
  }

  all(): string[] {
    const found: string[] = [];
    this.dict.rewind();
    for (let ref = this.dict.next(); ref !== 0; ref = this.dict.next()) found.push(this.text(ref));
    return found;
  }

  free(slice: number): void {
    while (!this.dict.freeSome(slice));
    this.arena.free(this.root);
    expect(this.arena.usedBytes).toBe(this.baseBytes);
  }
}

const member = fc.oneof(
  fc.nat({ max: 900 }).map((n) => `m${n}`),
  fc.uint8Array({ maxLength: 6 }).map((b) => latin1Text(b)),
  fc.constantFrom(127, 128, 200, 16384).map((n) => "x".repeat(n)),
);
const run = fc.record({
  kind: fc.constantFrom("add" as const, "delete" as const, "grow" as const, "shrink" as const),
  member,
  count: fc.nat({ max: 700 }),
});

for (const lead of [0, 8]) {
  test(`a dict of cells with ${lead} bytes in front holds what a Set holds, and leaves nothing behind`, () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 25 }), fc.integer({ min: 1, max: 500 }), (runs, slice) => {
        const fixture = new Fixture(lead);
        const model = new Set<string>();
        for (const { kind, member: text, count } of runs) {
          if (kind === "add") {
            expect(fixture.add(text)).toBe(!model.has(text));
            model.add(text);
          } else if (kind === "delete") {
            expect(fixture.delete(text)).toBe(model.delete(text));
          } else if (kind === "grow") {
            for (let i = 0; i < count; i++) {
              fixture.add(`g${i}`);
              model.add(`g${i}`);
            }
          } else {
            for (const each of [...model].slice(0, count)) {
              fixture.delete(each);
              model.delete(each);
            }
          }
          expect(fixture.dict.size).toBe(model.size);
        }
        expect(fixture.all().toSorted()).toEqual([...model].toSorted());
        for (const each of model) expect(fixture.find(each)).not.toBe(0);
        fixture.free(slice);
      }),
      { numRuns: 60 },
    );
  });
}

test("an emptied dict gives its tables back but one small one", () => {
  const fixture = new Fixture();
  for (let i = 0; i < 5000; i++) fixture.add(`member:${i}`);
  for (let i = 0; i < 5000; i++) fixture.delete(`member:${i}`);
  expect(fixture.dict.size).toBe(0);
  expect(fixture.dict.tableBytes).toBeLessThanOrEqual(8 + 5 * 16 + 8);
  fixture.free(10);
});

test("SCAN returns every member that stays, whatever comes and goes meanwhile", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1500 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: -1500, max: 1500 }), { maxLength: 12 }),
      (staying, count, churns) => {
        const fixture = new Fixture();
        for (let i = 0; i < staying; i++) fixture.add(`staying:${i}`);
        const seen = new Set<string>();
        let passing = 0;
        let cursor = 0;
        for (let call = 0; ; call++) {
          const next = fixture.dict.scan(cursor, count, (ref) => seen.add(fixture.text(ref)));
          if (next === 0) break;
          expect(next).toBeGreaterThan(cursor);
          cursor = next;
          const change = churns[call] ?? 0;
          for (let i = 0; i < change; i++) fixture.add(`passing:${passing++}`);
          for (let i = 0; i < -change && passing > 0; i++) fixture.delete(`passing:${--passing}`);
        }
        const missed = Array.from({ length: staying }, (_, i) => `staying:${i}`).filter(
          (each) => !seen.has(each),
        );
        expect(missed).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

test("a quiet SCAN returns each member once", () => {
  for (const size of [0, 1, 10, 13, 200, 3000]) {
    const fixture = new Fixture();
    for (let i = 0; i < size; i++) fixture.add(`${i}`);
    const seen: string[] = [];
    let cursor = 0;
    do cursor = fixture.dict.scan(cursor, 7, (ref) => seen.push(fixture.text(ref)));
    while (cursor !== 0);
    expect(seen.length).toBe(size);
    expect(new Set(seen).size).toBe(size);
  }
});

test("random members are drawn evenly, in a small dict and in one of uneven tables", () => {
  for (const size of [3, 40, 700]) {
    const fixture = new Fixture();
    for (let i = 0; i < size; i++) fixture.add(`${i}`);
    const counts = new Map<string, number>();
    const rng = new Rng(7);
    const each = 400;
    for (let i = 0; i < size * each; i++) {
      const text = fixture.text(fixture.dict.random(rng));
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    expect(counts.size).toBe(size);
    // Six standard deviations of a count whose mean is `each`.
    for (const count of counts.values()) expect(Math.abs(count - each)).toBeLessThan(6 * Math.sqrt(each));
  }
});

test("relocating while commands go on moves every table and cell, and loses none", () => {
  const fixture = new Fixture();
  const { arena, dict } = fixture;
  const ballast: Ref[] = [];
  for (let i = 0; arena.segmentCount < 3; i++) {
    fixture.add(`member:${i}`);
    ballast.push(arena.alloc(900));
  }
  const size = dict.size;
  for (const ref of ballast) arena.free(ref);
  expect(arena.beginEvacuation()).toBeGreaterThan(0);
  let moves = 0;
  let cursor = 0;
  for (let step = 0; cursor < 2 ** 32; step++) {
    cursor = dict.relocate(cursor, (from, to) => {
      expect(from).not.toBe(to);
      moves++;
    });
    fixture.delete(`member:${step * 3}`);
    fixture.add(`new:${step}`);
  }
  expect(moves).toBeGreaterThan(100);
  arena.endEvacuation();
  expect(fixture.all().length).toBe(dict.size);
  for (let i = 1; i < size; i += 3) expect(fixture.find(`member:${i}`)).not.toBe(0);
  dict.rewind();
  while (!dict.freeSome(100));
  arena.free(fixture.root);
  expect(arena.usedBytes).toBe(fixture.baseBytes);
});

test("a field's value and expiry stand in its cell", () => {
  const fixture = new Fixture();
  const bytes = latin1Bytes("field=value");
  for (const expiry of [0, 1234.5]) {
    const ref = newFieldCell(fixture.arena, bytes, 0, 5, bytes, 6, 11, expiry);
    expect(fixture.text(ref)).toBe("field");
    const hash = fixture.dict.hash(bytes, 0, 5);
    expect(fixture.dict.hashOf(ref)).toBe(hash);
    fixture.dict.insert(hash, ref);
    expect(fixture.dict.find(hash, bytes, 0, 5)).toBe(ref);
    fixture.dict.remove(hash, ref);
    fixture.arena.free(ref);
  }
  fixture.free(1);
});
