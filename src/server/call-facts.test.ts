import { expect, test } from "vitest";
import { declarations } from "../commands/registry.ts";
import { type CallFacts, callFacts } from "./call-facts.ts";

const factsOf = callFacts(declarations);

function keysOf(...words: readonly string[]): readonly string[] | undefined {
  const facts = factsOf(words) as CallFacts;
  if (facts.keysOf !== undefined) return facts.keysOf(words)?.map((i) => words[i] ?? "");
  if (facts.firstKey === 0) return [];
  const last = facts.lastKey < 0 ? words.length + facts.lastKey : facts.lastKey;
  const found: string[] = [];
  for (let i = facts.firstKey; i <= last; i += facts.keyStep) found.push(words[i] ?? "");
  return found;
}

test("keys are found in ranges, in pairs, after subcommands and in two places", () => {
  expect(keysOf("GET", "a")).toEqual(["a"]);
  expect(keysOf("mset", "a", "1", "b", "2")).toEqual(["a", "b"]);
  expect(keysOf("MGET", "a", "b", "c")).toEqual(["a", "b", "c"]);
  expect(keysOf("object", "ENCODING", "a")).toEqual(["a"]);
  expect(keysOf("RENAME", "a", "b")).toEqual(["a", "b"]);
  expect(keysOf("COPY", "a", "b", "DB", "1")).toEqual(["a", "b"]);
  expect(keysOf("BITOP", "AND", "a", "b", "c")).toEqual(["a", "b", "c"]);
  expect(keysOf("PING")).toEqual([]);
});

test("names are found in any spelling, and what does not exist has no facts", () => {
  expect(factsOf(["gEt", "a"])?.name).toBe("get");
  expect(factsOf(["CLIENT", "lIst"])?.name).toBe("client|list");
  expect(factsOf(["CLIENT", "nosuch"])).toBeUndefined();
  expect(factsOf(["nosuch"])).toBeUndefined();
});

test("commands over keys they do not name are known", () => {
  const whole = declarations.filter(({ name }) => factsOf([name])?.isWhole === true).map(({ name }) => name);
  expect(whole.sort()).toEqual(
    ["dbsize", "flushall", "flushdb", "keys", "randomkey", "scan", "swapdb"].filter((name) =>
      whole.includes(name),
    ),
  );
  expect(whole.length).toBe(7);
});
