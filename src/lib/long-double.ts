// x86's 80-bit long double: the arithmetic of INCRBYFLOAT and HINCRBYFLOAT.
//
// Role: Redis adds in long double and prints 17 decimals, and clients see the difference from a double: 0.1
// plus 0.2 is 0.3, and 2^63 plus 1 keeps its last digit. The format has a 64-bit mantissa and a 15-bit
// exponent, so numbers reach from 2^-16445 to just below 2^16384, and every operation rounds once, ties to
// even. Numbers are held exactly, as a BigInt mantissa and an exponent. The sign of zero is not kept:
// nothing that Redis prints shows it.

import { latin1Text } from "./bytes.ts";
import {
  type BinaryFormat,
  type BinaryFraction,
  bitLength,
  parseHexFloat,
  readExponent,
  roundToFormat,
  scanFloat,
} from "./float-text.ts";

/** Finite numbers are mantissa * 2^exponent; zero is mantissa 0 with exponent 0. */
export type LongDouble =
  | {
      readonly kind: "finite";
      readonly isNegative: boolean;
      readonly mantissa: bigint;
      readonly exponent: number;
    }
  | { readonly kind: "infinite"; readonly isNegative: boolean }
  | { readonly kind: "nan" };

/** Longer texts are no numbers to Redis, however they read. */
export const longDoubleTextSizeBytesMax = 5 * 1024 - 1;

const format: BinaryFormat = { precisionBits: 64, exponentMin: -16445, exponentMax: 16320 };
const decimalExponentMax = 4932;
const decimalExponentMin = -4951;
const decimalsShown = 17;
const decimalScale = 10n ** BigInt(decimalsShown);

const minus = 0x2d;
const plus = 0x2b;
const zeroNumber: LongDouble = { kind: "finite", isNegative: false, mantissa: 0n, exponent: 0 };
const nanNumber: LongDouble = { kind: "nan" };

/** The number written in bytes[start..end), or undefined when Redis would not take the text for one. Never NaN. */
export function parseLongDouble(bytes: Uint8Array, start: number, end: number): LongDouble | undefined {
  if (end - start > longDoubleTextSizeBytesMax) return undefined;
  const isNegative = bytes[start] === minus;
  const shape = scanFloat(bytes, start, end);
  switch (shape) {
    case "none":
      return undefined;
    case "zero":
      return zeroNumber;
    case "infinite":
      return { kind: "infinite", isNegative };
    case "hex":
      return signed(isNegative, parseHexFloat(bytes, start, end, format));
    case "decimal": {
      const isSigned = isNegative || bytes[start] === plus;
      return signed(isNegative, parseDecimal(bytes, isSigned ? start + 1 : start, end));
    }
  }
}

function signed(isNegative: boolean, magnitude: BinaryFraction | undefined): LongDouble | undefined {
  return magnitude && { kind: "finite", isNegative, ...magnitude };
}

// The magnitude of scanned decimal text without its sign; undefined when it overflows or is rounded to zero.
function parseDecimal(bytes: Uint8Array, start: number, end: number): BinaryFraction | undefined {
  const text = latin1Text(bytes, start, end);
  const mark = text.search(/[eE]/);
  const written = mark < 0 ? text : text.slice(0, mark);
  const point = written.indexOf(".");
  const digits = (point < 0 ? written : written.slice(0, point) + written.slice(point + 1)).replace(
    /^0+/,
    "",
  );
  let exponent = mark < 0 ? 0 : readExponent(bytes, start + mark + 1, end);
  if (point >= 0) exponent -= written.length - point - 1;
  // The first digit's place decides range before any large number is made.
  const firstPlace = exponent + digits.length - 1;
  if (firstPlace > decimalExponentMax || firstPlace < decimalExponentMin) return undefined;
  const mantissa = BigInt(digits);
  if (exponent >= 0)
    return roundToFormat({ mantissa: mantissa * 10n ** BigInt(exponent), exponent: 0 }, false, format);
  // Divide with enough bits for the format and two more; a remainder then only says "a little above".
  const divisor = 10n ** BigInt(-exponent);
  const shift = Math.max(0, bitLength(divisor) - bitLength(mantissa) + format.precisionBits + 2);
  const dividend = mantissa << BigInt(shift);
  const quotient = dividend / divisor;
  return roundToFormat({ mantissa: quotient, exponent: -shift }, quotient * divisor !== dividend, format);
}

/** The sum, rounded once; infinite when it overflows, NaN for infinities of both signs. */
export function addLongDouble(a: LongDouble, b: LongDouble): LongDouble {
  if (a.kind === "nan" || b.kind === "nan") return nanNumber;
  if (a.kind === "infinite") return b.kind === "infinite" && a.isNegative !== b.isNegative ? nanNumber : a;
  if (b.kind === "infinite") return b;
  // Zero first: its exponent says nothing.
  if (a.mantissa === 0n) return b;
  if (b.mantissa === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.mantissa << BigInt(a.exponent - exponent);
  const right = b.mantissa << BigInt(b.exponent - exponent);
  const sum = (a.isNegative ? -left : left) + (b.isNegative ? -right : right);
  if (sum === 0n) return zeroNumber;
  const isNegative = sum < 0n;
  // A sum of numbers of the format is a multiple of the smallest one, so it is never rounded to zero.
  const rounded = roundToFormat({ mantissa: isNegative ? -sum : sum, exponent }, false, format);
  return signed(isNegative, rounded) ?? { kind: "infinite", isNegative };
}

/** The text as C's "%.17Lf" without trailing zeros or a trailing point; never "-0". */
export function formatHuman(value: LongDouble): string {
  if (value.kind === "nan") return "nan";
  if (value.kind === "finite" && value.mantissa === 0n) return "0";
  const sign = value.isNegative ? "-" : "";
  if (value.kind === "infinite") return `${sign}inf`;
  if (value.exponent >= 0) return `${sign}${value.mantissa << BigInt(value.exponent)}`;
  const shift = BigInt(-value.exponent);
  const scaled = value.mantissa * decimalScale;
  const floor = scaled >> shift;
  const rest = scaled - (floor << shift);
  const half = 1n << (shift - 1n);
  const isUp = rest > half || (rest === half && (floor & 1n) === 1n);
  const digits = String(isUp ? floor + 1n : floor).padStart(decimalsShown + 1, "0");
  const whole = digits.slice(0, -decimalsShown);
  const fraction = digits.slice(-decimalsShown).replace(/0+$/, "");
  if (fraction !== "") return `${sign}${whole}.${fraction}`;
  return whole === "0" ? "0" : `${sign}${whole}`;
}
