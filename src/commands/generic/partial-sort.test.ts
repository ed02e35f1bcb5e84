import fc from "fast-check";
import { expect, test } from "vitest";
import { partialSort } from "./partial-sort.ts";

const numbers = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 200 });

test("the places asked for hold what a whole sort would put there, and no item is lost", () => {
  fc.assert(
    fc.property(numbers, fc.nat(), fc.nat(), (items, a, b) => {
      const first = a % items.length;
      const last = first + (b % (items.length - first));
      const sorted = items.toSorted((x, y) => x - y);
      const partial = [...items];
      partialSort(partial, (x, y) => x - y, first, last);
      expect(partial.slice(first, last + 1)).toEqual(sorted.slice(first, last + 1));
      expect(partial.toSorted((x, y) => x - y)).toEqual(sorted);
    }),
  );
});

test("what is far from the places asked for is not sorted", () => {
  const items = Array.from({ length: 1000 }, (_, i) => (i * 617) % 1000);
  const compared = { count: 0 };
  const compare = (x: number, y: number): number => {
    compared.count++;
    return x - y;
  };
  partialSort(items, compare, 0, 0);
  expect(items[0]).toBe(0);
  expect(compared.count).toBeLessThan(4000);
});
