import fc from "fast-check";
import { expect, test } from "vitest";
import { type Interval, OrderGraph } from "./order-graph.ts";

const small = fc.nat({ max: 6 });
const edges = fc.array(fc.tuple(small, small), { maxLength: 14 });

test("a cycle is found exactly when no order satisfies all edges", () => {
  fc.assert(
    fc.property(edges, (pairs) => {
      const graph = new OrderGraph(7);
      for (const [a, b] of pairs) graph.addEdge(a, b);
      const cycle = graph.cycle();
      expect(cycle === undefined).toBe(hasOrder(7, pairs));
      // What is named is a cycle indeed.
      cycle?.forEach((v, i) => {
        const next = cycle[(i + 1) % cycle.length];
        expect(pairs.some(([a, b]) => a === v && b === next)).toBe(true);
      });
    }),
  );
});

test("real time has an edge for each pair that did not overlap, and no other", () => {
  const interval = fc.tuple(fc.nat({ max: 8 }), fc.nat({ max: 4 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(interval, { minLength: 2, maxLength: 6 }), (drawn) => {
      const intervals: Interval[] = drawn.map(([from, length, isKnown]) => ({
        from,
        to: isKnown ? from + length : Number.POSITIVE_INFINITY,
      }));
      for (const [a, first] of intervals.entries()) {
        for (const [b, second] of intervals.entries()) {
          if (a === b) continue;
          // b before a contradicts exactly when a ended before b began.
          const graph = new OrderGraph(intervals.length);
          graph.addRealTime(intervals);
          graph.addEdge(b, a);
          expect(graph.cycle() !== undefined).toBe(first.to < second.from);
        }
      }
    }),
  );
});

test("a long chain is no problem for the stack", () => {
  const count = 200_000;
  const graph = new OrderGraph(count);
  for (let v = 0; v + 1 < count; v++) graph.addEdge(v, v + 1);
  expect(graph.cycle()).toBeUndefined();
  graph.addEdge(count - 1, count - 2);
  expect(graph.cycle()).toEqual([count - 2, count - 1]);
});

function hasOrder(count: number, pairs: readonly (readonly [number, number])[]): boolean {
  const left = new Set(Array.from({ length: count }, (_, i) => i));
  for (;;) {
    const free = [...left].find((v) => !pairs.some(([a, b]) => a !== b && b === v && left.has(a)));
    if (free === undefined) return left.size === 0;
    left.delete(free);
  }
}
