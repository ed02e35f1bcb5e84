import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes } from "../lib/bytes.ts";
import { Arena, type Ref } from "./arena.ts";
import { CountedTree, TREE_ROOT_BYTES } from "./counted-tree.ts";
import { type Id, IdTree } from "./id-tree.ts";
import { newMemberCell, SCORE_BYTES } from "./member-cell.ts";
import { ScoreTree } from "./score-tree.ts";

const OFFSET = 8; // The header does not stand first in its cell.

function idOf(n: bigint): Id {
  const word = (shift: bigint): number => Number((n >> shift) & 0xffffffffn) | 0;
  return { w0: word(96n), w1: word(64n), w2: word(32n), w3: word(0n) };
}
function bigOf({ w0, w1, w2, w3 }: Id): bigint {
  return [w0, w1, w2, w3].reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
}

class Ids {
  readonly arena = new Arena();
  readonly root: Ref;
  readonly tree: IdTree;
  readonly baseBytes: number;
  readonly model: bigint[] = [];

  constructor() {
    this.arena.alloc(500);
    this.baseBytes = this.arena.usedBytes;
    this.root = this.arena.alloc(OFFSET + TREE_ROOT_BYTES);
    CountedTree.init(this.arena, this.root, OFFSET);
    this.tree = new IdTree(this.arena, 8).open(this.arena, this.root, OFFSET);
  }

  place(n: bigint): number {
    let low = 0;
    let high = this.model.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.model[middle] as bigint) < n) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(n: bigint): void {
    const at = this.place(n);
    const isThere = this.model[at] === n;
    expect(this.tree.seek(idOf(n))).toBe(isThere);
    expect(this.tree.rank).toBe(at);
    if (isThere) return;
    this.model.splice(at, 0, n);
    this.tree.insert(idOf(n));
    this.tree.payloadData.setUint32(this.tree.payloadAt, Number(n & 0xffffn) * 3, true);
  }

  remove(n: bigint): void {
    const at = this.place(n);
    const isThere = this.model[at] === n;
    expect(this.tree.seek(idOf(n))).toBe(isThere);
    if (!isThere) return;
    this.model.splice(at, 1);
    this.tree.remove();
  }

  check(): void {
    const { tree, model } = this;
    expect(tree.size).toBe(model.length);
    const id = idOf(0n);
    const forwards: bigint[] = [];
    tree.seekPosition(0);
    for (let more = tree.isAtEntry; more; more = tree.next()) {
      tree.readId(id);
      forwards.push(bigOf(id));
      expect(tree.payloadData.getUint32(tree.payloadAt, true)).toBe(Number(bigOf(id) & 0xffffn) * 3);
    }
    expect(forwards).toEqual(model);
    const backwards: bigint[] = [];
    for (let more = tree.seekLast(); more; more = tree.previous()) {
      tree.readId(id);
      backwards.push(bigOf(id));
    }
    expect(backwards.reverse()).toEqual(model);
    for (const at of [0, 1, model.length >>> 1, model.length - 1].filter((i) => i >= 0 && i < model.length)) {
      tree.seekPosition(at);
      tree.readId(id);
      expect(bigOf(id)).toBe(model[at]);
      expect(tree.rank).toBe(at);
      expect(tree.seekAtOrBefore(idOf((model[at] as bigint) + 1n))).toBe(true);
    }
  }

  free(slice: number): void {
    while (!this.tree.freeSome(slice));
    this.arena.free(this.root);
    expect(this.arena.usedBytes).toBe(this.baseBytes);
  }
}

const anyId = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 128n - 2n ** 20n }), // Runs that append have room behind it.
  fc.bigInt({ min: 0n, max: 3000n }),
  fc
    .tuple(fc.nat({ max: 5 }), fc.nat({ max: 200 }))
    .map(([a, b]) => (BigInt(a) << 95n) + BigInt(b) * 2n ** 31n),
);
const run = fc.record({
  kind: fc.constantFrom("add", "remove", "append", "prepend", "cut-front", "cut-back", "cut-middle"),
  id: anyId,
  count: fc.nat({ max: 900 }),
});

test("a tree by id holds what a sorted array holds: order, ranks, both directions, nothing left behind", () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 14 }), fc.integer({ min: 1, max: 300 }), (runs, slice) => {
      const ids = new Ids();
      for (const { kind, id, count } of runs) {
        const { model } = ids;
        if (kind === "add") ids.add(id);
        else if (kind === "remove") ids.remove(model[Number(id % BigInt(model.length || 1))] ?? id);
        else if (kind === "append") {
          for (let i = 0; i < count; i++) ids.add((model.at(-1) ?? 50_000n) + BigInt(i % 3) + 1n);
        } else if (kind === "prepend") {
          for (let i = 0; i < count && (model[0] ?? 9n) > 3n; i++)
            ids.add((model[0] ?? 50_000n) - 1n - BigInt(i % 3));
        } else {
          for (let i = 0; i < count && model.length > 0; i++) {
            const at = kind === "cut-front" ? 0 : kind === "cut-back" ? model.length - 1 : model.length >>> 1;
            ids.remove(model[at] as bigint);
          }
        }
        ids.check();
      }
      ids.free(slice);
    }),
    { numRuns: 60 },
  );
});

test("scattered inserts and deletes of thousands keep every rank, and nodes stay filled", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const ids = new Ids();
      let state = seed | 0;
      const draw = (bound: number): number => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        return (state >>> 8) % bound;
      };
      for (let i = 0; i < 6000; i++) ids.add(BigInt(draw(1_000_000)));
      ids.check();
      expect(ids.tree.nodeBytes / ids.model.length).toBeLessThan(24 / 0.6);
      while (ids.model.length > 300) ids.remove(ids.model[draw(ids.model.length)] as bigint);
      ids.check();
      expect(ids.tree.nodeBytes / ids.model.length).toBeLessThan(24 * 5);
      ids.free(1000);
    }),
    { numRuns: 6 },
  );
});

test("entries appended in order leave full nodes", () => {
  const ids = new Ids();
  for (let i = 0; i < 20_000; i++) ids.add(BigInt(i));
  expect(ids.tree.nodeBytes / 20_000).toBeLessThan(24 * 1.05);
  ids.free(5000);
});

test("relocation moves nodes between other calls and keeps the order", () => {
  const ids = new Ids();
  const { arena, tree } = ids;
  const ballast: Ref[] = [];
  for (let i = 0; arena.segmentCount < 4; i++) {
    ids.add(BigInt(i * 7));
    for (let j = 0; j < 6; j++) ballast.push(arena.alloc(1024));
  }
  for (const ref of ballast) arena.free(ref);
  expect(arena.beginEvacuation()).toBeGreaterThan(0);
  const before = arena.segmentCount;
  let position = 0;
  for (let step = 0; position < Number.POSITIVE_INFINITY; step++) {
    position = tree.relocate(position);
    ids.remove(BigInt(step * 7));
    ids.add(BigInt(step * 7 + 3));
  }
  arena.endEvacuation();
  expect(arena.segmentCount).toBeLessThan(before);
  ids.check();
  ids.free(1000);
});

const member = fc.oneof(
  fc.nat({ max: 300 }).map((n) => `m${n}`),
  fc.string({ maxLength: 4 }),
);
const score = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(Infinity, -Infinity),
);

test("a tree by score orders by score, then by bytes, and counts below any bound", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(score, member), { selector: (pair) => pair[1], maxLength: 400, size: "max" }),
      fc.array(score, { maxLength: 8 }),
      (pairs, bounds) => {
        const arena = new Arena();
        const root = arena.alloc(OFFSET + TREE_ROOT_BYTES);
        CountedTree.init(arena, root, OFFSET);
        const tree = new ScoreTree(arena).open(arena, root, OFFSET);
        const texts = new Map<Ref, string>();
        for (const [itsScore, text] of pairs) {
          const bytes = latin1Bytes(text);
          const cell = newMemberCell(arena, SCORE_BYTES, bytes, 0, bytes.length);
          texts.set(cell, text);
          tree.insert(itsScore, cell);
        }
        const compare = (a: [number, string], b: [number, string]): number =>
          a[0] !== b[0] ? (a[0] < b[0] ? -1 : 1) : Buffer.compare(latin1Bytes(a[1]), latin1Bytes(b[1]));
        const model = pairs.toSorted(compare).map(([s, t]): [number, string] => [s, t]);
        const found: [number, string][] = [];
        tree.seekPosition(0);
        for (let more = tree.isAtEntry; more; more = tree.next())
          found.push([tree.scoreHere, texts.get(tree.cellHere) ?? ""]);
        expect(found).toEqual(model);
        for (const bound of bounds) {
          expect(tree.countBelow(bound, false)).toBe(model.filter(([s]) => s < bound).length);
          expect(tree.countBelow(bound, true)).toBe(model.filter(([s]) => s <= bound).length);
        }
        for (const [cell, text] of texts) {
          const itsScore = pairs.find(([, t]) => t === text)?.[0] ?? 0;
          expect(tree.seekCell(itsScore, cell)).toBe(true);
          expect(tree.rank).toBe(model.findIndex(([, t]) => t === text));
          tree.remove(itsScore, cell);
          model.splice(
            model.findIndex(([, t]) => t === text),
            1,
          );
          arena.free(cell);
        }
        expect(tree.weight).toBe(0);
        arena.free(root);
        expect(arena.usedBytes).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
