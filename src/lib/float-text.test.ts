import fc from "fast-check";
import { expect, test } from "vitest";
import { bitLength, readExponent, roundToFormat, scanFloat } from "./float-text.ts";

const shapeOf = (text: string): string => {
  const bytes = Buffer.from(`9${text}9`, "latin1"); // Neighbours that would change the shape if they were read.
  return scanFloat(bytes, 1, bytes.length - 1);
};

test("the whole text must be one number", () => {
  for (const text of ["1", "+1.", "-.5", "1e5", "1E-05"])
    expect([text, shapeOf(text)]).toEqual([text, "decimal"]);
  for (const text of ["0x1", "-0X.8p+3", "0xAp1"]) expect([text, shapeOf(text)]).toEqual([text, "hex"]);
  for (const text of ["0", "-0.00", "0e5", "0x0p9"]) expect([text, shapeOf(text)]).toEqual([text, "zero"]);
  for (const text of ["inf", "-INFINITY"]) expect([text, shapeOf(text)]).toEqual([text, "infinite"]);
  const none = [
    "",
    "+",
    ".",
    "1e",
    "1e+",
    "0x",
    "0x.",
    "0x1p",
    "1p5",
    "0x1e+5",
    "1.2.3",
    "nan",
    "infi",
    "1 ",
    " 1",
    "--1",
  ];
  for (const text of none) expect([text, shapeOf(text)]).toEqual([text, "none"]);
});

test("an exponent of any length stays finite", () => {
  const read = (text: string): number => readExponent(Buffer.from(text), 0, text.length);
  expect([read("12"), read("-007"), read("+3")]).toEqual([12, -7, 3]);
  expect([read("9".repeat(500)), read(`-${"9".repeat(500)}`)]).toEqual([1e12, -1e12]);
});

test("bitLength counts the bits of any positive integer", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 300n }), (value) => {
      expect(bitLength(value)).toBe(value.toString(2).length);
    }),
  );
});

test("rounding to 53 bits agrees with the engine's own, ties and carries included", () => {
  const format = { precisionBits: 53, exponentMin: -1074, exponentMax: 971 };
  const nearTie = fc
    .tuple(
      fc.bigInt({ min: 2n ** 53n - 9n, max: 2n ** 54n }),
      fc.nat({ max: 30 }),
      fc.integer({ min: -1, max: 1 }),
    )
    .map(([n, shift, off]) => (n << BigInt(shift)) + BigInt(off));
  fc.assert(
    fc.property(fc.oneof(nearTie, fc.bigInt({ min: 1n, max: 2n ** 200n })), (exact) => {
      const rounded = roundToFormat({ mantissa: exact, exponent: 0 }, false, format);
      expect(rounded === undefined ? 0 : Number(rounded.mantissa) * 2 ** rounded.exponent).toBe(
        Number(exact),
      );
    }),
    { numRuns: 3000 },
  );
});

test("a number past the largest overflows, and one at or under half the smallest is lost", () => {
  const format = { precisionBits: 3, exponentMin: -2, exponentMax: 2 };
  const round = (mantissa: bigint, exponent: number, isInexact = false): unknown =>
    roundToFormat({ mantissa, exponent }, isInexact, format);
  expect(round(7n, 2)).toEqual({ mantissa: 7n, exponent: 2 });
  expect(round(15n, 1)).toBe(undefined);
  expect(round(1n, -2)).toEqual({ mantissa: 1n, exponent: -2 });
  expect(round(1n, -3)).toBe(undefined);
  expect(round(1n, -3, true)).toEqual({ mantissa: 1n, exponent: -2 });
  expect(round(1n, -1_000_000)).toBe(undefined);
  expect(round(0n, 0)).toBe(undefined);
});
