// Listpack elements, where they stand: the runs in which streams keep their entries are Redis's own, byte for byte,
// because how long such a run is decides where the next one begins.
//
//   | total bytes u32 LE | element count u16 LE | element ... | 0xff |
//
//   element = encoding and data, then the size of both, 7 bits in each byte, to be read backwards
//     0xxxxxxx                      integer 0..127
//     10xxxxxx + bytes              text of up to 63 bytes
//     110xxxxx + 1                  integer of 13 bits
//     1110xxxx + 1 + bytes          text of up to 4095 bytes
//     f0 + u32 LE + bytes           longer text
//     f1, f2, f3, f4                integer of 2, 3, 4, 8 bytes, little-endian
//
// Role: reading and writing single elements inside a block. A text that is a canonical int64 is written as an integer.
// Invariant: nothing allocates, and nothing checks bounds: what comes from outside is checked before it gets here.

import { copyBytes } from "../lib/bytes.ts";
import { int64TextSizeBytesMax, parseSafeInteger } from "../lib/int64.ts";
import { type Int64Words, parseInt64Words } from "../lib/int64-words.ts";
import type { Element } from "./element.ts";

export const LISTPACK_HEADER_BYTES = 6;
export const LISTPACK_END = 0xff;
/** No element takes more beside its text. */
export const ELEMENT_OVERHEAD_MAX = 10;

const TEXT32 = 0xf0;
const INT16 = 0xf1;
const INT24 = 0xf2;
const INT32 = 0xf3;
const INT64 = 0xf4;
const COUNT_UNKNOWN = 0xffff;
const MINUS = 45;
const NINE = 57;
const INT64_DIGITS_MIN = 16; // shorter text is a safe integer or none

/** Where `readWords` puts its result. */
export const words: Int64Words = { high: 0, low: 0 };

/** Where the element after the one at `at` begins. */
export function elementAfter(u8: Uint8Array, at: number): number {
  const size = sizeAt(u8, at);
  return at + size + backlengthBytes(size);
}

/** Where the element before the one at `at` begins. */
export function elementBefore(u8: Uint8Array, at: number): number {
  let byte = u8[at - 1] as number;
  if (byte < 0x80) return at - 1 - byte;
  let size = byte & 127;
  let width = 1;
  while (byte >= 0x80) {
    byte = u8[at - 1 - width] as number;
    size += (byte & 127) * 2 ** (7 * width);
    width++;
  }
  return at - width - size;
}

/** Fills `target` with the element at `at`; returns where the next one begins. */
export function readElement(u8: Uint8Array, data: DataView, at: number, target: Element): number {
  const first = u8[at] as number;
  if (first >= 0x80 && first < 0xc0) {
    const start = at + 1;
    const end = start + (first & 0x3f);
    target.setBytes(u8, data, start, end);
    return end + 1;
  }
  if (first >= 0xe0 && first <= TEXT32) {
    const size = sizeAt(u8, at);
    const end = at + size;
    target.setBytes(u8, data, at + (first === TEXT32 ? 5 : 2), end);
    return end + backlengthBytes(size);
  }
  if (first !== INT64) {
    target.setInteger(readInteger(u8, data, at));
    return elementAfter(u8, at);
  }
  readWords(u8, data, at);
  const { high, low } = words;
  const value = high * 2 ** 32 + (low >>> 0);
  if (high >= -0x200000 && high < 0x200000 && Number.isSafeInteger(value)) target.setInteger(value);
  else target.setWords(high, low);
  return at + 10;
}

/** The integer at `at`, which must be one of at most 32 bits. */
export function readInteger(u8: Uint8Array, data: DataView, at: number): number {
  const first = u8[at] as number;
  if (first < 0x80) return first;
  switch (first) {
    case INT16:
      return data.getInt16(at + 1, true);
    case INT24:
      return (data.getInt8(at + 3) << 16) | data.getUint16(at + 1, true);
    case INT32:
    case INT64:
      return data.getInt32(at + 1, true);
    default:
      return (((first & 0x1f) << 27) >> 19) | (u8[at + 1] as number);
  }
}

/** True when the integer at `at` is kept in 64 bits: `readInteger` cannot read it. */
export function isWideInteger(u8: Uint8Array, at: number): boolean {
  return u8[at] === INT64;
}

/** Puts the integer at `at` into `words`. */
export function readWords(u8: Uint8Array, data: DataView, at: number): void {
  words.low = readInteger(u8, data, at);
  words.high = u8[at] === INT64 ? data.getInt32(at + 5, true) : words.low >> 31;
}

/** True when the element at `at` is the text bytes[start, end). */
export function isElement(
  u8: Uint8Array,
  data: DataView,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const first = u8[at] as number;
  const isText = (first >= 0x80 && first < 0xc0) || (first >= 0xe0 && first <= TEXT32);
  if (!isText) {
    if (!textWords(bytes, start, end)) return false;
    const { high, low } = words;
    readWords(u8, data, at);
    return words.high === high && words.low === low;
  }
  const from = at + (first < 0xc0 ? 1 : first === TEXT32 ? 5 : 2);
  if (at + sizeAt(u8, at) - from !== end - start) return false;
  for (let i = start, j = from; i < end; i++, j++) if (u8[j] !== bytes[i]) return false;
  return true;
}

/** Bytes of an integer's element. */
export function integerBytes(high: number, low: number): number {
  if (high !== low >> 31) return 10;
  if (low >= 0 && low <= 127) return 2;
  if (low >= -4096 && low <= 4095) return 3;
  if (low >= -0x8000 && low <= 0x7fff) return 4;
  return low >= -0x800000 && low <= 0x7fffff ? 5 : 6;
}

/** Writes an integer's element at `at`; returns where it ends. */
export function writeInteger(u8: Uint8Array, data: DataView, at: number, high: number, low: number): number {
  const bytes = integerBytes(high, low);
  const size = bytes - 1;
  switch (bytes) {
    case 2:
      u8[at] = low;
      break;
    case 3:
      u8[at] = 0xc0 | ((low >> 8) & 0x1f);
      u8[at + 1] = low;
      break;
    case 10:
      u8[at] = INT64;
      data.setInt32(at + 1, low, true);
      data.setInt32(at + 5, high, true);
      break;
    default:
      u8[at] = INT16 + bytes - 4;
      for (let i = 1; i < size; i++) u8[at + i] = low >> (8 * (i - 1));
  }
  u8[at + size] = size;
  return at + bytes;
}

/** Writes the element of bytes[start, end) at `at`; returns where it ends. */
export function writeText(
  u8: Uint8Array,
  data: DataView,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  if (textWords(bytes, start, end)) return writeInteger(u8, data, at, words.high, words.low);
  const length = end - start;
  let from = at + 1;
  if (length < 64) {
    u8[at] = 0x80 | length;
  } else if (length < 4096) {
    u8[at] = 0xe0 | (length >>> 8);
    u8[from++] = length;
  } else {
    u8[at] = TEXT32;
    data.setUint32(from, length, true);
    from += 4;
  }
  copyBytes(u8, from, bytes, start, end);
  return writeBacklength(u8, from + length, from + length - at);
}

// Puts the canonical int64 bytes[start, end) into `words`; false when it is none.
function textWords(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0 || length > int64TextSizeBytesMax) return false;
  const first = bytes[start] as number;
  if (first > NINE || first < MINUS) return false;
  const value = parseSafeInteger(bytes, start, end);
  if (!Number.isNaN(value)) {
    words.high = Math.floor(value / 2 ** 32);
    words.low = value | 0;
    return true;
  }
  return length >= INT64_DIGITS_MIN && parseInt64Words(bytes, start, end, words);
}

/** Bytes of the listpack whose first byte stands at `base`, and that number's setting. */
export function totalBytes(data: DataView, base: number): number {
  return data.getUint32(base, true);
}
export function setTotalBytes(data: DataView, base: number, bytes: number): void {
  data.setUint32(base, bytes, true);
}

/** Counts more elements in the listpack's header, where 0xffff means that there are too many to say. */
export function countElements(data: DataView, base: number, more: number): void {
  const count = data.getUint16(base + 4, true);
  data.setUint16(base + 4, Math.min(count + more, COUNT_UNKNOWN), true);
}

// Bytes of the element at `at`, without the size behind it.
function sizeAt(u8: Uint8Array, at: number): number {
  const first = u8[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc0) return 1 + (first & 0x3f);
  if (first < 0xe0) return 2;
  if (first < TEXT32) return 2 + (((first & 0x0f) << 8) | (u8[at + 1] as number));
  if (first === TEXT32) {
    const low = (u8[at + 1] as number) | ((u8[at + 2] as number) << 8) | ((u8[at + 3] as number) << 16);
    return 5 + low + (u8[at + 4] as number) * 2 ** 24;
  }
  return first === INT64 ? 9 : first - INT16 + 3;
}

function backlengthBytes(size: number): number {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

function writeBacklength(u8: Uint8Array, at: number, size: number): number {
  const width = backlengthBytes(size);
  for (let i = width - 1; i >= 0; i--) {
    const seven = Math.floor(size / 2 ** (7 * i)) & 127;
    u8[at + width - 1 - i] = i === width - 1 ? seven : seven | 128;
  }
  return at + width;
}
