import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { Oracle } from "../../oracle.ts";

function told(oracle: Oracle, call: string, actual: string, protocol: 2 | 3 = 2): string | undefined {
  return matches(oracle.scripted(1, call.split(" "), 1, protocol), actual, protocol);
}

function judged(oracle: Oracle, words: readonly string[], actual: string): string | undefined {
  return matches(oracle.execute(1, words, 1), actual, 2);
}

const opaque = ["EVAL", "for i = 1, 2 do redis.call('incr', KEYS[1]) end", "1", "n"];

test("calls that are told are judged one by one, and the script's own reply is taken as it comes", () => {
  const oracle = new Oracle();
  expect(told(oracle, "incr n", ":1\r\n")).toBeUndefined();
  expect(told(oracle, "incr n", ":3\r\n")).toMatch(/expected/);
  expect(judged(oracle, opaque, "$-1\r\n")).toBeUndefined();
  expect(judged(oracle, ["GET", "n"], "$1\r\n2\r\n")).toBeUndefined();
});

test("a plain script whose calls were told is not run again", () => {
  const oracle = new Oracle();
  expect(told(oracle, "incr n", ":1\r\n")).toBeUndefined();
  expect(judged(oracle, ["EVAL", "return redis.call('incr','n')", "0"], ":1\r\n")).toBeUndefined();
  expect(judged(oracle, ["GET", "n"], "$1\r\n1\r\n")).toBeUndefined();
});

test("a script begins in its client's database, and what it selects is its own", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["SELECT", "2"], 1);
  expect(told(oracle, "set a v", "+OK\r\n")).toBeUndefined();
  expect(told(oracle, "select 3", "+OK\r\n")).toBeUndefined();
  expect(told(oracle, "exists a", ":0\r\n")).toBeUndefined();
  expect(judged(oracle, opaque, "$-1\r\n")).toBeUndefined();
  expect(judged(oracle, ["GET", "a"], "$1\r\nv\r\n")).toBeUndefined();
  expect(told(oracle, "exists a", ":1\r\n")).toBeUndefined();
});

test("a script gets its replies in a protocol of its own, and waits for nothing", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["HSET", "h", "f", "v"], 1);
  expect(told(oracle, "hgetall h", "%1\r\n$1\r\nf\r\n$1\r\nv\r\n", 3)).toBeUndefined();
  expect(told(oracle, "hgetall h", "*2\r\n$1\r\nf\r\n$1\r\nv\r\n", 2)).toBeUndefined();
  expect(told(oracle, "blmpop 0 1 none left", "*-1\r\n")).toBeUndefined();
});

test("a script whose text is told once is known by its name, unless it could not be compiled", () => {
  const oracle = new Oracle();
  expect(
    judged(oracle, ["EVAL", "retur", "0"], "-ERR Error compiling script (new function): x\r\n"),
  ).toBeUndefined();
  expect(oracle.model.scripts.size).toBe(0);
  expect(judged(oracle, opaque, "$-1\r\n")).toBeUndefined();
  expect([...oracle.model.scripts.values()]).toEqual([{ body: opaque[1], isSure: true }]);
});
