import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";
import { Arena, type Ref } from "./arena.ts";
import { BlockList } from "./block-list.ts";
import { CountedTree, TREE_ROOT_BYTES } from "./counted-tree.ts";
import { Element } from "./element.ts";
import { PackedInput } from "./packed-block.ts";

class Lists {
  readonly arena = new Arena();
  readonly root: Ref;
  readonly list: BlockList;
  readonly baseBytes: number;
  model: string[] = [];
  private readonly element = new Element();

  constructor() {
    this.arena.alloc(500);
    this.baseBytes = this.arena.usedBytes;
    this.root = this.arena.alloc(TREE_ROOT_BYTES);
    CountedTree.init(this.arena, this.root, 0);
    this.list = new BlockList(this.arena).open(this.arena, this.root, 0);
  }

  input(text: string): PackedInput {
    const bytes = latin1Bytes(text);
    return new PackedInput().setText(bytes, 0, bytes.length);
  }

  here(): string {
    this.list.read(this.element);
    const { bytes, start, end } = this.element.text();
    return latin1Text(bytes, start, end);
  }

  check(): void {
    const { list, model } = this;
    expect(list.length).toBe(model.length);
    if (model.length === 0) return;
    const forwards: string[] = [];
    list.seek(0);
    do forwards.push(this.here());
    while (list.advance());
    expect(forwards).toEqual(model);
    const backwards: string[] = [];
    list.seek(model.length - 1);
    do backwards.push(this.here());
    while (list.retreat());
    expect(backwards.reverse()).toEqual(model);
  }

  free(slice: number): void {
    while (!this.list.freeSome(slice));
    this.arena.free(this.root);
    expect(this.arena.usedBytes).toBe(this.baseBytes);
  }
}

const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 3, arbitrary: fc.integer().map(String) },
  { weight: 2, arbitrary: fc.constantFrom(100, 127, 128, 500, 1000).map((n) => "x".repeat(n)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(2000, 4083, 4084, 4085, 4090, 5000, 70_000).map((n) => "y".repeat(n)),
  },
);
const run = fc.record({
  kind: fc.constantFrom(
    "tail",
    "head",
    "insert",
    "replace",
    "remove",
    "range",
    "pop-head",
    "pop-tail",
    "queue",
  ),
  texts: fc.array(text, { minLength: 1, maxLength: 12 }),
  count: fc.nat({ max: 400 }),
  where: fc.nat(),
});

test("a list holds what an array holds after any pushes, pops, inserts, replacements and removals", () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), fc.integer({ min: 1, max: 300 }), (runs, slice) => {
      const lists = new Lists();
      const { list } = lists;
      for (const { kind, texts, count, where } of runs) {
        const { model } = lists;
        for (let i = 0; i < (kind === "range" ? 1 : count); i++) {
          const each = texts[i % texts.length] as string;
          const at = model.length === 0 ? 0 : (where + i * 7) % model.length;
          if (kind === "tail" || model.length === 0 || (kind === "queue" && i % 2 === 0)) {
            list.pushTail(lists.input(each));
            model.push(each);
          } else if (kind === "head") {
            list.pushHead(lists.input(each));
            model.unshift(each);
          } else if (kind === "insert") {
            list.seek(at);
            list.insert(lists.input(each));
            model.splice(at, 0, each);
          } else if (kind === "replace") {
            list.seek(at);
            list.replace(lists.input(each));
            expect(list.position).toBe(at);
            expect(lists.here()).toBe(each);
            model[at] = each;
          } else if (kind === "remove") {
            list.seek(at);
            expect(list.matches(lists.input(model[at] as string))).toBe(true);
            list.remove();
            model.splice(at, 1);
          } else if (kind === "range") {
            list.removeRange(at, Math.min(count, model.length - at));
            model.splice(at, count);
          } else if (kind === "pop-tail") {
            list.seek(model.length - 1);
            expect(lists.here()).toBe(model.pop());
            list.remove();
          } else {
            list.seek(0);
            expect(lists.here()).toBe(model.shift());
            list.remove();
          }
        }
        lists.check();
      }
      lists.free(slice);
    }),
    { numRuns: 40, interruptAfterTimeLimit: 20_000 },
  );
});

// Bytes per element of a listpack entry: one of header and one of length around the text.
for (const [name, size, count] of [
  ["4 bytes", 4, 60_000],
  ["15 bytes", 15, 30_000],
  ["16 bytes", 16, 30_000],
  ["64 bytes", 64, 20_000],
  ["100 bytes", 100, 10_000],
  ["1000 bytes", 1000, 3000],
  ["1500 bytes", 1500, 3000],
] as const) {
  for (const end of ["head", "tail"] as const) {
    test(`elements of ${name} pushed at the ${end} take little more than their bytes`, () => {
      const lists = new Lists();
      const input = lists.input("z".repeat(size));
      for (let i = 0; i < count; i++) {
        if (end === "head") lists.list.pushHead(input);
        else lists.list.pushTail(input);
      }
      expect(lists.list.bytes).toBe(lists.arena.usedBytes - lists.baseBytes - 16);
      expect(lists.list.bytes / count).toBeLessThan((size + 2) * 1.05);
      lists.free(1000);
    });
  }
}

test("a queue of short elements stays as small as what is in it", () => {
  const lists = new Lists();
  for (let i = 0; i < 500; i++) lists.list.pushTail(lists.input(`element:${i}`));
  for (let i = 500; i < 50_000; i++) {
    lists.list.pushTail(lists.input(`element:${i}`));
    lists.list.seek(0);
    expect(lists.here()).toBe(`element:${i - 500}`);
    lists.list.remove();
  }
  expect(lists.list.bytes).toBeLessThan(500 * 16 + 2 * 4096);
  lists.free(1000);
});

test("a list thinned out at random gives most of its memory back", () => {
  const lists = new Lists();
  for (let i = 0; i < 20_000; i++) lists.list.pushTail(lists.input(`element:${i}`));
  const before = lists.list.bytes;
  let state = 5;
  while (lists.list.length > 400) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    lists.list.seek((state >>> 8) % lists.list.length);
    lists.list.remove();
  }
  expect(lists.list.bytes).toBeLessThan(before / 8);
  lists.free(1000);
});
