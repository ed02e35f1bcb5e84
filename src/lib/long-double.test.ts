import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasStockRedis, StockRedis } from "../testing/stock-server.ts";
import {
  addLongDouble,
  formatHuman,
  type LongDouble,
  longDoubleTextSizeBytesMax,
  parseLongDouble,
} from "./long-double.ts";

const parse = (text: string): LongDouble | undefined => {
  const bytes = Buffer.from(text, "latin1");
  return parseLongDouble(bytes, 0, bytes.length);
};

// What INCRBYFLOAT answers for a stored text and an increment.
function sum(stored: string, increment: string): string {
  const a = parse(stored);
  const b = parse(increment);
  if (a === undefined || b === undefined) return "ERR value is not a valid float";
  const total = addLongDouble(a, b);
  return total.kind === "finite" ? formatHuman(total) : "ERR increment would produce NaN or Infinity";
}

const exponentMark = (exponent: number): string => (exponent === 0 ? "" : `e${exponent}`);
const sign = fc.constantFrom("", "-", "+");
const small = fc
  .tuple(sign, fc.nat({ max: 99_999 }), fc.nat({ max: 99_999 }))
  .map(([s, whole, fraction]) => `${s}${whole}.${fraction}`);
const manyDigits = fc
  .tuple(sign, fc.stringMatching(/^[0-9]{1,40}(\.[0-9]{0,40})?$/), fc.integer({ min: -60, max: 60 }))
  .map(([s, digits, exponent]) => `${s}${digits}${exponentMark(exponent)}`);
const anyExponent = fc
  .tuple(sign, fc.stringMatching(/^[0-9]\.[0-9]{0,25}$/), fc.integer({ min: -5000, max: 5000 }))
  .map(([s, digits, exponent]) => `${s}${digits}e${exponent}`);
const hex = fc
  .tuple(sign, fc.stringMatching(/^[0-9a-f]{1,18}(\.[0-9a-f]{0,18})?$/), fc.integer({ min: -150, max: 150 }))
  .map(([s, digits, exponent]) => `${s}0x${digits}p${exponent}`);
const integers = fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String);
const nearlyNumbers = fc.string({ unit: fc.constantFrom(..."0123456789..eEpPxX+-infINFa "), maxLength: 9 });
const edges = [
  ..."0 -0 +0 0.1 0.2 inf -inf +INF infinity nan 1e4932 -1e4932 1.18973149535723176502e4932 1.2e4932 1e4933".split(
    " ",
  ),
  ..."1e-4950 -1e-4951 1.8e-4951 1.9e-4951 3.6e-4951 0x1p-16445 0x1p-16446 0x1.8p-16446 0x1p16383 0x1p16384".split(
    " ",
  ),
  ..."0x1.fffffffffffffffep16383 0x1.ffffffffffffffffp16383 0xffffffffffffffff.8p0 0xffffffffffffffff.7p0".split(
    " ",
  ),
  ..."0x1.00000000000000010p0 0x1.00000000000000018p0 0x1.0000000000000003p0 18446744073709551615.5 18446744073709551616".split(
    " ",
  ),
  ..."9223372036854775807 -9223372036854775808 9007199254740993 1e17 -1e-17 5e-18 -5e-18 4.9e-18 1.5e-17 2.5e-17".split(
    " ",
  ),
  ..."0x1p-18 0x3p-18 0x5p-18 -0x7p-19 0x1p-60 0e99999 0x0p99999 1e-99999 1e99999 .5 5. . 1e 0x 1e+ 3.0e3".split(
    " ",
  ),
  "",
  " 1",
  "1 ",
  "1\0",
  "1".repeat(longDoubleTextSizeBytesMax),
  `0.${"1".repeat(longDoubleTextSizeBytesMax - 2)}`,
  `0.${"1".repeat(longDoubleTextSizeBytesMax - 1)}`,
  `0.${"0".repeat(4940)}1`,
  `${"9".repeat(4932)}.5`,
  `${"9".repeat(5000)}e-5000`,
];
const anyText = fc.oneof(small, small, manyDigits, anyExponent, hex, integers, fc.constantFrom(...edges));

test("small decimals add up as people expect", () => {
  expect(sum("0.1", "0.2")).toBe("0.3");
  expect(sum("10.50", "0.1")).toBe("10.6");
  expect(sum("5.0e3", "2.0e2")).toBe("5200");
  expect(sum("3", "-3")).toBe("0");
  expect(sum("-1e-30", "0")).toBe("0");
});

test("the mantissa has 64 bits", () => {
  expect(sum("18446744073709551614", "1")).toBe("18446744073709551615");
  expect(sum("18446744073709551615", "1")).toBe("18446744073709551616");
  expect(sum("18446744073709551616", "1")).toBe("18446744073709551616"); // A tie, to the even one.
  expect(sum("18446744073709551618", "1")).toBe("18446744073709551620");
});

test("overflow and opposite infinities are told, not hidden", () => {
  const largest = parse("0x1.fffffffffffffffep16383");
  const infinite = parse("inf");
  const negative = parse("-inf");
  if (largest === undefined || infinite === undefined || negative === undefined)
    throw new Error("not parsed");
  expect(addLongDouble(largest, largest)).toEqual({ kind: "infinite", isNegative: false });
  expect(addLongDouble(infinite, negative)).toEqual({ kind: "nan" });
  expect(addLongDouble(largest, negative)).toEqual(negative);
  expect([infinite, negative, addLongDouble(infinite, negative)].map(formatHuman)).toEqual([
    "inf",
    "-inf",
    "nan",
  ]);
});

test("addition is commutative, zero changes nothing and a number cancels with its negative", () => {
  fc.assert(
    fc.property(anyText, anyText, (first, second) => {
      const a = parse(first);
      const b = parse(second);
      if (a?.kind !== "finite" || b?.kind !== "finite") return;
      expect(formatHuman(addLongDouble(a, b))).toBe(formatHuman(addLongDouble(b, a)));
      expect(addLongDouble(a, { kind: "finite", isNegative: false, mantissa: 0n, exponent: 0 })).toEqual(a);
      expect(formatHuman(addLongDouble(a, { ...a, isNegative: !a.isNegative }))).toBe("0");
    }),
  );
});

describe.skipIf(!hasStockRedis())("against a stock Redis", () => {
  let stock: StockRedis;
  beforeAll(async () => {
    stock = await StockRedis.start();
  });
  afterAll(() => stock.stop());

  const sameAsStock = async (pairs: readonly (readonly [string, string])[]): Promise<void> => {
    const replies = await Promise.all(
      pairs.map(([stored, increment]) => {
        void stock.call("SET", "f", Buffer.from(stored, "latin1"));
        return stock.text("INCRBYFLOAT", "f", Buffer.from(increment, "latin1"));
      }),
    );
    for (const [i, [stored, increment]] of pairs.entries()) {
      expect([stored, increment, sum(stored, increment)]).toEqual([stored, increment, replies[i]]);
    }
  };

  test("INCRBYFLOAT gives the same sum or error for any two edge texts", async () => {
    await sameAsStock(edges.flatMap((stored) => edges.map((increment) => [stored, increment] as const)));
  });

  test("INCRBYFLOAT gives the same sum for random pairs of every size", async () => {
    await sameAsStock(fc.sample(fc.tuple(anyText, anyText), { numRuns: 8000, seed: 80 }));
    const near = fc.tuple(manyDigits, fc.constantFrom("0", "1", "-1", "1e-17", "0.00000000000000001"));
    await sameAsStock(fc.sample(near, { numRuns: 3000, seed: 81 }));
  });

  test("INCRBYFLOAT takes the same texts for numbers", async () => {
    const texts = fc.sample(nearlyNumbers, { numRuns: 5000, seed: 82 });
    await sameAsStock(texts.map((text) => ["0", text] as const));
  });
});
