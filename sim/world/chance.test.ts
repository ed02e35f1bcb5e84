import fc from "fast-check";
import { expect, test } from "vitest";
import { type Chance, chanceOf, seedText } from "./chance.ts";

const seed = fc.tuple(fc.nat(), fc.nat()).map(([high, low]) => seedText(high, low));
const numbers = (chance: Chance): number[] => Array.from({ length: 8 }, () => chance.u32());

test("a seed gives the same numbers each time", () => {
  fc.assert(
    fc.property(seed, (text) => {
      expect(numbers(chanceOf(text))).toEqual(numbers(chanceOf(text)));
    }),
  );
});

test("the numbers are the same on every machine and in every version", () => {
  expect(numbers(chanceOf("0x0123456789abcdef")).slice(0, 3)).toMatchInlineSnapshot(`
    [
      1046365511,
      348464956,
      1686632096,
    ]
  `);
  expect(numbers(chanceOf("0x1").fork("net/0.1")).slice(0, 3)).toMatchInlineSnapshot(`
    [
      2626264259,
      1222103481,
      1011667845,
    ]
  `);
});

test("all 64 bits of a seed count", () => {
  const firsts = new Set<number>();
  for (let bit = 0; bit < 64; bit++) {
    const text = `0x${(1n << BigInt(bit)).toString(16)}`;
    firsts.add(chanceOf(text).u32());
  }
  expect(firsts.size).toBe(64);
});

test("forking does not advance the parent, and depends on the label alone", () => {
  fc.assert(
    fc.property(seed, fc.string(), (text, label) => {
      const plain = chanceOf(text);
      const forked = chanceOf(text);
      const first = numbers(forked.fork(label));
      expect(forked.draws).toBe(0);
      expect(numbers(forked)).toEqual(numbers(plain));
      expect(numbers(forked.fork(label))).toEqual(first); // Drawing from the parent moves no fork either.
    }),
  );
});

test("forks of different labels differ", () => {
  const root = chanceOf("0x5");
  const firsts = new Set<number>();
  for (let i = 0; i < 2000; i++) firsts.add(root.fork(`net/${i % 50}.${Math.floor(i / 50)}`).u32());
  expect(firsts.size).toBeGreaterThan(1998);
});

test("numbers lie within their bounds, ends included", () => {
  const chance = chanceOf("0x7");
  const seen = new Set<number>();
  for (let i = 0; i < 500; i++) seen.add(chance.between(3, 6));
  expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  expect(chance.below(1)).toBe(0);
  expect(() => chanceOf("12")).toThrow("a seed is 0x");
});
