import { expect, test } from "vitest";
import { crash } from "./crash.ts";
import { History } from "./histories.ts";

test("an exception of the server is a violation, with its text", () => {
  const found = new History().end("crash", "Error: cell 7 freed twice").violations(crash);
  expect(found).toMatchObject([
    { kind: "exception", text: "node 1, generation 0: Error: cell 7 freed twice" },
  ]);
});

test("kills, power losses and stops are none", () => {
  const history = new History().end("kill").start().end("power-loss").start().end("stop");
  expect(history.violations(crash)).toEqual([]);
});
