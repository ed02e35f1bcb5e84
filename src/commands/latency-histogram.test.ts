import fc from "fast-check";
import { expect, test } from "vitest";
import { CommandStats } from "./define.ts";
import {
  bucketLimitNs,
  countLatencies,
  cumulativeLatencies,
  LATENCY_US_MAX,
  latencyBucket,
  latencyPercentile,
  recordLatency,
} from "./latency-histogram.ts";

const duration = fc.integer({ min: 1, max: LATENCY_US_MAX });

function recorded(...durations: readonly number[]): Float64Array {
  const stats = new CommandStats();
  for (const us of durations) recordLatency(stats, us);
  return stats.histogram ?? new Float64Array(0);
}

test("a duration lies in a bucket that ends at most 1/128 above it", () => {
  fc.assert(
    fc.property(duration, (us) => {
      const index = latencyBucket(us);
      const limitNs = bucketLimitNs(index);
      expect(limitNs).toBeGreaterThanOrEqual(us * 1000);
      expect(limitNs).toBeLessThanOrEqual(us * 1000 * (1 + 1 / 128));
      if (index > 1) expect(bucketLimitNs(index - 1)).toBeLessThan(us * 1000);
    }),
  );
});

test("a percentile is the exact one up to the width of its bucket", () => {
  fc.assert(
    fc.property(
      fc.array(duration, { minLength: 1, maxLength: 50 }),
      fc.constantFrom(50, 99, 99.9, 100),
      (all, p) => {
        const sorted = [...all].sort((a, b) => a - b);
        const rank = Math.max(1, Math.floor((p / 100) * all.length + 0.5));
        const exact = sorted[rank - 1] ?? 0;
        const found = latencyPercentile(recorded(...all), p);
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 128));
      },
    ),
  );
});

// The durations and figures of a Redis 7.0.15.
test("percentiles print as Redis prints them", () => {
  const figures = [1, 3, 6, 8, 42, 54, 108, 712].map((us) => latencyPercentile(recorded(us), 50).toFixed(3));
  expect(figures).toEqual(["1.003", "3.007", "6.015", "8.031", "42.239", "54.015", "108.031", "712.703"]);
  expect(latencyPercentile(recorded(600160), 50).toFixed(3)).toBe("603979.775");
});

test("cumulative counts stand at Redis's bounds, up to that of a second", () => {
  expect(cumulativeLatencies(recorded(28, 139, 300133, 600160))).toEqual([
    [33, 1],
    [264, 2],
    [541065, 3],
    [1073741, 4],
  ]);
  expect(cumulativeLatencies(recorded(0, 1, 5e9))).toEqual([
    [1, 2],
    [1073741, 3],
  ]);
});

test("cumulative counts rise to the number of calls, whatever was recorded", () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 50 }), (all) => {
      const counts = recorded(...all);
      const pairs = cumulativeLatencies(counts);
      expect(pairs.at(-1)?.[1]).toBe(all.length);
      expect(countLatencies(counts)).toBe(all.length);
      for (const [us, count] of pairs) {
        // A bound takes in its whole bucket, so durations of up to 1/128 more may be counted.
        expect(count).toBeGreaterThanOrEqual(all.filter((each) => each <= us).length);
        expect(count).toBeLessThanOrEqual(all.filter((each) => each <= us * (1 + 1 / 64) + 1).length);
      }
    }),
  );
});
