import { expect, test } from "vitest";
import { wholeNumber } from "./whole-number.ts";

test("digits are a number, and nothing else is one", () => {
  expect(wholeNumber("rounds", "200")).toBe(200);
  expect(wholeNumber("rounds", "1", 1)).toBe(1);
  for (const text of ["", "x", "1.5", "-1", "1e3", " 1", "0x1", "99999999999999999"]) {
    expect(() => wholeNumber("rounds", text)).toThrow(`--rounds wants a whole number from 0, not "${text}"`);
  }
  expect(() => wholeNumber("rounds", "0", 1)).toThrow("from 1");
});
