import { expect, test } from "vitest";
import { targets } from "../../compat/generator/declared.ts";
import { Oracle } from "../oracle.ts";
import { readers, sweepCalls } from "./sweep.ts";

test("values of every type that a declared command works on are read whole", () => {
  const types = new Set(targets.flatMap(({ keyType }) => (keyType === undefined ? [] : [keyType])));
  expect([...types].filter((type) => !(type in readers))).toEqual([]);
});

test("a sweep asks for the keys of one database, expired ones left out", () => {
  const oracle = new Oracle();
  oracle.execute(1, ["SET", "a", "x"], 1000);
  oracle.execute(1, ["SET", "b", "y", "PX", "10"], 1000);
  oracle.execute(1, ["SELECT", "3"], 1000);
  oracle.execute(1, ["SET", "c", "z"], 1000);
  const calls = sweepCalls(oracle, 0, 1010).map((words) => words.join(" "));
  expect(calls.slice(0, 3)).toEqual(["SELECT 0", "KEYS *", "DBSIZE"]);
  expect(calls.slice(3)).toEqual(["TYPE a", "OBJECT ENCODING a", "PEXPIRETIME a", "GET a"]);
});
