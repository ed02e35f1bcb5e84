import { expect, test } from "vitest";
import { parts, wholeNumber } from "./options.ts";

test("a number option is a whole number from its minimum on, and an error names the option", () => {
  expect(wholeNumber("rounds", "5", 1)).toBe(5);
  for (const text of ["0", "-1", "1.5", "x", "", "1e3"]) {
    expect(() => wholeNumber("rounds", text, 1)).toThrow("--rounds wants a whole number from 1");
  }
});

test("an empty list option has no parts", () => {
  expect(parts("")).toEqual([]);
  expect(parts("set,get")).toEqual(["set", "get"]);
});
