import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "./bytes.ts";
import { parseInt64Big } from "./int64.ts";
import { compareInt64Words, formatInt64Words, parseInt64Words } from "./int64-words.ts";

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.maxSafeInteger().map(BigInt),
  fc.integer().map(BigInt),
  fc
    .tuple(fc.integer({ min: 0, max: 62 }), fc.integer({ min: -2, max: 2 }))
    .map(([b, d]) => 2n ** BigInt(b) + BigInt(d)),
  fc
    .tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: -2, max: 2 }))
    .map(([b, d]) => 10n ** BigInt(b) + BigInt(d)),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) + 1n, 0n, -1n),
);

test("text becomes the words of its integer, and the words become the text again", () => {
  fc.assert(
    fc.property(int64, (value) => {
      const text = latin1Bytes(`..${value}..`);
      const words = { high: 7, low: 7 };
      expect(parseInt64Words(text, 2, text.length - 2, words)).toBe(true);
      expect(BigInt.asIntN(64, (BigInt(words.high) << 32n) | BigInt(words.low >>> 0))).toBe(value);
      const target = new Uint8Array(30);
      const end = formatInt64Words(target, 3, words.high, words.low);
      expect(latin1Text(target, 3, end)).toBe(`${value}`);
    }),
    { numRuns: 3000 },
  );
});

test("text that is not one canonical int64 is refused", () => {
  const odd = ["", "-", "+5", "05", "-0", " 5", "5 ", "1e3", "9223372036854775808", "-9223372036854775809"];
  for (const each of [...odd, "99999999999999999999", "12345678901234567a"]) {
    const bytes = latin1Bytes(each);
    const words = { high: 1, low: 2 };
    expect([each, parseInt64Words(bytes, 0, bytes.length, words), words]).toEqual([
      each,
      false,
      { high: 1, low: 2 },
    ]);
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 21, unit: fc.constantFrom(..."0123456789-+ ") }), (text) => {
      const bytes = latin1Bytes(text);
      const isOne = parseInt64Big(bytes, 0, bytes.length) !== undefined;
      expect(parseInt64Words(bytes, 0, bytes.length, { high: 0, low: 0 })).toBe(isOne);
    }),
  );
});

test("words compare as their integers do", () => {
  fc.assert(
    fc.property(int64, int64, (a, b) => {
      const one = { high: 0, low: 0 };
      const two = { high: 0, low: 0 };
      const [left, right] = [latin1Bytes(`${a}`), latin1Bytes(`${b}`)];
      parseInt64Words(left, 0, left.length, one);
      parseInt64Words(right, 0, right.length, two);
      expect(Math.sign(compareInt64Words(one.high, one.low, two.high, two.low))).toBe(
        a < b ? -1 : a > b ? 1 : 0,
      );
    }),
  );
});
