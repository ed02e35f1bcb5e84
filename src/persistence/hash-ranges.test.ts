import fc from "fast-check";
import { expect, test } from "vitest";
import { HashRanges } from "./hash-ranges.ts";

const hashes = fc.nat({ max: 0xffffffff });

test("a hash lies in the range between that range's first hash and the next one's", () => {
  fc.assert(
    fc.property(fc.nat({ max: 100_000_000 }), hashes, (keys, hash) => {
      const ranges = new HashRanges(keys);
      const range = ranges.rangeOf(hash);
      expect(ranges.firstHash(range)).toBeLessThanOrEqual(hash);
      expect(ranges.firstHash(range + 1)).toBeGreaterThan(hash);
    }),
  );
});

test("a hash that is given as a signed number lies in the same range", () => {
  fc.assert(
    fc.property(hashes, (hash) => {
      const ranges = new HashRanges(1000);
      expect(ranges.rangeOf(hash | 0)).toBe(ranges.rangeOf(hash));
    }),
  );
});

test("a walk meets each range that is not done before it once, in ascending order", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 200_000 }),
      fc.array(hashes),
      fc.integer({ min: 1, max: 9 }),
      (keys, done, runMax) => {
        const ranges = new HashRanges(keys);
        const count = ranges.rangeOf(0xffffffff) + 1;
        const before = new Set(done.map((hash) => ranges.rangeOf(hash)));
        for (const range of before) ranges.done(range);
        let met = 0;
        let last = -1;
        for (let range = ranges.next(); range !== -2; range = ranges.next()) {
          if (range === -1) continue;
          const end = ranges.endOfRun(range, runMax);
          expect(end - range).toBeLessThanOrEqual(runMax);
          for (let each = range; each < end; each++) {
            expect(ranges.isDone(each)).toBe(false);
            ranges.done(each);
            expect(each).toBeGreaterThan(last);
            last = each;
            met++;
          }
        }
        expect(met).toBe(count - before.size);
      },
    ),
    { numRuns: 50 },
  );
});
