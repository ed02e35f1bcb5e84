import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../../lib/bytes.ts";
import { Args } from "../../resp/args.ts";
import { Slowlog } from "./slowlog.ts";

const nowMs = 1_700_000_000_900;

function argsOf(...words: readonly string[]): Args {
  const args = new Args(latin1Bytes(words.join("")));
  let at = 0;
  for (const word of words) {
    args.push(at, at + word.length);
    at += word.length;
  }
  return args;
}

function keptOf(...words: readonly string[]): readonly string[] {
  const slowlog = new Slowlog({ slowlogLogSlowerThan: 0, slowlogMaxLen: 1 });
  slowlog.maybeAdd(argsOf(...words), 1, nowMs, "", "");
  return (slowlog.latest(1)[0]?.args ?? []).map((each) => latin1Text(each));
}

test("only commands that took at least the limit are kept, and none while the limit is negative", () => {
  const limits = { slowlogLogSlowerThan: 10, slowlogMaxLen: 5 };
  const slowlog = new Slowlog(limits);
  slowlog.maybeAdd(argsOf("GET", "a"), 9, nowMs, "", "");
  slowlog.maybeAdd(argsOf("GET", "b"), 10, nowMs, "127.0.0.1:9", "joe");
  limits.slowlogLogSlowerThan = -1;
  slowlog.maybeAdd(argsOf("GET", "c"), 1e9, nowMs, "", "");
  expect(slowlog.latest(10)).toEqual([
    {
      id: 0,
      unixSeconds: 1_700_000_000,
      durationUs: 10,
      args: [latin1Bytes("GET"), latin1Bytes("b")],
      address: "127.0.0.1:9",
      name: "joe",
    },
  ]);
});

test("the newest entries stay within a bound that may change, and ids outlive a reset", () => {
  const limits = { slowlogLogSlowerThan: 0, slowlogMaxLen: 3 };
  const slowlog = new Slowlog(limits);
  const idsAfter = (count: number): readonly number[] => {
    for (let i = 0; i < count; i++) slowlog.maybeAdd(argsOf("PING"), 1, nowMs, "", "");
    return slowlog.latest(Number.POSITIVE_INFINITY).map(({ id }) => id);
  };
  expect(idsAfter(100)).toEqual([99, 98, 97]);
  expect(slowlog.latest(2).map(({ id }) => id)).toEqual([99, 98]);
  limits.slowlogMaxLen = 5;
  expect(idsAfter(3)).toEqual([102, 101, 100, 99, 98]);
  limits.slowlogMaxLen = 1;
  expect(idsAfter(1)).toEqual([103]);
  slowlog.reset();
  expect(slowlog.length).toBe(0);
  expect(idsAfter(1)).toEqual([104]);
});

test("a long argument keeps 128 bytes and many arguments keep 32, with a note of what is missing", () => {
  const long = "x".repeat(130);
  expect(keptOf("SET", "k".repeat(128), long)).toEqual([
    "SET",
    "k".repeat(128),
    `${"x".repeat(128)}... (2 more bytes)`,
  ]);
  const words = Array.from({ length: 34 }, (_, i) => `w${i}`);
  expect(keptOf(...words.slice(0, 32))).toEqual(words.slice(0, 32));
  expect(keptOf(...words)).toEqual([...words.slice(0, 31), "... (3 more arguments)"]);
});

test("passwords are not kept", () => {
  expect(keptOf("AUTH", "secret")).toEqual(["AUTH", "(redacted)"]);
  expect(keptOf("config", "SET", "port", "1", "RequirePass", "secret")).toEqual([
    "config",
    "SET",
    "port",
    "1",
    "RequirePass",
    "(redacted)",
  ]);
});
