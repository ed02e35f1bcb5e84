import fc from "fast-check";
import { expect, test } from "vitest";
import { EPOCH_MS, NodeClock } from "./clock.ts";

const options = fc.record({
  offsetMs: fc.integer({ min: -60_000, max: 60_000 }),
  driftPpm: fc.integer({ min: -500, max: 500 }),
});
const time = fc.nat({ max: 1e11 });

test("a timer is never early by the node's own clock, and late by two microseconds at most", () => {
  fc.assert(
    fc.property(options, time, fc.nat({ max: 1e10 }), (drawn, nowUs, delayUs) => {
      const clock = new NodeClock(drawn);
      const passedUs = clock.monotonicUs(nowUs + clock.worldDelayUs(delayUs)) - clock.monotonicUs(nowUs);
      expect(passedUs).toBeGreaterThanOrEqual(delayUs);
      expect(passedUs).toBeLessThanOrEqual(delayUs + 3);
    }),
  );
});

test("monotonic time never goes back, whatever the wall clock does", () => {
  fc.assert(
    fc.property(
      options,
      fc.array(fc.tuple(fc.nat({ max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }))),
      (drawn, steps) => {
        const clock = new NodeClock(drawn);
        let nowUs = 0;
        let last = clock.monotonicUs(0);
        for (const [stepUs, jumpMs] of steps) {
          nowUs += stepUs;
          clock.jump(jumpMs);
          expect(clock.monotonicUs(nowUs)).toBeGreaterThanOrEqual(last);
          last = clock.monotonicUs(nowUs);
        }
      },
    ),
  );
});

test("the wall clock is off by its offset, jumps, and stands still while it is frozen", () => {
  const clock = new NodeClock({ offsetMs: 250, driftPpm: 0 });
  expect(clock.wallUs(0)).toBe((EPOCH_MS + 250) * 1000);
  clock.jump(-1000);
  expect(clock.wallUs(5)).toBe((EPOCH_MS - 750) * 1000 + 5);
  clock.freeze(5);
  expect(clock.wallUs(5_000_000)).toBe((EPOCH_MS - 750) * 1000 + 5);
  clock.thaw();
  expect(clock.wallUs(10)).toBe((EPOCH_MS - 750) * 1000 + 10);
});

test("a clock that drifts by 500 ppm gains half a millisecond each second", () => {
  const clock = new NodeClock({ offsetMs: 0, driftPpm: 500 });
  expect(clock.monotonicUs(2_000_000) - clock.monotonicUs(1_000_000)).toBe(1_000_500);
});
