import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDouble, formatMemory, readDouble, readInt64, readLoose, readMemory } from "./numbers.ts";

test("a size printed with its unit is read back", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(0n, 10n, 20n, 30n),
      (n, shift) => {
        const bytes = BigInt.asUintN(64, n << shift);
        expect(readMemory(formatMemory(bytes))).toBe(bytes);
      },
    ),
  );
});

test("k is a thousand and kb is 1024, in any case", () => {
  expect(["1k", "1KB", "2m", "2mB", "3g", "3Gb", "7b", "", "mb"].map(readMemory)).toEqual([
    1000n,
    1024n,
    2000000n,
    2097152n,
    3000000000n,
    3221225472n,
    7n,
    0n,
    0n,
  ]);
  expect(["-1", " 1", "1 ", "1tb", "1.5mb", "0x1"].map(readMemory)).toEqual(Array(6).fill(undefined));
});

test("digits without end are the largest number, and zeros before a number without end are nothing", () => {
  const digits = "7".repeat(3_000_000);
  const zeros = "0".repeat(3_000_000);
  expect([digits, `-${digits}`, `${zeros}12`].map((text) => readLoose(text, 10))).toEqual([
    2n ** 63n - 1n,
    -(2n ** 63n),
    12n,
  ]);
  expect([digits, `${zeros}12`].map((text) => readLoose(text, 8))).toEqual([2n ** 63n - 1n, 10n]);
});

test("only the canonical form of an integer is one", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (n) => {
      expect(readInt64(String(n))).toBe(BigInt.asIntN(64, n) === n ? n : undefined);
    }),
  );
  expect(["", "+1", "01", "-0", "1 ", "x"].map(readInt64)).toEqual(Array(6).fill(undefined));
});

test("loose integers allow what strtoll allows", () => {
  expect([
    readLoose(" +07", 10),
    readLoose("", 10),
    readLoose("-12", 8),
    readLoose("9".repeat(30), 10),
  ]).toEqual([7n, 0n, -10n, 2n ** 63n - 1n]);
  expect([readLoose("8", 8), readLoose("1 ", 10), readLoose("+", 10)]).toEqual(Array(3).fill(undefined));
});

test("doubles are printed without trailing zeros", () => {
  expect(["50", "99.90", "0x10", "1e1", "-.5"].map(readDouble)).toEqual([50, 99.9, 16, 10, -0.5]);
  expect(["nan", "", "1x", " 1"].map(readDouble)).toEqual(Array(4).fill(undefined));
  expect([50, 99.9, 99.1234567, 100].map(formatDouble)).toEqual(["50", "99.9", "99.123457", "100"]);
});
