import { expect, test } from "vitest";
import { shrink } from "./shrink.ts";
import { readSteps, type Step, writeStep } from "./step.ts";

const step = (name: string): Step => ({ kind: "call", connection: 0, words: [name], fullName: name });
const names = (steps: readonly Step[]): string[] =>
  steps.map((each) => (each.kind === "call" ? each.fullName : each.kind));

test("only the steps that a difference needs are kept, with the last one", async () => {
  const steps = Array.from({ length: 500 }, (_, i) => step(`s${i}`));
  const needs = ["s3", "s250", "s499"];
  const result = await shrink(steps, async (tried) => needs.every((name) => names(tried).includes(name)));
  expect(result.doesRepeat).toBe(true);
  expect(names(result.steps)).toEqual(needs);
});

test("a difference that does not come again is told to be such", async () => {
  const result = await shrink([step("a"), step("b")], async () => false);
  expect(result.doesRepeat).toBe(false);
});

test("steps survive being written to a file and read back", () => {
  const steps: Step[] = [
    { kind: "call", connection: 1, words: ["SET", "a b", '\x00\xff"\\\r\n', ""], fullName: "set" },
    { kind: "expire", connection: 0, key: "\x00k" },
    { kind: "walk", connection: 0, options: ["COUNT", "5"] },
    { kind: "walk", connection: 1, options: [] },
    { kind: "state" },
  ];
  const text = ["# a remark", ...steps.map((each) => writeStep(each))].join("\n");
  expect(readSteps(text, () => "set")).toEqual(steps);
});
