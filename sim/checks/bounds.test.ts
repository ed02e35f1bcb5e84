import { expect, test } from "vitest";
import type { LiveNode } from "../world/live-node.ts";
import { bounds } from "./bounds.ts";
import { bulk, History, play } from "./histories.ts";

/** A node with one queue, whose size at each turn's end is the next of these; the last one stays. */
function queue(name: string, bound: number, sizes: readonly number[], session?: number): Partial<LiveNode> {
  const left = [...sizes];
  return {
    eachQueue: (tell) => tell(name, (left.length > 1 ? left.shift() : left[0]) as number, bound, session),
  };
}
const kinds = (history: History, node: Partial<LiveNode>) =>
  play(bounds, history.happenings, { node }).violations.map(({ kind }) => kind);

test("a queue over its bound is named once, with both numbers", () => {
  const node = queue("output of client 7", 100, [10, 80, 101, 105]);
  const history = new History().turn().turn().turn().turn();
  const { violations, counts } = play(bounds, history.happenings, { node });
  expect(violations).toMatchObject([
    { kind: "output of client over its bound", text: "node 1: output of client 7 is 101, its bound 100" },
  ]);
  expect(counts).toEqual({ queues: 4, "output of client nearly full?": 3 });
});

test("a queue at its bound passes, and a node that is down is not asked", () => {
  const node = queue("mailbox", 4, [4]);
  const { violations, counts } = play(bounds, new History().turn().end("kill").turn().happenings, { node });
  expect([violations, counts["queues"]]).toEqual([[], 1]);
});

test("held output may exceed its bound by its own client's largest reply, and by no more", () => {
  const largest = bulk("x".repeat(20_000));
  const excessOf = (client: number, excess: number): readonly string[] => {
    const calls = new History();
    calls.call(1, "GET a", bulk("x"));
    calls.call(2, "GET a", bulk("x"));
    calls.call(client, "GET b", largest);
    return kinds(calls.turn(), queue("held output", 100, [100 + excess], 1));
  };
  expect(excessOf(1, largest.length)).toEqual([]);
  expect(excessOf(1, largest.length + 1)).toEqual(["held output over its bound"]);
  expect(excessOf(2, largest.length)).toEqual(["held output over its bound"]);
});

test("a bound that was lowered holds a while later, for its own queue alone", () => {
  const after = (name: string, words: string, waitUs: number): readonly string[] => {
    const history = new History();
    history.call(1, words, "+OK");
    return kinds(history.wait(waitUs).turn(), queue(name, 100, [101]));
  };
  const lowered = "CONFIG SET client-output-buffer-limit";
  expect(after("output", lowered, 24_000_000)).toEqual([]);
  expect(after("output", lowered, 26_000_000)).toEqual(["output over its bound"]);
  expect(after("query", lowered, 0)).toEqual(["query over its bound"]);
  expect(after("output", "CONFIG SET hz", 0)).toEqual(["output over its bound"]);
  expect(after("output", "CONFIG GET client-output-buffer-limit", 0)).toEqual(["output over its bound"]);
});

test("connections may stay though fewer are allowed now, until there are so few", () => {
  const lowered = (): History => {
    const history = new History();
    history.call(1, "CONFIG SET maxclients 2", "+OK");
    return history.wait(100_000_000).turn().turn().turn();
  };
  expect(kinds(lowered(), queue("clients", 2, [3, 3, 3]))).toEqual([]);
  expect(kinds(lowered(), queue("clients", 2, [3, 2, 3]))).toEqual(["clients over its bound"]);
});
