// Doubles as Redis 7.0 writes and reads them.
//
// Role: scores, coordinates and double replies. Written like C's "%.17g": 17 significant digits with trailing
// zeros dropped, so 0.1 becomes 0.10000000000000001 and 1e22 becomes 1e+22. Read like C's strtod, and only
// if the whole text is one number: decimal, hexadecimal or infinity, in any case, with an optional sign.
// Refused are blanks, NaN, text that overflows, and text that is not zero but too small to be told from it.
// Departure: C prints the sign of a NaN and JavaScript cannot see it, so a Lua 0/0, "-nan" there, is "nan".

import { latin1Text } from "./bytes.ts";
import { parseHexFloat, scanFloat } from "./float-text.ts";

const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const exactDigitsMax = 15;

// Powers of ten that are exact as doubles and that fifteen digits can be divided by with one rounding.
const powersOfTen = Float64Array.from({ length: exactDigitsMax + 1 }, (_, i) => 10 ** i);

/** Whether a listpack keeps the score as an integer, without the sign of a zero. */
export function isPackedAsInteger(score: number): boolean {
  return Number.isInteger(score) && Math.abs(score) <= 2 ** 62;
}

/** The text of a score in a listpack: as ZSCAN shows it, where other commands give the double's. */
export function formatPackedScore(score: number): string {
  return isPackedAsInteger(score) ? BigInt(score).toString() : formatDouble(score);
}

/** The text of a double, as in a RESP reply or a DUMP of a score. */
export function formatDouble(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const scientific = isTieToEven(value) ? truncatedTo17Digits(value) : value.toExponential(16);
  const exponentAt = scientific.indexOf("e");
  const exponent = Number(scientific.slice(exponentAt + 1));
  const sign = value < 0 ? "-" : "";
  const digits = scientific.slice(sign.length, exponentAt).replace(".", "").replace(/0+$/, "");
  if (exponent < -4 || exponent >= 17) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${digits.charAt(0)}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

// C rounds an exact half to the even digit, JavaScript upwards. A half has 18 digits, the last a 5: it is an
// odd multiple of 5^k / 10^k for some k of at most 25, so it becomes an integer by 25 doublings and has no
// more digits than are asked for below.
function isTieToEven(value: number): boolean {
  if (Number.isInteger(value) || !Number.isInteger(value * 2 ** 25)) return false;
  const eighteenDigits = value.toExponential(17);
  return /[02468]5e/.test(eighteenDigits) && value.toExponential(45).replace(/0+e/, "e") === eighteenDigits;
}

function truncatedTo17Digits(value: number): string {
  return value.toExponential(17).replace(/5e/, "e");
}

/** The double written in bytes[start..end), or undefined when Redis would not take the text for one. */
export function parseDouble(bytes: Uint8Array, start: number, end: number): number | undefined {
  const simple = parseSimple(bytes, start, end);
  if (!Number.isNaN(simple)) return simple;
  const shape = scanFloat(bytes, start, end);
  if (shape === "none") return undefined;
  const isNegative = bytes[start] === minus;
  if (shape === "infinite") return isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (shape === "hex") {
    const exact = parseHexFloat(bytes, start, end, {
      precisionBits: 53,
      exponentMin: -1074,
      exponentMax: 971,
    });
    if (exact === undefined) return undefined;
    // Two factors, since 2^-1074 times a large mantissa would need a power of two that no double holds.
    const half = Math.trunc(exact.exponent / 2);
    const magnitude = Number(exact.mantissa) * 2 ** half * 2 ** (exact.exponent - half);
    return isNegative ? -magnitude : magnitude;
  }
  if (shape === "zero") return isNegative ? -0 : 0;
  const value = Number(latin1Text(bytes, start, end));
  return value === 0 || !Number.isFinite(value) ? undefined : value;
}

// Plain decimals of at most fifteen digits, without allocation: both the digits and the power of ten are
// exact, so one division rounds once. NaN for all other text, valid or not.
function parseSimple(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === minus;
  const first = isNegative ? start + 1 : start;
  if (first >= end || end - first > exactDigitsMax + 1) return Number.NaN;
  let digits = 0;
  let count = 0;
  let pointAt = -1;
  for (let at = first; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === point && pointAt < 0) {
      pointAt = at;
      continue;
    }
    const digit = byte - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    digits = digits * 10 + digit;
    count++;
  }
  if (count === 0 || count > exactDigitsMax) return Number.NaN;
  const magnitude = pointAt < 0 ? digits : digits / (powersOfTen[end - pointAt - 1] as number);
  return isNegative ? -magnitude : magnitude;
}
