import { expect, test } from "vitest";
import { type Baseline, type JudgementRules, judge, neededCounts } from "./judgement.ts";
import type { FileOutcome, Outcome } from "./outcome.ts";

const baseline: Baseline = {
  mode: "external",
  seconds: 1,
  passed: ["a", "b"],
  slow: ["s"],
  failed: ["never"],
};
const plain: JudgementRules = {
  isSlow: false,
  exceptions: [],
  needs: [],
  about: undefined,
  ratchet: [],
  absent: new Set(["eval", "sadd"]),
};

function outcome(
  tests: Readonly<Record<string, Outcome>>,
  commandsOutside: readonly string[] = [],
): FileOutcome {
  return { tests: new Map(Object.entries(tests)), outside: [], commandsOutside };
}

const failed = (commands: readonly string[] = [], why = "no"): Outcome => ({ kind: "failed", why, commands });

test("every test that the stock server passes falls into one pile", () => {
  const { judgement } = judge(baseline, outcome({ a: { kind: "passed" }, never: failed() }), plain);
  expect(judgement).toMatchObject({ stock: 2, passed: 1, missing: 1, failed: 0, needs: 0 });
  expect(judgement.faults).toEqual([{ test: "b", why: "it did not run" }]);
});

test("a failure is put down to a command that is not there, and to no other", () => {
  const excused = judge(baseline, outcome({ a: { kind: "passed" }, b: failed(["get", "sadd"]) }), plain);
  expect(excused.judgement).toMatchObject({ needs: 1, failed: 0, needing: { b: ["sadd"] } });
  const surprise = judge(baseline, outcome({ a: { kind: "passed" }, b: failed(["get"]) }), plain);
  expect(surprise.judgement).toMatchObject({ needs: 0, failed: 1 });
});

test("a command named in the error alone counts as well", () => {
  const { judgement } = judge(
    baseline,
    outcome({ a: failed([], "unknown command 'EVAL'"), b: { kind: "passed" } }),
    plain,
  );
  expect(judgement.needing).toEqual({ a: ["eval"] });
  expect(neededCounts(judgement)).toEqual([["eval", 1]]);
});

test("tests that never ran are put down to what their file's set-up lacked, but not to FUNCTION FLUSH", () => {
  const rules = { ...plain, absent: new Set(["function", "sadd"]) };
  expect(judge(baseline, outcome({}, ["function", "sadd"]), rules).judgement.needs).toBe(2);
  expect(judge(baseline, outcome({}, ["function"]), rules).judgement.missing).toBe(2);
});

test("a test that passed once and does not now is a regression, whatever it needs", () => {
  const rules = { ...plain, ratchet: ["b"] };
  const { regressions } = judge(baseline, outcome({ a: { kind: "passed" }, b: failed(["sadd"]) }), rules);
  expect(regressions.map(({ test: name }) => name)).toEqual(["b"]);
  expect(judge(baseline, outcome({}), rules).regressions).toHaveLength(1);
});

test("an exception excuses its test, and is told of when the test passes", () => {
  const rules = { ...plain, exceptions: [{ file: "f", test: "b", reason: "by design" }] };
  const excused = judge(baseline, outcome({ a: { kind: "passed" }, b: failed() }), rules);
  expect(excused.judgement).toMatchObject({ excepted: 1, failed: 0 });
  const idle = judge(baseline, outcome({ a: { kind: "passed" }, b: { kind: "passed" } }), rules);
  expect(idle.idleExceptions).toEqual(["b"]);
});

test("a declared need counts while its command is absent", () => {
  const needs = [{ file: "f", test: "b", commands: ["eval"], reason: "looks for it" }];
  const run = outcome({ a: { kind: "passed" }, b: failed() });
  expect(judge(baseline, run, { ...plain, needs }).judgement.needing).toEqual({ b: ["eval"] });
  expect(judge(baseline, run, { ...plain, needs, absent: new Set() }).judgement.failed).toBe(1);
});

test("what a file is about excuses its tests while that is not there", () => {
  const run = outcome({ a: { kind: "passed" }, b: failed() });
  expect(judge(baseline, run, { ...plain, about: "sadd" }).judgement).toMatchObject({ needs: 1, failed: 0 });
  expect(judge(baseline, run, { ...plain, about: "get" }).judgement).toMatchObject({ needs: 0, failed: 1 });
});

test("a reason tells what went wrong, and not where the tree stands", () => {
  const why =
    "a in tests/unit/x.tcl\nExpected 1 (file /home/me/redis/tests/support/test.tcl)\nmore\neven more";
  const { judgement } = judge(baseline, outcome({ a: failed([], why), b: { kind: "passed" } }), plain);
  expect(judgement.faults[0]?.why).toBe("Expected 1 (file tests/support/test.tcl) / more");
});

test("slow tests are expected of a slow run only", () => {
  const run = outcome({ a: { kind: "passed" }, b: { kind: "passed" } });
  expect(judge(baseline, run, plain).judgement.missing).toBe(0);
  expect(judge(baseline, run, { ...plain, isSlow: true }).judgement.missing).toBe(1);
});
