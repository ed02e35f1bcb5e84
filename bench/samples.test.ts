import fc from "fast-check";
import { expect, test } from "vitest";
import { figures, geometricMean, ratios, type Sample, type Series, type Side, spread } from "./samples.ts";

function series(samples: readonly Sample[]): Series {
  return { name: "SET", group: "P=1", state: "measured", reason: null, samples };
}

function sample(round: number, side: Side, rps: number): Sample {
  return { round, side, metrics: { rps } };
}

test("the median of an even number of values lies half way between the middle two", () => {
  expect(spread([4, 1, 3, 2])).toEqual({ min: 1, median: 2.5, max: 4, count: 4 });
});

test("no values have no spread", () => {
  expect(spread([])).toBeUndefined();
  expect(spread([Number.NaN])).toBeUndefined();
});

test("the median lies between the smallest and the largest value, whatever their order", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (drawn) => {
      const values = drawn.map((value) => value + 0); // No figure is -0.
      const found = spread(values);
      expect(found).toEqual(spread([...values].reverse()));
      expect(found?.min).toBeLessThanOrEqual(found?.median ?? Number.NaN);
      expect(found?.median).toBeLessThanOrEqual(found?.max ?? Number.NaN);
    }),
  );
});

test("a ratio pairs samples of one round, in whichever order the servers ran", () => {
  const slowMinute = series([
    sample(0, "stock", 100),
    sample(0, "candidate", 110),
    sample(1, "candidate", 11), // The machine was ten times slower, for both.
    sample(1, "stock", 10),
  ]);
  expect(ratios(slowMinute, "rps")).toEqual({ min: 1.1, median: 1.1, max: 1.1, count: 2 });
});

test("a round in which one server has no figure gives no ratio", () => {
  const half = series([sample(0, "stock", 100), sample(1, "candidate", 100)]);
  expect(ratios(half, "rps")).toBeUndefined();
  expect(figures(half, "stock", "rps")?.median).toBe(100);
  expect(figures(half, "stock", "p99Ms")).toBeUndefined();
});

test("a base that is not above zero gives no ratio", () => {
  expect(ratios(series([sample(0, "stock", 0), sample(0, "candidate", 1)]), "rps")).toBeUndefined();
});

test("twice and half cancel in the geometric mean", () => {
  expect(geometricMean([2, 0.5])).toBeCloseTo(1, 12);
  expect(geometricMean([])).toBeUndefined();
});
