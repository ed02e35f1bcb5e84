import { expect, test } from "vitest";
import { Oracle } from "../oracle.ts";
import { designedDifference, designs } from "./by-design.ts";

function met(value: string, words: readonly string[], actual: string): string | undefined {
  const oracle = new Oracle();
  oracle.execute(1, ["SET", "k", value], 1000);
  return designedDifference({ words, model: oracle.model, session: oracle.session(1), actual });
}

test("the idle time of a small integer may be anything, of other values it may not", () => {
  const words = ["OBJECT", "IdleTime", "k"];
  expect(met("9999", words, ":7\r\n")).toBe("idle time of a shared integer");
  for (const value of ["10000", "-1", "01", "text"]) expect(met(value, words, ":7\r\n")).toBe(undefined);
  expect(met("1", words, "$-1\r\n")).toBe(undefined);
  expect(met("1", ["GET", "k"], ":7\r\n")).toBe(undefined);
});

test("every entry has a date, a reason and an id of its own", () => {
  expect(new Set(designs.map(({ id }) => id)).size).toBe(designs.length);
  for (const { since, reason } of designs)
    expect([/^20\d\d-\d\d-\d\d$/.test(since), reason.length > 20]).toEqual([true, true]);
});
