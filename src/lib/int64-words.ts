// Signed 64-bit integers as two 32-bit words: for values that a number cannot hold exactly, without BigInt.
//
// Role: structures that keep integers of 17 to 19 digits in 8 bytes read and write their text here. The
// canonical form is that of int64.ts.
// Invariant: no allocation; a product is split so that every partial result stays below 2^53.

const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const BILLION = 1_000_000_000;
const WORD = 2 ** 32;
const DIGITS_MAX = 19;

/** high: signed upper word; low: lower word as a signed number (its bits count). */
export type Int64Words = { high: number; low: number };

/** Reads the canonical int64 text bytes[start, end) into `target`; false (target untouched) when it is none. */
export function parseInt64Words(bytes: Uint8Array, start: number, end: number, target: Int64Words): boolean {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > DIGITS_MAX) return false;
  if (bytes[first] === ZERO) {
    if (digits !== 1 || isNegative) return false;
    target.high = 0;
    target.low = 0;
    return true;
  }
  const middle = end - 9 > first ? end - 9 : first;
  let head = 0;
  let tail = 0;
  for (let at = first; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return false;
    if (at < middle) head = head * 10 + byte - ZERO;
    else tail = tail * 10 + byte - ZERO;
  }
  // head < 10^10, so its parts of 17 bits times 10^9 stay below 2^47.
  const upper = Math.floor(head / 2 ** 17) * BILLION;
  const rest = (upper % 2 ** 15) * 2 ** 17 + (head % 2 ** 17) * BILLION + tail;
  const high = Math.floor(upper / 2 ** 15) + Math.floor(rest / WORD);
  const low = rest % WORD;
  if (high > 0x7fffffff && !(isNegative && high === 0x80000000 && low === 0)) return false;
  if (isNegative) {
    target.low = -low | 0;
    target.high = (low === 0 ? -high : -high - 1) | 0;
  } else {
    target.low = low | 0;
    target.high = high | 0;
  }
  return true;
}

/** Writes the decimal text at `at` and returns where it ends: at most 20 bytes. */
export function formatInt64Words(target: Uint8Array, at: number, high: number, low: number): number {
  let upper = high >>> 0;
  let lower = low >>> 0;
  let from = at;
  if (high < 0) {
    target[from++] = MINUS;
    upper = lower === 0 ? -high >>> 0 : ~high >>> 0;
    lower = -low >>> 0;
  }
  // Long division by 10^9 in steps of 16 bits: remainder and partial results stay below 2^46.
  let rest = upper % BILLION;
  let quotient = Math.floor(upper / BILLION);
  let step = rest * 65536 + (lower >>> 16);
  quotient = quotient * 65536 + Math.floor(step / BILLION);
  rest = step % BILLION;
  step = rest * 65536 + (lower & 0xffff);
  quotient = quotient * 65536 + Math.floor(step / BILLION);
  rest = step % BILLION;
  let length = 1;
  for (let bound = 10; quotient >= bound; bound *= 10) length++;
  let end = from + length;
  if (quotient > 0) {
    let left = quotient;
    for (let i = end - 1; i >= from; i--) {
      const next = Math.floor(left / 10);
      target[i] = ZERO + left - next * 10;
      left = next;
    }
    end += 9;
    for (let i = end - 1; i >= end - 9; i--) {
      const next = Math.floor(rest / 10);
      target[i] = ZERO + rest - next * 10;
      rest = next;
    }
    return end;
  }
  length = 1;
  for (let bound = 10; rest >= bound; bound *= 10) length++;
  end = from + length;
  for (let i = end - 1; i >= from; i--) {
    const next = Math.floor(rest / 10);
    target[i] = ZERO + rest - next * 10;
    rest = next;
  }
  return end;
}

/** Negative, zero or positive as a < b, a = b, a > b. */
export function compareInt64Words(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  if (aHigh !== bHigh) return aHigh < bHigh ? -1 : 1;
  const a = aLow >>> 0;
  const b = bLow >>> 0;
  return a === b ? 0 : a < b ? -1 : 1;
}
