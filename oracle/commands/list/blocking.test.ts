import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { Oracle } from "../../oracle.ts";

function oracleAfter(...calls: readonly string[]): Oracle {
  const oracle = new Oracle();
  for (const call of calls) oracle.execute(1, call.split(" "), 1);
  return oracle;
}

function judge(oracle: Oracle, call: string, actual: string): string | undefined {
  return matches(oracle.execute(2, call.split(" "), 1), actual, 2);
}

const fromA = "*2\r\n$1\r\na\r\n$1\r\nx\r\n";
const fromB = "*2\r\n$1\r\nb\r\n$1\r\ny\r\n";
const nullArray = "*-1\r\n";
const unblocked = "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n";

test("one that waited may be served from any of its keys, and only that key is then shorter", () => {
  const oracle = oracleAfter("rpush a x", "rpush b y");
  expect(judge(oracle, "blpop a b 0", fromB)).toBeUndefined();
  expect(oracle.model.get(0, "a")).toBeDefined();
  expect(oracle.model.get(0, "b")).toBeUndefined();
});

test("a key that changed its type while another woke the call does not matter", () => {
  expect(judge(oracleAfter("set a x", "rpush b y"), "blpop a b 0", fromB)).toBeUndefined();
  const wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
  expect(judge(oracleAfter("set a x", "rpush b y"), "blpop a b 0", wrongType)).toBeUndefined();
});

test("a wait ends without an element only while no key holds a list", () => {
  for (const end of [nullArray, unblocked]) {
    expect(judge(oracleAfter(), "blpop a b 1", end)).toBeUndefined();
    expect(judge(oracleAfter("set a x"), "blpop a b 1", end)).toBeUndefined();
    expect(judge(oracleAfter("rpush b y"), "blpop a b 1", end)).toMatch(/expected/);
  }
});

test("an element that is not the outermost is wrong, and so is one of a missing key", () => {
  expect(judge(oracleAfter("rpush a q x"), "blpop a b 0", fromA)).toMatch(/expected/);
  expect(judge(oracleAfter("rpush a x"), "blpop a b 0", fromB)).toMatch(/expected/);
});

test("inside EXEC nothing waits: the first key that is there counts", () => {
  const call = ["blpop", "a", "b", "0"];
  expect(matches(oracleAfter("rpush b y").inner(1, call, 1, fromB), fromB, 2)).toBeUndefined();
  expect(matches(oracleAfter("rpush a x", "rpush b y").inner(1, call, 1, fromB), fromB, 2)).toMatch(
    /expected/,
  );
  expect(matches(oracleAfter().inner(1, call, 1, nullArray), nullArray, 2)).toBeUndefined();
});

test("keys behind the first that answers keep their time of access", () => {
  const oracle = oracleAfter("set a x", "set b y", "set c z");
  oracle.execute(1, ["blpop", "none", "a", "b", "c", "0"], 5000);
  const seconds = ["a", "b", "c"].map((key) => oracle.model.get(0, key)?.accessSeconds);
  expect(seconds).toEqual([5, 0, 0]);
});

test("a key that came while a call waited may not have been looked at by it", () => {
  const oracle = oracleAfter("hset h f v");
  const expected = oracle.execute(1, ["blpop", "h", "1"], 5000);
  expect(matches(expected, nullArray, 2)).toBeUndefined();
  expect(oracle.model.get(0, "h")?.accessSeconds).toBeUndefined();
});
