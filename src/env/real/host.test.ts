import { expect, test } from "vitest";
import { realClock } from "./clock.ts";
import { realHost } from "./host.ts";

test("a forced collection is reported with its times on the monotonic clock", async () => {
  const host = realHost();
  const clock = realClock();
  const heard = new Promise<readonly [number, number]>((resolve) => {
    host.onCollection((startUs, endUs) => {
      if (endUs - startUs > 100) resolve([startUs, endUs]);
    });
  });
  const beforeUs = clock.monotonicUs();
  expect(host.collectGarbage()).toBe(true);
  const afterUs = clock.monotonicUs();
  const [startUs, endUs] = await heard;
  expect(startUs).toBeGreaterThanOrEqual(beforeUs - 1000);
  expect(endUs).toBeLessThanOrEqual(afterUs + 1000);
});

test("blocking lets at least the time pass that was asked for", () => {
  const clock = realClock();
  const beforeUs = clock.monotonicUs();
  realHost().block(5);
  expect(clock.monotonicUs() - beforeUs).toBeGreaterThanOrEqual(4900);
});
