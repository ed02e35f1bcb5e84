import { expect, test } from "vitest";
import { bounds } from "./bounds.ts";
import { bulk, History, play } from "./histories.ts";

test("a queue over its bound is named once, with both numbers", () => {
  const sizes = [10, 80, 101, 105];
  const node = { queues: () => [{ name: "output of client 7", size: sizes.shift() ?? 0, bound: 100 }] };
  const history = new History().turn().turn().turn().turn();
  const { violations, counts } = play(bounds, history.happenings, { node });
  expect(violations).toMatchObject([
    { kind: "output of client over its bound", text: "node 1: output of client 7 is 101, its bound 100" },
  ]);
  expect(counts).toEqual({ queues: 4, "output of client nearly full?": 3 });
});

test("a queue at its bound passes, and a node that is down is not asked", () => {
  const node = { queues: () => [{ name: "mailbox", size: 4, bound: 4 }] };
  const { violations, counts } = play(bounds, new History().turn().end("kill").turn().happenings, { node });
  expect([violations, counts["queues"]]).toEqual([[], 1]);
});

test("held output may exceed its bound by the largest reply, and by no more", () => {
  const largest = bulk("x".repeat(20));
  for (const [excess, kinds] of [
    [largest.length, []],
    [largest.length + 1, ["held output over its bound"]],
  ] as const) {
    const node = { queues: () => [{ name: "held output", size: 100 + excess, bound: 100 }] };
    const calls = new History();
    calls.call(1, "GET a", bulk("x"));
    calls.call(1, "GET b", largest);
    calls.call(1, "GET a", bulk("x"));
    const { violations } = play(bounds, calls.turn().happenings, { node });
    expect(violations.map(({ kind }) => kind)).toEqual(kinds);
  }
});
