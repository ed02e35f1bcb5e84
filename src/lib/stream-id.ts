// Stream ids: 128-bit numbers, milliseconds and a sequence number of 64 bits each, with their text "ms-seq".
//
// An id is four words of 32 bits, the most significant first, held as int32 whose bits count: so no id costs a
// BigInt. Parts below 10^15 are read and written without one too; longer ones are rare.
// Reading follows C's strtoull, as Redis does: blanks in front, a sign and leading zeros are taken, what overflows is
// not; a text ends at its first NUL.

import { formatSafeInteger } from "./int64.ts";
import { formatInt64Words } from "./int64-words.ts";

const WORD = 2 ** 32;
const TEXT_BYTES_MAX = 127;
const PLAIN_DIGITS_MAX = 15;
const UINT64_LIMIT = 2n ** 64n;
const INT64_LIMIT = 2n ** 63n;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const PLUS = 43;
const STAR = 42;
const SPACE = 32;

/** Bytes of the longest text of an id. */
export const streamIdTextBytesMax = 41;

export class StreamId {
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;

  copy(from: StreamId): this {
    this.w0 = from.w0;
    this.w1 = from.w1;
    this.w2 = from.w2;
    this.w3 = from.w3;
    return this;
  }

  /** The least id, 0-0. */
  setMin(): this {
    this.w0 = 0;
    this.w1 = 0;
    this.w2 = 0;
    this.w3 = 0;
    return this;
  }

  /** The greatest id. */
  setMax(): this {
    this.w0 = -1;
    this.w1 = -1;
    this.w2 = -1;
    this.w3 = -1;
    return this;
  }

  /** The first id of a millisecond, a safe non-negative integer. */
  setTime(ms: number): this {
    this.w0 = Math.floor(ms / WORD) | 0;
    this.w1 = ms | 0;
    this.w2 = 0;
    this.w3 = 0;
    return this;
  }

  get isMin(): boolean {
    return (this.w0 | this.w1 | this.w2 | this.w3) === 0;
  }

  get isMax(): boolean {
    return (this.w0 & this.w1 & this.w2 & this.w3) === -1;
  }

  /** Negative, zero or positive as this id is less than, equal to or greater than `other`. */
  compare(other: StreamId): number {
    if (this.w0 !== other.w0) return (this.w0 >>> 0) - (other.w0 >>> 0);
    if (this.w1 !== other.w1) return (this.w1 >>> 0) - (other.w1 >>> 0);
    if (this.w2 !== other.w2) return (this.w2 >>> 0) - (other.w2 >>> 0);
    return (this.w3 >>> 0) - (other.w3 >>> 0);
  }

  /** True when both are of the same millisecond. */
  hasTimeOf(other: StreamId): boolean {
    return this.w0 === other.w0 && this.w1 === other.w1;
  }

  /** True when no sequence number of this millisecond is greater. */
  get isLastOfTime(): boolean {
    return (this.w2 & this.w3) === -1;
  }

  /** Goes to the next id; false when there was none, and it is the least now. */
  increment(): boolean {
    this.w3 = (this.w3 + 1) | 0;
    if (this.w3 !== 0) return true;
    this.w2 = (this.w2 + 1) | 0;
    if (this.w2 !== 0) return true;
    this.w1 = (this.w1 + 1) | 0;
    if (this.w1 !== 0) return true;
    this.w0 = (this.w0 + 1) | 0;
    return this.w0 !== 0;
  }

  /** Goes to the id before; false when there was none, and it is the greatest now. */
  decrement(): boolean {
    this.w3 = (this.w3 - 1) | 0;
    if (this.w3 !== -1) return true;
    this.w2 = (this.w2 - 1) | 0;
    if (this.w2 !== -1) return true;
    this.w1 = (this.w1 - 1) | 0;
    if (this.w1 !== -1) return true;
    this.w0 = (this.w0 - 1) | 0;
    return this.w0 !== -1;
  }
}

/** The text is no id. */
export const ID_INVALID = 0;
/** The text is an id. */
export const ID_WHOLE = 1;
/** The text is "ms-*": the sequence number is to be chosen. */
export const ID_OPEN = 2;

// Where `parseUint64` puts its result.
const part = { high: 0, low: 0 };

/**
 * Reads the id bytes[start, end) into `target`; without a sequence number it gets the first one, or with `fillsLast`
 * the last. "-" and "+" are no ids here, "ms-*" is ID_OPEN, with the sequence number 0.
 */
export function parseStreamId(
  bytes: Uint8Array,
  start: number,
  end: number,
  target: StreamId,
  fillsLast = false,
): number {
  if (end - start > TEXT_BYTES_MAX) return ID_INVALID;
  let last = end;
  let dash = -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0) {
      last = at;
      break;
    }
    if (byte === MINUS && dash < 0) dash = at;
  }
  if (!parseUint64(bytes, start, dash < 0 ? last : dash)) return ID_INVALID;
  const { high, low } = part;
  let kind = ID_WHOLE;
  if (dash < 0) {
    part.high = fillsLast ? -1 : 0;
    part.low = part.high;
  } else if (last - dash === 2 && bytes[dash + 1] === STAR) {
    kind = ID_OPEN;
    part.high = 0;
    part.low = 0;
  } else if (!parseUint64(bytes, dash + 1, last)) {
    return ID_INVALID;
  }
  target.w0 = high;
  target.w1 = low;
  target.w2 = part.high;
  target.w3 = part.low;
  return kind;
}

function parseUint64(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length > 0 && length <= PLAIN_DIGITS_MAX) {
    let value = 0;
    let at = start;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === end) {
      part.high = Math.floor(value / WORD) | 0;
      part.low = value | 0;
      return true;
    }
  }
  return parseAsStrtoull(bytes, start, end);
}

function parseAsStrtoull(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isBlank(bytes[at] as number)) at++;
  const isNegative = bytes[at] === MINUS && at < end;
  if (at < end && (isNegative || bytes[at] === PLUS)) at++;
  const first = at;
  let digits = "";
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < ZERO || byte > NINE) return false;
    digits += String.fromCharCode(byte);
  }
  if (digits === "") return false;
  const magnitude = BigInt(digits);
  if (magnitude >= UINT64_LIMIT) return false;
  // What is a canonical int64 counts as one first, and no part may be negative then.
  const isCanonical = first === start + 1 && bytes[first] !== ZERO && magnitude <= INT64_LIMIT;
  if (isNegative && isCanonical) return false;
  const value = BigInt.asUintN(64, isNegative ? -magnitude : magnitude);
  part.high = Number(value >> 32n) | 0;
  part.low = Number(value & 0xffffffffn) | 0;
  return true;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/** Writes the text of an id at `at`; returns where it ends. */
export function formatStreamId(target: Uint8Array, at: number, id: StreamId): number {
  return formatStreamSequence(target, formatStreamTime(target, at, id) + 1, id);
}

/** Writes the text of an id's time at `at`, with the dash behind it; returns where the dash stands. */
export function formatStreamTime(target: Uint8Array, at: number, id: StreamId): number {
  const dash = formatUint64(target, at, id.w0, id.w1);
  target[dash] = MINUS;
  return dash;
}

/** Writes the text of an id's sequence number at `at`; returns where it ends. */
export function formatStreamSequence(target: Uint8Array, at: number, id: StreamId): number {
  return formatUint64(target, at, id.w2, id.w3);
}

function formatUint64(target: Uint8Array, at: number, high: number, low: number): number {
  if (high >= 0 && high < 2 ** 21) return formatSafeInteger(target, at, high * WORD + (low >>> 0));
  if (high >= 0) return formatInt64Words(target, at, high, low);
  const text = `${(BigInt(high >>> 0) << 32n) + BigInt(low >>> 0)}`;
  for (let i = 0; i < text.length; i++) target[at + i] = text.charCodeAt(i);
  return at + text.length;
}
