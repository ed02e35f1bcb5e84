// Trigonometry: sine, cosine and arcsine as the nearest double, so that no platform's library shows in a distance.
//
// Numbers are whole multiples of 2^-SCALE_BITS, which leaves more than a hundred digits of a double's last place; series are
// summed until a term is zero.

const SCALE_BITS = 160n;
const ONE = 1n << SCALE_BITS;
const scaleFactor = 2 ** Number(SCALE_BITS);

// Below it the first term of the series is the nearest double.
const tiny = 2 ** -30;

/** For |x| of a few turns at most. */
export function sin(x: number): number {
  return Math.abs(x) < tiny ? x : rounded(series(fixed(x), true));
}

/** For |x| of a few turns at most. */
export function cos(x: number): number {
  return rounded(series(fixed(x), false));
}

export function asin(x: number): number {
  const size = Math.abs(x);
  if (size < tiny) return x;
  if (size >= 1) return size > 1 ? Number.NaN : (x * Math.PI) / 2;
  const sine = fixed(x);
  // Not far off, and then Newton's steps: each doubles the number of digits that are right, fewer near the ends.
  let angle = fixed(size < 0.5 ? x : (x / size) * (Math.PI / 2 - Math.sqrt(2 * (1 - size))));
  for (let i = 0; i < 8; i++) {
    const step = ((sine - series(angle, true)) << SCALE_BITS) / series(angle, false);
    angle += step;
    if (step === 0n) break;
  }
  return rounded(angle);
}

/** About the sine, and quickly; for half a turn at most. */
export function roughSin(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 2; n < 30; n += 2) {
    term *= (-x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

/** What is left of a double's bits: mantissa * 2^exponent. */
export function parts(x: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponentBits = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const size = exponentBits === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: x < 0 ? -size : size, exponent: Math.max(exponentBits, 1) - 1075 };
}

function fixed(x: number): bigint {
  const { mantissa, exponent } = parts(x);
  const shift = SCALE_BITS + BigInt(exponent);
  return shift >= 0n ? mantissa << shift : mantissa >> -shift;
}

function rounded(value: bigint): number {
  return Number(value) / scaleFactor;
}

// x - x^3/3! + x^5/5! ..., or 1 - x^2/2! + x^4/4! ...
function series(x: bigint, isOdd: boolean): bigint {
  const square = (x * x) >> SCALE_BITS;
  let term = isOdd ? x : ONE;
  let sum = term;
  for (let n = isOdd ? 2n : 1n; term !== 0n && term !== -1n; n += 2n) {
    term = -((term * square) >> SCALE_BITS) / (n * (n + 1n));
    sum += term;
  }
  return sum;
}
