import { expect, test } from "vitest";
import type { Told } from "./harness.ts";
import { type FileOutcome, OutcomeBuilder } from "./outcome.ts";

type Plain = "begin" | "end" | "ok" | "err" | "skip" | "ignore" | "sent" | "unknown";

function fold(...lines: readonly (readonly [Plain, string])[]): FileOutcome {
  const builder = new OutcomeBuilder();
  for (const [kind, text] of lines) builder.take({ kind, text } as Told);
  return builder.finish("it hung");
}

test("a test that ends well has passed, and its second occurrence is a test of its own", () => {
  const { tests } = fold(
    ["begin", "a"],
    ["ok", "a"],
    ["end", "a"],
    ["begin", "a"],
    ["err", "a in x\nno"],
    ["end", "a"],
  );
  expect([...tests]).toEqual([
    ["a", { kind: "passed" }],
    ["a #2", { kind: "failed", why: "a in x\nno", commands: [] }],
  ]);
});

test("an error inside a test fails it, also when the test says that it is well", () => {
  const { tests } = fold(["begin", "a"], ["err", "a block failed"], ["ok", "a"], ["end", "a"]);
  expect(tests.get("a")?.kind).toBe("failed");
});

test("a test under way when the run ends is cut, and knows what it sent", () => {
  const { tests } = fold(
    ["begin", "a"],
    ["sent", "EVAL"],
    ["unknown", "ERR unknown command 'EVAL', with args"],
  );
  expect(tests.get("a")).toEqual({ kind: "cut", why: "it hung", commands: ["eval", "eval"] });
});

test("a test inside a test does not end the outer one", () => {
  const { tests } = fold(
    ["begin", "outer"],
    ["begin", "inner"],
    ["ok", "inner"],
    ["end", "inner"],
    ["ok", "outer"],
    ["end", "outer"],
  );
  expect([...tests.keys()]).toEqual(["inner", "outer"]);
  expect(tests.get("outer")).toEqual({ kind: "passed" });
});

test("errors and unknown commands between tests are kept apart", () => {
  const outcome = fold(
    ["unknown", "ERR unknown subcommand 'tracking'. Try CLIENT HELP."],
    ["err", "the block broke"],
  );
  expect(outcome.commandsOutside).toEqual(["client|tracking"]);
  expect(outcome.outside).toEqual([{ command: "start_server", error: "the block broke" }]);
});

test("a test that is left out is skipped, and one that says nothing has failed", () => {
  const { tests } = fold(["begin", "a"], ["ignore", "a: Tag"], ["end", "a"], ["begin", "b"], ["end", "b"]);
  expect(tests.get("a")).toEqual({ kind: "skipped" });
  expect(tests.get("b")?.kind).toBe("failed");
});
