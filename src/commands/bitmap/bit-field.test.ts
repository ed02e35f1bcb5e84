import fc from "fast-check";
import { expect, test } from "vitest";
import {
  amountToSet,
  FAIL,
  fitNarrow,
  fitWide,
  readField,
  readWideField,
  SAT,
  WRAP,
  writeField,
  writeWideField,
} from "./bit-field.ts";

const background = fc.uint8Array({ minLength: 24, maxLength: 24 });
const offset = fc.nat({ max: 128 });

function bitsOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

test("a written field reads back, and no bit around it changes", () => {
  fc.assert(
    fc.property(
      background,
      offset,
      fc.integer({ min: 1, max: 64 }),
      fc.bigInt(0n, 2n ** 64n - 1n),
      (bytes, at, width, drawn) => {
        const value = BigInt.asUintN(width, drawn);
        const before = bitsOf(bytes);
        if (width > 32) writeWideField(bytes, 0, at, width, value);
        else writeField(bytes, 0, at, width, Number(value));
        const field = value.toString(2).padStart(width, "0");
        expect(bitsOf(bytes)).toBe(before.slice(0, at) + field + before.slice(at + width));
        if (width > 32) expect(readWideField(bytes, 0, bytes.length, at, width)).toBe(value);
        if (width <= 53) expect(readField(bytes, 0, bytes.length, at, width)).toBe(Number(value));
      },
    ),
  );
});

test("bits at and after the end read as 0", () => {
  const bytes = new Uint8Array([0xff, 0xff]);
  expect(readField(bytes, 0, 1, 4, 8)).toBe(0xf0);
  expect(readWideField(bytes, 0, 1, 0, 64)).toBe(0xffn << 56n);
});

test("the number path and the BigInt path fit values alike", () => {
  const bits = fc.integer({ min: 1, max: 48 }).chain((width) => fc.constantFrom(width, -width));
  const near = fc.bigInt(-(2n ** 53n) + 1n, 2n ** 53n - 1n);
  const small = fc.bigInt(-600n, 600n);
  fc.assert(
    fc.property(bits, fc.oneof(near, small), fc.constantFrom(WRAP, SAT, FAIL), (type, wanted, overflow) => {
      const wide = fitWide(wanted, type, overflow);
      expect(fitNarrow(Number(wanted), type, overflow)).toBe(wide === undefined ? Number.NaN : Number(wide));
    }),
  );
});

test("an amount far below a signed type's minimum saturates at its maximum, as in Redis", () => {
  const least = -(2n ** 63n);
  expect(fitWide(amountToSet(least, -8), -8, SAT)).toBe(127n);
  expect(fitWide(amountToSet(least + 127n, -8), -8, SAT)).toBe(127n);
  expect(fitWide(amountToSet(least + 128n, -8), -8, SAT)).toBe(-128n);
  expect(fitWide(amountToSet(least, -64), -64, SAT)).toBe(least);
});
