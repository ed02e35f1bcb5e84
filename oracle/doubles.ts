// Doubles: numbers as C's strtod reads them from arguments.

const forms = [
  /^([+-]?)(inf(?:inity)?)/i,
  /^([+-]?)0x([\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p([+-]?\d+))?/i,
  /^([+-]?)(\d+\.?\d*|\.\d+)(?:e([+-]?\d+))?/i,
] as const;

type Read = { readonly value: number; readonly length: number; readonly isOutOfRange: boolean };

/** A score or an amount: the whole text, nothing in front, within the range of doubles; undefined when it is none. */
export function parseDouble(text: string): number | undefined {
  const read = strtod(text);
  return read === undefined || read.length !== text.length || read.isOutOfRange ? undefined : read.value;
}

/** An end of a range: spaces may stand in front, an empty text is 0, and what is too large is infinite. */
export function parseBound(text: string): number | undefined {
  const nul = text.indexOf("\0");
  const seen = nul < 0 ? text : text.slice(0, nul);
  if (seen === "") return 0;
  const number = seen.replace(/^[ \t\n\v\f\r]+/, "");
  const read = strtod(number);
  return read === undefined || read.length !== number.length ? undefined : read.value;
}

// What the text begins with; not-a-number is left out, since no caller takes it.
function strtod(text: string): Read | undefined {
  const [infinite, hex, decimal] = forms.map((form) => form.exec(text));
  const found = infinite ?? hex ?? decimal;
  if (found === null || found === undefined) return undefined;
  const [whole, sign = "", digits = "", exponent = "0"] = found;
  let size = Number.POSITIVE_INFINITY;
  if (infinite === null) size = hex === null ? Number(`${digits}e${exponent}`) : hexNumber(digits, exponent);
  const isZero = size === 0 && /[1-9a-f]/i.test(digits);
  const isOutOfRange = infinite === null && (isZero || size === Number.POSITIVE_INFINITY);
  return { value: sign === "-" ? -size : size, length: whole.length, isOutOfRange };
}

const mantissaBits = 53;
const exponentMin = -1074; // of the smallest number above 0
const exponentFar = 5000; // beyond it the answer is known

// Rounded to the nearest double, ties to even.
function hexNumber(digits: string, exponentText: string): number {
  const [whole = "", fraction = ""] = digits.split(".");
  const mantissa = BigInt(`0x${whole}${fraction}`);
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const exponent = Number(exponentText) - fraction.length * 4;
  if (bits + exponent > exponentFar) return Number.POSITIVE_INFINITY;
  if (bits + exponent < -exponentFar) return 0;
  const lowest = Math.max(bits - mantissaBits + exponent, exponentMin);
  const shift = BigInt(lowest - exponent);
  if (shift <= 0n) return Number(mantissa << -shift) * 2 ** lowest;
  const kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  const isUp = rest > half || (rest === half && (kept & 1n) === 1n);
  return Number(isUp ? kept + 1n : kept) * 2 ** lowest;
}
