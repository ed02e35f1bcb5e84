import fc from "fast-check";
import { expect, test } from "vitest";
import type { SchedulePlan } from "../plan.ts";
import { Chance } from "./chance.ts";
import { due } from "./ground.ts";
import { ReadyList, Schedule } from "./schedule.ts";

const plans: readonly SchedulePlan[] = [
  { kind: "fifo" },
  { kind: "random" },
  { kind: "newest-first" },
  { kind: "priority", changePoints: [2, 5] },
  { kind: "starve-one", victim: 1 },
];
const entries = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 30 });

// The order in which a schedule runs entries of these channels.
function run(plan: SchedulePlan, channels: readonly number[], seed: number): number[] {
  const schedule = new Schedule(plan, new Chance(1, seed));
  const ready = new ReadyList();
  const ran: number[] = [];
  for (const [i, channel] of channels.entries()) {
    ready.add(
      channel,
      due(() => ran.push(i)),
    );
  }
  while (ready.length > 0) ready.take(schedule.pick(ready)).fire();
  return ran;
}

test.each(plans)("a $kind schedule runs everything once, and each channel in order", (plan) => {
  fc.assert(
    fc.property(entries, fc.nat(), (channels, seed) => {
      const ran = run(plan, channels, seed);
      expect(ran.toSorted((a, b) => a - b)).toEqual(channels.map((_, i) => i));
      for (const channel of new Set(channels)) {
        const own = ran.filter((i) => channels[i] === channel);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
      }
    }),
  );
});

test("fifo keeps the order, newest-first begins at the end, starve-one runs its victim last", () => {
  expect(run({ kind: "fifo" }, [2, 0, 1], 1)).toEqual([0, 1, 2]);
  expect(run({ kind: "newest-first" }, [2, 0, 1], 1)).toEqual([2, 1, 0]);
  expect(run({ kind: "starve-one", victim: 1 }, [1, 0, 1, 2], 1)).toEqual([1, 3, 0, 2]);
});

test("random and priority schedules reach every order of three channels", () => {
  for (const plan of [{ kind: "random" }, { kind: "priority", changePoints: [1] }] as const) {
    const orders = new Set<string>();
    for (let seed = 0; seed < 200; seed++) orders.add(run(plan, [0, 1, 2], seed).join(""));
    expect(orders.size).toBe(6);
  }
});

test("a priority schedule runs one channel out before the next, but at its change points", () => {
  const channels = [0, 1, 0, 1, 0, 1];
  for (let seed = 0; seed < 50; seed++) {
    const order = run({ kind: "priority", changePoints: [] }, channels, seed).map((i) => channels[i]);
    expect(["0,0,0,1,1,1", "1,1,1,0,0,0"]).toContain(order.join());
    const changed = run({ kind: "priority", changePoints: [2] }, channels, seed).map((i) => channels[i]);
    expect(["0,0,1,1,1,0", "1,1,0,0,0,1"]).toContain(changed.join());
  }
});

test("a channel has one key, and keys are equal where order should be kept", () => {
  const random = new Schedule({ kind: "random" }, new Chance(1, 1));
  expect(random.orderKey("a")).toBe(random.orderKey("a"));
  expect(random.orderKey("a")).not.toBe(random.orderKey("b"));
  const fifo = new Schedule({ kind: "fifo" }, new Chance(1, 1));
  expect(fifo.orderKey("a")).toBe(fifo.orderKey("b"));
});

test("a schedule that became fair keeps the order", () => {
  const schedule = new Schedule({ kind: "newest-first" }, new Chance(1, 1));
  const ready = new ReadyList();
  for (const channel of [1, 2]) {
    ready.add(
      channel,
      due(() => undefined),
    );
  }
  expect(schedule.pick(ready)).toBe(1);
  schedule.becomeFair();
  expect(schedule.pick(ready)).toBe(0);
});
