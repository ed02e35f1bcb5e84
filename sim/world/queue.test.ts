import fc from "fast-check";
import { expect, test } from "vitest";
import { due } from "./ground.ts";
import { EventQueue } from "./queue.ts";

const pushes = fc.array(fc.record({ at: fc.nat({ max: 20 }), order: fc.nat({ max: 3 }) }), {
  maxLength: 200,
});

test("events come by time, then by order, then as they were pushed", () => {
  fc.assert(
    fc.property(pushes, (all) => {
      const queue = new EventQueue();
      const fired: number[] = [];
      for (const [i, { at, order }] of all.entries()) {
        queue.push(
          at,
          order,
          due(() => fired.push(i)),
        );
      }
      while (queue.length > 0) queue.pop()?.fire();
      const key = (i: number): number[] => [all[i]?.at ?? 0, all[i]?.order ?? 0, i];
      const sorted = all.map((_, i) => i).sort((a, b) => compare(key(a), key(b)));
      expect(fired).toEqual(sorted);
    }),
  );
});

test("time never goes back, and what is pushed for the past happens now", () => {
  const queue = new EventQueue();
  const times: number[] = [];
  queue.push(
    10,
    0,
    due(() =>
      queue.push(
        3,
        0,
        due(() => times.push(queue.nowUs)),
      ),
    ),
  );
  while (queue.length > 0) queue.pop()?.fire();
  expect(times).toEqual([10]);
});

test("what an owner pushed before it was buried is dropped, what it pushes later is not", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "bury-a")), (steps) => {
      const queue = new EventQueue();
      const fired: string[] = [];
      const owners = { a: 1, b: 2 };
      let alive: string[] = [];
      for (const [i, step] of steps.entries()) {
        if (step === "bury-a") {
          queue.bury(owners.a);
          alive = alive.filter((name) => !name.startsWith("a"));
          continue;
        }
        const name = `${step}${i}`;
        alive.push(name);
        queue.push(
          i,
          0,
          due(() => fired.push(name)),
          owners[step],
        );
      }
      while (queue.length > 0) queue.pop()?.fire();
      expect(fired).toEqual(alive);
    }),
  );
});

test("the queue grows past its first size and forgets nothing", () => {
  const queue = new EventQueue();
  let fired = 0;
  for (let i = 0; i < 5000; i++) {
    queue.push(
      (i * 7919) % 5000,
      0,
      due(() => fired++),
    );
  }
  let last = -1;
  while (queue.length > 0) {
    queue.pop()?.fire();
    expect(queue.nowUs).toBeGreaterThanOrEqual(last);
    last = queue.nowUs;
  }
  expect(fired).toBe(5000);
});

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
