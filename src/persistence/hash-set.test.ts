import fc from "fast-check";
import { expect, test } from "vitest";
import { HashSet32 } from "./hash-set.ts";

test("it holds what was added, 0 and the lowest hash too, and knows what was there before", () => {
  const hash = fc.oneof(
    fc.integer(),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(0, -(2 ** 31), 2 ** 31 - 1),
  );
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 2000 }), fc.array(hash), (added, asked) => {
      const set = new HashSet32();
      const model = new Set<number>();
      for (const each of added) {
        expect(set.add(each, () => true)).toBe(!model.has(each));
        model.add(each);
      }
      for (const each of [...asked, ...added]) expect(set.has(each)).toBe(model.has(each));
      set.clear();
      for (const each of added) expect(set.has(each)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test("when room is short it forgets what is of no use any more, and only that", () => {
  const set = new HashSet32();
  const isKept = (hash: number): boolean => hash > 50_000;
  for (let hash = 1; hash <= 100_000; hash++) set.add(hash, isKept);
  for (let hash = 50_001; hash <= 100_000; hash += 7) expect(set.has(hash)).toBe(true);
  expect(set.sizeBytes).toBeLessThan(1_100_000);
});
