import fc from "fast-check";
import { expect, test } from "vitest";
import { TurnLog } from "./turns.ts";

test("the longest turn is the longest of all, short or long", () => {
  const log = new TurnLog();
  log.add(0, 300);
  expect(log.longestUs).toBe(300);
  log.add(1000, 6000);
  log.add(7000, 7500);
  expect(log.longestUs).toBe(5000);
});

test("a collection inside a turn is taken off it when it becomes known", () => {
  const log = new TurnLog();
  log.add(0, 20_000);
  log.add(30_000, 34_000);
  expect(log.longestUs).toBe(20_000);
  log.collected(1000, 18_000);
  expect(log.longestUs).toBe(4000);
  expect(log.longestGcUs).toBe(17_000);
});

test("several collections inside one turn are all taken off, and one across its end in part", () => {
  const log = new TurnLog();
  log.add(10_000, 20_000);
  log.collected(11_000, 12_000);
  log.collected(13_000, 15_000);
  log.collected(19_000, 25_000);
  log.collected(5000, 10_500);
  expect(log.longestUs).toBe(10_000 - 1000 - 2000 - 1000 - 500);
});

test("a collection between turns changes none", () => {
  const log = new TurnLog();
  log.add(0, 2000);
  log.add(5000, 9000);
  log.collected(2000, 5000);
  expect([log.longestUs, log.longestGcUs]).toEqual([4000, 3000]);
});

test("collections reported within each other make no turn shorter than nothing", () => {
  const log = new TurnLog();
  log.add(0, 5000);
  log.collected(0, 5000);
  log.collected(1000, 4000);
  expect(log.longestUs).toBe(0);
});

test("a reset forgets turns, and collections that were over by then but are heard of later", () => {
  const log = new TurnLog();
  log.add(0, 50_000);
  log.collected(0, 10_000);
  log.reset(60_000);
  log.collected(20_000, 30_000);
  expect([log.longestUs, log.longestGcUs]).toEqual([0, 0]);
  log.add(60_000, 60_500);
  log.collected(59_000, 61_000);
  expect([log.longestUs, log.longestGcUs]).toEqual([500, 2000]);
});

test("the turns that are kept are bounded, and those that give way still count", () => {
  const log = new TurnLog();
  log.add(0, 100_000);
  log.collected(0, 1000);
  for (let i = 1; i <= 1000; i++) log.add(i * 200_000, i * 200_000 + 99_500 + (i % 3));
  expect(log.longestUs).toBe(99_502);
  // The first one is settled at 99,000, beyond the reach of what is heard now.
  for (let i = 1; i <= 1000; i++) log.collected(i * 200_000, i * 200_000 + 99_000);
  log.collected(0, 50_000);
  expect(log.longestUs).toBeGreaterThanOrEqual(99_000);
});

test("the longest turn is what counting by hand gives", () => {
  const turn = fc.record({
    idleUs: fc.nat({ max: 500 }),
    tookUs: fc.oneof(fc.nat({ max: 900 }), fc.integer({ min: 1000, max: 50_000 })),
    collections: fc.array(fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 })), { maxLength: 1 }),
  });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
      const log = new TurnLog();
      let nowUs = 0;
      let longestUs = 0;
      for (const { idleUs, tookUs, collections } of turns) {
        const startUs = nowUs + idleUs;
        nowUs = startUs + tookUs;
        log.add(startUs, nowUs);
        let netUs = tookUs;
        for (const [from, length] of tookUs < 1000 ? [] : collections) {
          const at = startUs + (tookUs * from) / 100;
          const end = Math.min(nowUs, at + (tookUs * length) / 100);
          log.collected(at, end);
          netUs -= end - at;
        }
        longestUs = Math.max(longestUs, netUs);
      }
      expect(log.longestUs).toBeCloseTo(longestUs, 3);
    }),
  );
});
