// Long doubles: the 80-bit floating point numbers in which Redis computes INCRBYFLOAT, in whole-number arithmetic.
//
// A number is mantissa * 2^exponent with a mantissa below 2^64 and an exponent of at least -16445. Each result is
// rounded to the nearest such number, ties to even, as the x87 unit does.

export type LongDouble = "infinite" | { readonly mantissa: bigint; readonly exponent: number };

const MANTISSA_BITS = 64;
const EXPONENT_MIN = -16445; // of the smallest subnormal number
const EXPONENT_MAX = 16320; // beyond it a full mantissa is infinite
const TEXT_LENGTH_MAX = 5 * 1024; // Redis's buffer, its closing NUL included
const DECIMALS = 17;

const decimalForm = /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?$/i;
const hexForm = /^([+-]?)0x([\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p([+-]?\d+))?$/i;

/** What C's strtold makes of the whole text; undefined when it is no number, or too large or too small for one. */
export function parseLongDouble(text: string): LongDouble | undefined {
  if (text.length >= TEXT_LENGTH_MAX) return undefined;
  if (/^[+-]?inf(inity)?$/i.test(text)) return "infinite";
  const decimal = decimalForm.exec(text);
  if (decimal !== null) return scaled(decimal, 10);
  const hex = hexForm.exec(text);
  return hex === null ? undefined : scaled(hex, 16);
}

/** The rounded sum. */
export function addLongDoubles(a: LongDouble, b: LongDouble): LongDouble {
  if (a === "infinite" || b === "infinite") return "infinite";
  const exponent = Math.min(a.exponent, b.exponent);
  const mantissa =
    (a.mantissa << BigInt(a.exponent - exponent)) + (b.mantissa << BigInt(b.exponent - exponent));
  return rounded(mantissa, 1n, exponent);
}

/** 17 decimals, rounded to the nearest, ties to even; then without closing zeros. */
export function printLongDouble(value: { readonly mantissa: bigint; readonly exponent: number }): string {
  const { mantissa, exponent } = value;
  const isNegative = mantissa < 0n;
  const size = (isNegative ? -mantissa : mantissa) * 10n ** BigInt(DECIMALS);
  const scaledSize = exponent >= 0 ? size << BigInt(exponent) : divided(size, 1n << BigInt(-exponent));
  const digits = `${scaledSize}`.padStart(DECIMALS + 1, "0");
  const whole = digits.slice(0, -DECIMALS);
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return isNegative && text !== "0" ? `-${text}` : text;
}

// sign, digits with a point, exponent of 10 or of 2.
function scaled(match: RegExpExecArray, base: 10 | 16): LongDouble | undefined {
  const [, sign = "", digits = "", exponentText = "0"] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const size = BigInt(base === 16 ? `0x${whole}${fraction}` : whole + fraction);
  if (size === 0n) return { mantissa: 0n, exponent: 0 };
  const mantissa = sign === "-" ? -size : size;
  // Far outside the range the power would be huge, and the answer is known.
  const shift = Number(exponentText) - fraction.length * (base === 16 ? 4 : 1);
  const bits = sizeInBits(size);
  const magnitude = base === 16 ? bits + shift : bits + shift * 3.3219280948873626;
  if (magnitude > 17_000 || magnitude < -17_000) return undefined;
  let result: LongDouble;
  if (base === 16) result = rounded(mantissa, 1n, shift);
  else if (shift >= 0) result = rounded(mantissa * 10n ** BigInt(shift), 1n, 0);
  else result = rounded(mantissa, 10n ** BigInt(-shift), 0);
  if (result === "infinite" || result.mantissa === 0n) return undefined;
  return result;
}

// numerator / denominator * 2^exponent, as the nearest number there is.
function rounded(numerator: bigint, denominator: bigint, exponent: number): LongDouble {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 };
  const size = numerator < 0n ? -numerator : numerator;
  // One bit more or less than the mantissa has; set right below.
  let shift = sizeInBits(size) - sizeInBits(denominator) - MANTISSA_BITS;
  if (exponent + shift < EXPONENT_MIN) shift = EXPONENT_MIN - exponent;
  let mantissa = quotient(size, denominator, shift);
  if (sizeInBits(mantissa) > MANTISSA_BITS) mantissa = quotient(size, denominator, ++shift);
  if (sizeInBits(mantissa) > MANTISSA_BITS) {
    mantissa >>= 1n; // It was rounded up to the next power of two.
    shift++;
  }
  if (exponent + shift > EXPONENT_MAX) return "infinite";
  return { mantissa: numerator < 0n ? -mantissa : mantissa, exponent: exponent + shift };
}

function quotient(size: bigint, denominator: bigint, shift: number): bigint {
  return shift >= 0
    ? divided(size, denominator << BigInt(shift))
    : divided(size << BigInt(-shift), denominator);
}

// To the nearest whole number, ties to even.
function divided(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && (whole & 1n) === 1n)) return whole + 1n;
  return whole;
}

function sizeInBits(value: bigint): number {
  return value.toString(2).length;
}
