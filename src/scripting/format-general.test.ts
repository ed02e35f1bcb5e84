import fc from "fast-check";
import { expect, test } from "vitest";
import { formatGeneral } from "./format-general.ts";

// What C's printf writes for %.14g and %.17g.
test.each([
  [0, "0", "0"],
  [-0, "-0", "-0"],
  [1, "1", "1"],
  [-42, "-42", "-42"],
  [0.1, "0.1", "0.10000000000000001"],
  [1 / 3, "0.33333333333333", "0.33333333333333331"],
  [3.3, "3.3", "3.2999999999999998"],
  [100, "100", "100"],
  [1e14, "1e+14", "100000000000000"],
  [123456789012345, "1.2345678901234e+14", "123456789012345"],
  [12345678901234.5, "12345678901234", "12345678901234.5"],
  [12345678901235.5, "12345678901236", "12345678901235.5"],
  [2 ** 53, "9.007199254741e+15", "9007199254740992"],
  [1e100, "1e+100", "1e+100"],
  [1e-5, "1e-05", "1.0000000000000001e-05"],
  [0.0001, "0.0001", "0.0001"],
  [5e-324, "4.9406564584125e-324", "4.9406564584124654e-324"],
  [Number.POSITIVE_INFINITY, "inf", "inf"],
  [Number.NEGATIVE_INFINITY, "-inf", "-inf"],
  [Number.NaN, "nan", "nan"],
])("%d", (value, short, long) => {
  expect(formatGeneral(value, 14)).toBe(short);
  expect(formatGeneral(value, 17)).toBe(long);
});

test("17 digits say which double it was", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(Number(formatGeneral(value, 17)), value)).toBe(true);
    }),
  );
});
