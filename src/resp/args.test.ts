import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeRequest } from "../testing/command-runner.ts";
import { Args } from "./args.ts";

function argsOf(...words: readonly (string | Uint8Array)[]): Args {
  const bytes = Buffer.concat(
    words.map((word) => (typeof word === "string" ? Buffer.from(word, "latin1") : word)),
  );
  const args = new Args(bytes);
  let at = 0;
  for (const word of words) {
    args.push(at, at + word.length);
    at += word.length;
  }
  return args;
}

test("arguments are ranges of the buffer they arrived in", () => {
  const args = argsOf("SET", "", "va\xff\0");
  expect(args.count).toBe(3);
  expect([args.length(0), args.length(1), args.length(2)]).toEqual([3, 0, 4]);
  expect([args.text(0), args.text(1), args.text(2)]).toEqual(["SET", "", "va\xff\0"]);
  expect([args.start(2), args.end(2)]).toEqual([3, 7]);
});

test("a list longer than the first capacity grows and keeps what it had", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 60, maxLength: 300 }), (words) => {
      const args = argsOf(...words);
      expect(args.count).toBe(words.length);
      for (const [i, word] of words.entries()) expect(args.copy(i)).toEqual(Uint8Array.from(word));
    }),
    { numRuns: 30 },
  );
});

test("a copy stays as it was when the buffer is used again", () => {
  const args = argsOf("abc");
  const copy = args.copy(0);
  args.bytes.fill(0);
  expect(copy).toEqual(Uint8Array.of(97, 98, 99));
});

test("words are compared without regard to case, and whole", () => {
  const args = argsOf("eX", "EXAT", "E", "\x45\x58");
  expect([0, 1, 2, 3].map((i) => args.is(i, "ex"))).toEqual([true, false, false, true]);
});

test("a byte beyond the letters is no other case of one", () => {
  // These differ from letters and each other in the one bit that tells upper from lower case.
  const args = argsOf("@", "[", "{", "`");
  expect(args.is(0, "`")).toBe(false);
  expect(args.is(1, "{")).toBe(false);
  expect(args.is(2, "{")).toBe(true);
});

test.each([
  ["0", 0],
  ["-1", -1],
  ["9007199254740991", 2 ** 53 - 1],
  ["-9007199254740991", 1 - 2 ** 53],
  ["9007199254740992", Number.NaN],
  ["", Number.NaN],
  ["-", Number.NaN],
  ["-0", Number.NaN],
  ["+1", Number.NaN],
  ["01", Number.NaN],
  [" 1", Number.NaN],
  ["1 ", Number.NaN],
  ["1\0", Number.NaN],
  ["1e3", Number.NaN],
])("%j reads as the integer %d", (text, value) => {
  expect(argsOf(text).safeInteger(0)).toBe(value);
});

test("integers beyond 2^53 are read as bigints up to 64 bits", () => {
  const read = (text: string): bigint | undefined => argsOf(text).bigInteger(0);
  expect(read("9223372036854775807")).toBe(2n ** 63n - 1n);
  expect(read("-9223372036854775808")).toBe(-(2n ** 63n));
  expect(read("9223372036854775808")).toBeUndefined();
  expect(read("-9223372036854775809")).toBeUndefined();
  expect(read("x")).toBeUndefined();
});

test("the text for an error ends at the first NUL", () => {
  const args = argsOf("a\0b", "\0", "ab");
  expect([0, 1, 2].map((i) => args.textBeforeNul(i))).toEqual(["a", "", "ab"]);
});

test("an emptied list refers to the new buffer", () => {
  const args = argsOf("abc", "d");
  const bytes = encodeRequest(["x"]);
  args.reset(bytes);
  expect(args.count).toBe(0);
  args.push(0, 2);
  expect(args.text(0)).toBe("*1");
});
