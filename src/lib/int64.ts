// Signed 64-bit integers as Redis writes and reads them: decimal text in one canonical form.
//
// Role: every command that takes or keeps an integer goes through here. The canonical form is "0", or
// an optional "-", a digit 1-9 and more digits, within -2^63..2^63-1. So "+5", "05", "-0", " 5" and ""
// are not integers, and a number has exactly one text: text may be stored as a number and given back.
// A JavaScript number holds integers exactly only to 2^53 - 1, so there are two paths: a number path
// without allocation for those, and a BigInt path for the rest of the range.

/** The longest canonical int64 text: "-9223372036854775808". */
export const int64TextSizeBytesMax = 20;

const zero = 48;
const nine = 57;
const minus = 45;
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const billion = 1_000_000_000;

/**
 * The integer written in bytes[start..end), or NaN when the text is not a canonical int64 or its magnitude
 * is above 2^53 - 1 (then `parseInt64Big` tells which). Never -0. No allocation.
 */
export function parseSafeInteger(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (at >= end) return Number.NaN;
  let digit = bytes[at] as number;
  const isNegative = digit === minus;
  if (isNegative) {
    if (++at >= end) return Number.NaN;
    digit = bytes[at] as number;
  }
  if (digit <= zero || digit > nine) return digit === zero && end - start === 1 ? 0 : Number.NaN;
  if (end - at > 16) return Number.NaN;
  // Nine digits stay within small integers, where V8 needs no floating point.
  let small = digit - zero;
  const smallEnd = at + 9 < end ? at + 9 : end;
  for (at++; at < smallEnd; at++) {
    digit = bytes[at] as number;
    if (digit < zero || digit > nine) return Number.NaN;
    small = (small * 10 + (digit - zero)) | 0;
  }
  if (at === end) return isNegative ? -small : small;
  let value = small;
  for (; at < end; at++) {
    digit = bytes[at] as number;
    if (digit < zero || digit > nine) return Number.NaN;
    // Exact while below 2^53. Only the 16th digit can pass that, and rounding cannot bring it back below.
    value = value * 10 + (digit - zero);
  }
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return isNegative ? -value : value;
}

/** The integer written in bytes[start..end), exact over all of int64; undefined when it is none. Allocates. */
export function parseInt64Big(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const safe = parseSafeInteger(bytes, start, end);
  if (!Number.isNaN(safe)) return BigInt(safe);
  if (end - start > int64TextSizeBytesMax || start >= end) return undefined;
  const isNegative = bytes[start] === minus;
  const digitsStart = isNegative ? start + 1 : start;
  if (end - digitsStart < 16 || bytes[digitsStart] === zero) return undefined;
  let high = 0;
  let low = 0;
  // At most 20 digits: ten in each half, so both halves are exact as numbers.
  const middle = end - 10;
  for (let at = digitsStart; at < end; at++) {
    const digit = (bytes[at] as number) - zero;
    if (digit < 0 || digit > 9) return undefined;
    if (at < middle) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  const magnitude = BigInt(high) * 10_000_000_000n + BigInt(low);
  const value = isNegative ? -magnitude : magnitude;
  return value < int64Min || value > int64Max ? undefined : value;
}

/** Whether `value` lies within -2^63..2^63-1. */
export function isInt64(value: bigint): boolean {
  return value >= int64Min && value <= int64Max;
}

/** How many bytes `formatSafeInteger` writes for a safe integer, the "-" included: 1..17. */
export function decimalLength(value: number): number {
  let magnitude = value;
  let length = 1;
  if (value < 0) {
    magnitude = -value;
    length = 2;
  }
  if (magnitude >= billion) {
    magnitude = Math.floor(magnitude / billion);
    length += 9;
  }
  if (magnitude < 10) return length;
  if (magnitude < 100) return length + 1;
  if (magnitude < 1_000) return length + 2;
  if (magnitude < 10_000) return length + 3;
  if (magnitude < 100_000) return length + 4;
  if (magnitude < 1_000_000) return length + 5;
  if (magnitude < 10_000_000) return length + 6;
  if (magnitude < 100_000_000) return length + 7;
  return length + 8;
}

/**
 * Writes the decimal digits of a safe integer at `at` and returns the offset after them. The target must have
 * `decimalLength(value)` bytes of room; -0 is written as "0". No allocation.
 */
export function formatSafeInteger(target: Uint8Array, at: number, value: number): number {
  const end = at + decimalLength(value);
  let magnitude = value;
  if (value < 0) {
    target[at] = minus;
    magnitude = -value;
  }
  if (magnitude < billion) {
    formatBackwards(target, end, magnitude | 0);
    return end;
  }
  // The quotient is below 2^24, so its rounding error is less than the 1e-9 that would carry it over.
  const high = Math.floor(magnitude / billion);
  const low = (magnitude - high * billion) | 0;
  const lowStart = end - 9;
  const written = formatBackwards(target, end, low);
  for (let i = lowStart; i < written; i++) target[i] = zero;
  formatBackwards(target, lowStart, high | 0);
  return end;
}

// Writes a non-negative small integer so that it ends just before `end`; returns where it starts.
function formatBackwards(target: Uint8Array, end: number, value: number): number {
  let at = end;
  let rest = value | 0;
  while (rest >= 10) {
    const quotient = (rest / 10) | 0;
    target[--at] = zero + (rest - quotient * 10);
    rest = quotient;
  }
  target[--at] = zero + rest;
  return at;
}
