import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import { type Ambient, withTripwires } from "./tripwires.ts";

const ambient = globalThis as unknown as Ambient;
const touches: readonly (readonly [string, () => unknown])[] = [
  ["setTimeout", () => setTimeout(() => undefined, 0)],
  ["setInterval", () => setInterval(() => undefined, 1)],
  ["setImmediate", () => setImmediate(() => undefined)],
  ["queueMicrotask", () => queueMicrotask(() => undefined)],
  ["Date", () => Date.now()],
  ["Date", () => new Date()],
  ["Promise", () => Promise.resolve()],
  ["Promise", () => new Promise(() => undefined)],
  ["Math.random", () => Math.random()],
  ["performance.now", () => performance.now()],
  ["nextTick", () => process.nextTick(() => undefined)],
];

test.each(touches)("%s trips while a run is on, and works again after it", (name, touch) => {
  expect(() => withTripwires(ambient, touch)).toThrow(`tripwire: ${name} was used during a run`);
  expect(touch).not.toThrow();
});

test("a planted timer or promise deep in a run is caught", () => {
  const plant = (): void => {
    setTimeout(() => undefined, 0);
  };
  const planted = (): void => {
    for (const n of [1, 2]) if (n === 2) plant();
  };
  expect(() => withTripwires(ambient, planted)).toThrow("tripwire");
});

test("a promise of an async function trips too, though it never touches the global", () => {
  const asynchronous = async (): Promise<number> => 1;
  expect(() => withTripwires(ambient, () => void asynchronous(), createHook)).toThrow("a promise was made");
});

test("what touches nothing is let through with its result, and an exception of its own stays its own", () => {
  expect(withTripwires(ambient, () => 42, createHook)).toBe(42);
  expect(() =>
    withTripwires(ambient, () => {
      throw new Error("mine");
    }),
  ).toThrow("mine");
  expect(Date.now()).toBeGreaterThan(0);
});
