import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decimalLength,
  formatSafeInteger,
  int64TextSizeBytesMax,
  isInt64,
  parseInt64Big,
  parseSafeInteger,
} from "./int64.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): number => parseSafeInteger(encode(text), 0, text.length);
const parseBig = (text: string): bigint | undefined => parseInt64Big(encode(text), 0, text.length);

// The canonical form said another way: as a regular expression and a range.
function expected(text: string): bigint | undefined {
  if (!/^(0|-?[1-9][0-9]*)$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

// Numbers near every power of ten and two, and texts that are almost numbers.
const edges = [
  ...Array.from({ length: 20 }, (_, i) => 10n ** BigInt(i)),
  ...Array.from({ length: 65 }, (_, i) => 2n ** BigInt(i)),
].flatMap((n) => [n - 2n, n - 1n, n, n + 1n].flatMap((m) => [m, -m]));
const text = fc.oneof(
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.integer().map(String),
  fc.maxSafeInteger().map(String),
  fc.constantFrom(...edges.map(String)),
  fc.string({ unit: fc.constantFrom(..."0123456789-+ .e\0x"), maxLength: 24 }),
  fc
    .tuple(fc.integer().map(String), fc.constantFrom("", " ", "\n", "a", "/", ":", "-"))
    .map((p) => p.join("")),
  fc.tuple(fc.constantFrom("+", "0", "-0", " ", "--"), fc.nat().map(String)).map((p) => p.join("")),
);

test("exactly the canonical int64 texts are integers", () => {
  fc.assert(
    fc.property(text, (written) => {
      const value = expected(written);
      expect(parseBig(written)).toBe(value);
      const isSafe = value !== undefined && Number.isSafeInteger(Number(value));
      expect(parse(written)).toBe(isSafe ? Number(value) : Number.NaN);
    }),
    { numRuns: 20_000 },
  );
});

test("every edge near a power of two or ten is judged right", () => {
  for (const edge of edges) {
    const value = isInt64(edge) ? edge : undefined;
    expect(parseBig(String(edge))).toBe(value);
    const isSafe = edge >= -(2n ** 53n - 1n) && edge <= 2n ** 53n - 1n;
    expect(parse(String(edge))).toBe(isSafe ? Number(edge) : Number.NaN);
  }
});

test("what Redis refuses as an integer is refused", () => {
  const refused = [
    "",
    "-",
    "+5",
    "05",
    "-05",
    "-0",
    "00",
    " 5",
    "5 ",
    "5.0",
    "1e3",
    "0x10",
    "9223372036854775808",
  ];
  for (const written of [...refused, "-9223372036854775809", "1".repeat(21), "--1", "1-", "5\0"]) {
    expect([written, parse(written), parseBig(written)]).toEqual([written, Number.NaN, undefined]);
  }
});

test("only bytes inside the range are read", () => {
  const bytes = encode("99-12399");
  expect(parseSafeInteger(bytes, 2, 6)).toBe(-123);
  expect(parseSafeInteger(bytes, 3, 3)).toBe(Number.NaN);
  expect(parseInt64Big(bytes, 2, 6)).toBe(-123n);
});

test("a safe integer is written in canonical form, in exactly decimalLength bytes, and nowhere else", () => {
  const value = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -1100, max: 1100 }));
  const nearBillions = fc
    .tuple(fc.integer({ min: -9_007_199, max: 9_007_199 }), fc.integer({ min: -2, max: 2 }))
    .map(([billions, near]) => billions * 1e9 + near);
  fc.assert(
    fc.property(fc.oneof(value, nearBillions), fc.nat({ max: 5 }), (number, at) => {
      const target = new Uint8Array(at + int64TextSizeBytesMax + 2).fill(0xee);
      const end = formatSafeInteger(target, at, number);
      expect(end - at).toBe(decimalLength(number));
      expect(new TextDecoder().decode(target.subarray(at, end))).toBe(String(number));
      expect(target.subarray(0, at).every((byte) => byte === 0xee)).toBe(true);
      expect(target.subarray(end).every((byte) => byte === 0xee)).toBe(true);
      expect(parseSafeInteger(target, at, end)).toBe(number === 0 ? 0 : number);
    }),
    { numRuns: 20_000 },
  );
});

test("the edges of every decimal length are written right", () => {
  const target = new Uint8Array(int64TextSizeBytesMax);
  const safeEdges = edges.map(Number).filter((n) => Number.isSafeInteger(n));
  for (const number of [...safeEdges, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0]) {
    const end = formatSafeInteger(target, 0, number);
    expect(new TextDecoder().decode(target.subarray(0, end))).toBe(String(number));
  }
});
