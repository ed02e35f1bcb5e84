import { expect, test } from "vitest";
import { bulk, History, list, play } from "./histories.ts";
import { scan } from "./scan.ts";

const found = (cursor: string, ...keys: readonly string[]) => list(bulk(cursor), list(...keys.map(bulk)));
const kinds = (history: History) => history.violations(scan).map(({ kind }) => kind);

/** A history that has these keys. */
function holding(...keys: readonly string[]): History {
  const history = new History();
  for (const key of keys) history.call(1, `SET ${key} v`, "+OK");
  return history;
}

test("an iteration that returns every key once or more passes", () => {
  const history = holding("a", "b", "c");
  history.call(1, "SCAN 0", found("7", "a", "b"));
  history.call(1, "SCAN 7", found("0", "b", "c"));
  const { violations, counts } = play(scan, history.happenings);
  expect([violations, counts]).toEqual([
    [],
    { iterations: 1, "keys there throughout": 3, "iterations under writes": 0 },
  ]);
});

test("a key left out of a whole iteration is named", () => {
  const history = holding("a", "b", "c");
  history.call(1, "SCAN 0", found("7", "a"));
  history.call(1, "SCAN 7", found("0", "b"));
  expect(history.violations(scan)).toMatchObject([
    { kind: "a key left out", text: expect.stringContaining('"c" was there through 2 calls') },
  ]);
});

test("a key that never was there is named", () => {
  const history = holding("a");
  history.call(1, "SCAN 0", found("0", "a", "ghost"));
  expect(kinds(history)).toEqual(["a key that never was there"]);
});

test("keys that come or go while it runs may be returned or not", () => {
  const run = (...last: readonly string[]): History => {
    const history = holding("a", "b", "c", "d");
    history.call(1, "SCAN 0", found("7", "a"));
    history.call(2, "DEL b", ":1");
    history.call(2, "SET b v", "+OK");
    history.call(2, "SET new v", "+OK");
    history.remove("c", "evicted");
    history.call(1, "SCAN 7", found("0", "d", ...last));
    return history;
  };
  expect(kinds(run())).toEqual([]);
  expect(kinds(run("b", "new"))).toEqual([]);
  expect(kinds(run("c"))).toEqual([]); // It was there when the iteration began.
});

test("a key whose time was over may be returned once the clock has been set back", () => {
  const run = (isTold: boolean): History => {
    const history = holding("a");
    history.call(1, "SET b v PX 10", "+OK");
    history.wait(50_000);
    history.call(1, "SCAN 0", found("7", "a"));
    history.clockOffsetMs = -1000;
    const { nowUs, wallMs } = history;
    const event = { atUs: nowUs, name: "clock.jump-back", node: 1, text: "" } as const;
    if (isTold) history.happenings.push({ on: "faultFired", event, nowUs, wallMs });
    history.call(1, "SCAN 7", found("0", "b"));
    return history;
  };
  expect(kinds(run(true))).toEqual([]);
  expect(kinds(run(false))).toEqual(["a key that never was there"]);
});

test("a key that is only overwritten while it runs must be returned", () => {
  const history = holding("a", "b");
  history.call(1, "SCAN 0", found("7", "a"));
  history.call(2, "SET b w", "+OK");
  history.call(1, "SCAN 7", found("0"));
  expect(kinds(history)).toEqual(["a key left out"]);
});

test("a key that expires while it runs is no longer promised", () => {
  const history = holding("a");
  history.call(1, "SET b v PX 5", "+OK");
  history.call(1, "SCAN 0", found("7", "a"));
  history.wait(10_000);
  history.call(1, "SCAN 7", found("0"));
  expect(kinds(history)).toEqual([]);
});

test("MATCH and TYPE narrow what is promised", () => {
  const history = holding("a1", "a2", "b1");
  history.call(1, "SCAN 0 MATCH a* COUNT 2", found("7", "a1"));
  history.call(1, "SCAN 7 MATCH a* COUNT 9", found("0", "a2"));
  history.call(1, "SCAN 0 TYPE list", found("0"));
  expect(kinds(history)).toEqual([]);
  history.call(1, "SCAN 0 MATCH b*", found("0"));
  expect(kinds(history)).toEqual(["a key left out"]);
});

test("an iteration that does not end is named", () => {
  const history = holding("a");
  history.call(1, "SCAN 0", found("7", "a"));
  for (let i = 0; i < 70; i++) history.call(1, "SCAN 7", found("7"));
  expect(kinds(history)).toEqual(["no end"]);
});

test("iterations of several sessions, abandoned ones and foreign cursors are kept apart", () => {
  const history = holding("a", "b");
  history.call(1, "SCAN 0", found("7", "a"));
  history.call(2, "SCAN 0", found("7", "a"));
  history.call(1, "SCAN 99", found("0"));
  history.call(1, "SCAN 0", found("0", "a", "b"));
  history.call(2, "SCAN 7", found("0", "b"));
  history.call(3, "SCAN 7", found("0"));
  expect(kinds(history)).toEqual([]);
});

test("FLUSHALL and a restart take every promise away", () => {
  const history = holding("a", "b");
  history.call(1, "SCAN 0", found("7", "a"));
  history.call(2, "FLUSHALL", "+OK");
  history.call(1, "SCAN 7", found("0"));
  history.call(1, "SET a v", "+OK");
  history.call(1, "SCAN 0", found("7"));
  history.end("kill").start();
  history.call(1, "SCAN 7", found("0"));
  expect(kinds(history)).toEqual([]);
});
