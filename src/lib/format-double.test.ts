import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasStockRedis, StockRedis } from "../testing/stock-server.ts";
import { formatDouble, parseDouble } from "./format-double.ts";

const parse = (text: string): number | undefined => {
  const bytes = Buffer.from(text, "latin1");
  return parseDouble(bytes, 0, bytes.length);
};

// Halves between two numbers of 17 digits: n / 4 and n / 8 for n about 2^52, and the like further down.
const ties = Array.from({ length: 400 }, (_, i) => {
  const scale = 2 ** ((i % 26) + 1);
  return (2 ** 52 + 12_345_678_901 * 2 * i + 1) / scale;
});
const anyDouble = fc.oneof(
  fc.double(),
  fc.double({ min: -1000, max: 1000 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.tuple(fc.maxSafeInteger(), fc.nat({ max: 26 })).map(([n, k]) => n / 2 ** k),
  fc.tuple(fc.integer(), fc.integer({ min: -30, max: 30 })).map(([n, e]) => Number(`${n}e${e}`)),
  fc.constantFrom(...ties),
);

const odd = [
  ..."0 -0 +0 5 +5 -5 5. .5 . +. 5.5.5 00012 1e5 1E5 1e+5 1e-5 1e 1e+ e5 1e5.5 1_0 0b11 1,5".split(" "),
  ..."inf +inf -inf INF Infinity -infinity infinit infx in nan NaN -nan nan(1) nan()".split(" "),
  ..."0x10 0X1P4 0x.8 0x8. 0x 0x. 0x1p 0x1p+ 0xp1 -0x1.8p1 0x1e5 0x1.fffffffffffff8p0 0x1.fffffffffffff8000001p0".split(
    " ",
  ),
  ..."0x1p-1074 0x1p-1075 0x1.8p-1075 0x1.000001p-1075 0x3p-1075 0x1p1023 0x1p1024 0x1.fffffffffffff7p1023".split(
    " ",
  ),
  ..."0x1.fffffffffffff8p1023 0x1.0000000000000800000000000000000000000000000000000000001p0 0x0p9999 0x0.0p-9".split(
    " ",
  ),
  ..."1e308 1.7976931348623157e308 1.7976931348623158e308 1.7976931348623159e308 1e309 -1e309 1e999999999999".split(
    " ",
  ),
  ..."3e-324 2e-324 2.4703282292062327e-324 2.4703282292062328e-324 1e-400 -1e-400 0e99999 0e-99999 0.0e400".split(
    " ",
  ),
  ..."0x1p99999999999999999999 0x1p-99999999999999999999 1e-99999999999999999999 9007199254740993 0.1 1e23".split(
    " ",
  ),
  "0x0.0000000000000000000000000000000000000000000001p184",
  "0x1000000000000000000000000000000000000000000000000001p-200",
  "",
  " 5",
  "5 ",
  "\t5",
  "\n5",
  "5\0",
  "\0",
  "+-5",
  "--5",
  "\xa05",
  "1".repeat(400),
  `0.${"0".repeat(400)}1`,
  `1${"0".repeat(400)}e-400`,
  `${"123456789".repeat(90)}e-700`,
];
const nearlyNumbers = fc.string({
  unit: fc.constantFrom(..."0123456789..eEpPxX+-infINFaAf 0011"),
  maxLength: 12,
});
const numbers = fc
  .tuple(
    fc.constantFrom("", "-", "+"),
    fc.stringMatching(/^[0-9]{0,20}(\.[0-9]{0,20})?$/),
    fc.constantFrom("", "e", "E"),
    fc.integer({ min: -330, max: 330 }),
  )
  .map(([sign, digits, mark, exponent]) => `${sign}${digits}${mark === "" ? "" : mark + exponent}`);
const hexNumbers = fc
  .tuple(
    fc.constantFrom("0x", "-0x", "+0X"),
    fc.stringMatching(/^[0-9a-fA-F]{0,20}(\.[0-9a-fA-F]{0,20})?$/),
    fc.constantFrom("", "p", "P"),
    fc.oneof(fc.integer({ min: -1180, max: 1100 }), fc.integer({ min: -10, max: 10 })),
  )
  .map(([sign, digits, mark, exponent]) => `${sign}${digits}${mark === "" ? "" : mark + exponent}`);
const anyText = fc.oneof(nearlyNumbers, numbers, hexNumbers, fc.double().map(String));

test("seventeen digits are written, without trailing zeros, in the notation that C chooses", () => {
  const expected: [number, string][] = [
    [0, "0"],
    [-0, "-0"],
    [0.1, "0.10000000000000001"],
    [-1.5, "-1.5"],
    [1e16, "10000000000000000"],
    [72057594037927936, "72057594037927936"],
    [1e17, "1e+17"],
    [1e22, "1e+22"],
    [1.5e300, "1.5000000000000001e+300"],
    [0.0001, "0.0001"],
    [0.00001, "1.0000000000000001e-05"],
    [5e-324, "4.9406564584124654e-324"],
    [2 ** 50 + 0.25, "1125899906842624.2"],
    [2 ** 50 + 0.75, "1125899906842624.8"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "nan"],
  ];
  for (const [value, text] of expected) expect(formatDouble(value)).toBe(text);
});

test("every double is read back from its text", () => {
  fc.assert(
    fc.property(anyDouble, (value) => {
      if (!Number.isNaN(value)) expect(parse(formatDouble(value))).toBe(value);
    }),
    { numRuns: 5000 },
  );
});

test("decimal text is read as the nearest double", () => {
  fc.assert(
    fc.property(numbers, (text) => {
      const value = Number(text);
      const isNumber = /[0-9]/.test(text.split(/[eE]/)[0] ?? "");
      const isLost = !Number.isFinite(value) || (value === 0 && /[1-9]/.test(text.split(/[eE]/)[0] ?? ""));
      expect(parse(text)).toBe(isNumber && !isLost ? value : undefined);
    }),
    { numRuns: 5000 },
  );
});

test("only bytes inside the range are read", () => {
  expect(parseDouble(Buffer.from("11.255"), 1, 5)).toBe(1.25);
  expect(parseDouble(Buffer.from("10x1p15"), 1, 6)).toBe(2);
  expect(parseDouble(Buffer.from("5"), 1, 1)).toBe(undefined);
});

describe.skipIf(!hasStockRedis())("against a stock Redis", () => {
  let stock: StockRedis;
  beforeAll(async () => {
    stock = await StockRedis.start();
    await stock.call("HELLO", 3);
  });
  afterAll(() => stock.stop());

  test("a double reply has the same text", async () => {
    const script = "redis.setresp(3); return {double=tonumber(ARGV[1])}";
    const values = fc.sample(anyDouble, { numRuns: 6000, seed: 17 }).filter((value) => !Number.isNaN(value));
    for (const value of ties) values.push(value, -value);
    const replies = await Promise.all(
      values.map((value) => stock.text("EVAL", script, 0, Object.is(value, -0) ? "-0" : String(value))),
    );
    for (const [i, value] of values.entries())
      expect([value, formatDouble(value)]).toEqual([value, replies[i]]);
  });

  test("ZADD takes the same texts for the same scores", async () => {
    const texts = [...odd, ...fc.sample(anyText, { numRuns: 8000, seed: 18 })];
    const replies = texts.map(async (text) => {
      void stock.call("DEL", "z");
      const added = stock.text("ZADD", "z", Buffer.from(text, "latin1"), "member");
      const score = stock.text("ZSCORE", "z", "member");
      return (await added) === "1" ? await score : "refused";
    });
    for (const [i, reply] of (await Promise.all(replies)).entries()) {
      const text = texts[i] ?? "";
      const value = parse(text);
      // A small sorted set keeps whole scores as integers, so -0 comes back as 0.
      expect([text, value === undefined ? "refused" : formatDouble(value + 0)]).toEqual([text, reply]);
    }
  });
});
