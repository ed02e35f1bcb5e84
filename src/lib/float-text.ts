// The texts that C's strtod takes for a number, and the rounding of binary fractions.
//
// Role: shared by doubles and long doubles, which accept the same texts and differ in precision. The text
// must be one number from its first byte to its last:
//   sign?  (digits with at most one point) (e sign? digits)?
//   sign?  0x (hex digits with at most one point) (p sign? digits)?
//   sign?  inf | infinity
// NaN is none, since no command takes it. Letters may have either case.

import { equalsCaseless } from "./bytes.ts";

/** "zero" is a decimal or hexadecimal number without a digit other than 0. */
export type FloatShape = "none" | "zero" | "decimal" | "hex" | "infinite";

/** mantissa * 2^exponent. */
export type BinaryFraction = { readonly mantissa: bigint; readonly exponent: number };

/** Mantissas have at most `precisionBits` bits; exponents (of the mantissa's last bit) lie within the bounds. */
export type BinaryFormat = {
  readonly precisionBits: number;
  readonly exponentMin: number;
  readonly exponentMax: number;
};

const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;

// Far beyond every format's range, yet far below the point where adding a text's length would lose a digit.
const exponentSaturation = 1e12;
// Hex digits kept of a long text: more than any precision, so that the rest matters only as "more than a
// half".
const hexDigitsKept = 40;

/** What kind of number bytes[start..end) spell. No allocation. */
export function scanFloat(bytes: Uint8Array, start: number, end: number): FloatShape {
  let at = start;
  if (at < end && (bytes[at] === plus || bytes[at] === minus)) at++;
  if (equalsCaseless(bytes, at, end, "inf") || equalsCaseless(bytes, at, end, "infinity")) return "infinite";
  const isHex = isHexPrefix(bytes, at, end);
  if (isHex) at += 2;
  const base = isHex ? 16 : 10;
  let digits = 0;
  let hasPoint = false;
  let isZero = true;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === point && !hasPoint) {
      hasPoint = true;
      continue;
    }
    const digit = digitValue(byte);
    if (digit >= base) break;
    if (digit !== 0) isZero = false;
    digits++;
  }
  if (digits === 0) return "none";
  if (at < end) {
    const mark = (bytes[at] as number) | 0x20;
    if (mark !== (isHex ? 0x70 : 0x65)) return "none";
    at++;
    if (at < end && (bytes[at] === plus || bytes[at] === minus)) at++;
    if (at >= end) return "none";
    for (; at < end; at++) {
      if ((bytes[at] as number) < zero || (bytes[at] as number) > zero + 9) return "none";
    }
  }
  if (isZero) return "zero";
  return isHex ? "hex" : "decimal";
}

function isHexPrefix(bytes: Uint8Array, at: number, end: number): boolean {
  return end - at > 2 && bytes[at] === zero && ((bytes[at + 1] as number) | 0x20) === 0x78;
}

// 0..15, or 16 for a byte that is no digit.
function digitValue(byte: number): number {
  if (byte >= zero && byte <= zero + 9) return byte - zero;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 16;
}

/**
 * The magnitude of a text whose shape is "hex", rounded to a format; undefined when it overflows or is
 * rounded to zero.
 */
export function parseHexFloat(
  bytes: Uint8Array,
  start: number,
  end: number,
  format: BinaryFormat,
): BinaryFraction | undefined {
  let at = bytes[start] === plus || bytes[start] === minus ? start + 3 : start + 2;
  let mantissa = 0n;
  let kept = 0;
  let exponent = 0;
  let isInexact = false;
  let afterPoint = false;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === point) {
      afterPoint = true;
      continue;
    }
    const digit = digitValue(byte);
    if (digit === 16) break;
    if (afterPoint) exponent -= 4;
    if (kept === 0 && digit === 0) continue;
    if (kept === hexDigitsKept) {
      if (digit !== 0) isInexact = true;
      exponent += 4;
      continue;
    }
    mantissa = (mantissa << 4n) | BigInt(digit);
    kept++;
  }
  if (at < end) exponent += readExponent(bytes, at + 1, end);
  return roundToFormat({ mantissa, exponent }, isInexact, format);
}

/** The exponent digits, signed, in bytes[start..end) of a scanned text; held within +-10^12. */
export function readExponent(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const isNegative = bytes[at] === minus;
  if (isNegative || bytes[at] === plus) at++;
  let value = 0;
  for (; at < end; at++) value = Math.min(value * 10 + (bytes[at] as number) - zero, exponentSaturation);
  return isNegative ? -value : value;
}

/**
 * The nearest number of a format, ties to an even mantissa; undefined when it overflows or is zero. The true
 * value is `exact`, or with `isInexact` a little above it, which must then have two bits more than the
 * format.
 */
export function roundToFormat(
  exact: BinaryFraction,
  isInexact: boolean,
  format: BinaryFormat,
): BinaryFraction | undefined {
  const { mantissa } = exact;
  if (mantissa === 0n) return undefined;
  const bits = bitLength(mantissa);
  const exponent = Math.max(exact.exponent + bits - format.precisionBits, format.exponentMin);
  if (exponent > format.exponentMax) return undefined;
  const dropped = exponent - exact.exponent;
  if (dropped > bits + 1) return undefined;
  const rounded =
    dropped <= 0 ? mantissa << BigInt(-dropped) : roundShift(mantissa, BigInt(dropped), isInexact);
  if (rounded === 0n) return undefined;
  // Rounding up may have carried into one bit more.
  if (rounded >> BigInt(format.precisionBits) === 0n) return { mantissa: rounded, exponent };
  return exponent === format.exponentMax ? undefined : { mantissa: rounded >> 1n, exponent: exponent + 1 };
}

// value / 2^shift to the nearest integer, ties to even; `isInexact` says that the value is a little larger.
function roundShift(value: bigint, shift: bigint, isInexact: boolean): bigint {
  const floor = value >> shift;
  const rest = value - (floor << shift);
  const half = 1n << (shift - 1n);
  const isUp = rest > half || (rest === half && (isInexact || (floor & 1n) === 1n));
  return isUp ? floor + 1n : floor;
}

/** How many bits a positive integer has. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}
