import { expect, test } from "vitest";
import { globMatches } from "./glob.ts";

test.each([
  ["*", "", true],
  ["a*c", "abbc", true],
  ["a*c", "abb", false],
  ["a*b*c", "aXbYbZc", true],
  ["h?llo", "hello", true],
  ["h?llo", "hllo", false],
  ["h[ae]llo", "hallo", true],
  ["h[ae]llo", "hillo", false],
  ["h[^e]llo", "hello", false],
  ["h[^e]llo", "hallo", true],
  ["h[a-c]llo", "hbllo", true],
  ["h[c-a]llo", "hbllo", true],
  ["h[a-c]llo", "hdllo", false],
  ["\\*", "*", true],
  ["\\*", "a", false],
  ["[\\]]", "]", true],
  ["", "", true],
  ["", "a", false],
  ["**", "abc", true],
  ["**", "", false],
])("%j takes %j: %s", (pattern, text, isMatch) => {
  expect(globMatches(pattern, text)).toBe(isMatch);
});
