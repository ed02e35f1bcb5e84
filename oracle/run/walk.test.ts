import { expect, test } from "vitest";
import { Oracle } from "../oracle.ts";
import { Walk } from "./walk.ts";

const startMs = 1_000_000;

function walking(options: readonly string[] = []) {
  const oracle = new Oracle();
  for (const key of ["a", "b", "c"]) oracle.execute(1, ["SET", key, "1"], startMs);
  oracle.execute(1, ["PEXPIRE", "c", "50"], startMs);
  oracle.execute(1, ["HSET", "h", "f", "1"], startMs);
  const walk = new Walk(oracle, 0, options, startMs);
  const run = (words: readonly string[], nowMs = startMs): void => {
    oracle.execute(1, words, nowMs);
    walk.follow(oracle.model);
  };
  /** What is wrong when the server gives these keys and says that this was all. */
  const faultOf = (...keys: readonly string[]): string | undefined => {
    walk.took(
      `*2\r\n$1\r\n0\r\n*${keys.length}\r\n${keys.map((key) => `$${key.length}\r\n${key}\r\n`).join("")}`,
    );
    return walk.fault();
  };
  return { oracle, walk, run, faultOf };
}

test("a key that was there throughout must come", () => {
  expect(walking().faultOf("a", "b", "c", "h")).toBe(undefined);
  expect(walking().faultOf("a", "c", "h")).toBe('the walk never gave "b" and 0 more');
});

test("a key that was overwritten was there throughout; one that was away for a moment need not come", () => {
  const { run, faultOf } = walking();
  run(["SET", "a", "2"]);
  run(["DEL", "b"]);
  run(["SET", "b", "2"]);
  expect(faultOf("c", "h")).toBe('the walk never gave "a" and 0 more');
});

test("a key whose time is over need not come", () => {
  const { run, faultOf } = walking();
  run(["GET", "a"], startMs + 50);
  run(["SET", "c", "2"], startMs + 50);
  expect(faultOf("a", "b", "h")).toBe(undefined);
  expect(walking().faultOf("a", "b", "h")).toContain('"c"');
});

test("nothing need come once all was flushed, or another database took the place", () => {
  for (const words of [["FLUSHDB"], ["SWAPDB", "0", "1"]]) {
    const { run, faultOf } = walking();
    run(words);
    expect(faultOf()).toBe(undefined);
  }
});

test("a walk of one type awaits keys that were of it all the time", () => {
  const { run, faultOf } = walking(["TYPE", "string"]);
  run(["DEL", "a"]);
  run(["HSET", "a", "f", "1"]);
  expect(faultOf("c")).toBe('the walk never gave "b" and 0 more');
});

test("what two walks need to know of changes is there for both", () => {
  const { oracle, walk, faultOf } = walking();
  const other = new Walk(oracle, 0, [], startMs);
  oracle.execute(1, ["DEL", "a", "b", "c"], startMs);
  oracle.execute(1, ["SET", "a", "2"], startMs);
  walk.follow(oracle.model);
  other.follow(oracle.model);
  expect(faultOf("h")).not.toBe(undefined);
  other.took("*2\r\n$1\r\n0\r\n*1\r\n$1\r\nh\r\n");
  expect(other.fault()).toBe(walk.fault());
});

test("each step of a walk goes as far as it says; what is looked for, the first one says", () => {
  const { walk } = walking(["COUNT", "1", "MATCH", "a*"]);
  expect(walk.optionsOfStep(["TYPE", "hash", "COUNT", "7"])).toEqual(["MATCH", "a*", "COUNT", "7"]);
  expect(walk.optionsOfStep([])).toEqual(["MATCH", "a*"]);
});
