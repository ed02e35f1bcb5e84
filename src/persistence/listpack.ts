// Listpacks: the runs of elements in which RDB files hold small collections.
//
//   | total bytes u32 LE | element count u16 LE | element ... | 0xff |
//
//   element = encoding and data, then the number of bytes of both, 7 bits in each byte, to be read backwards
//     0xxxxxxx                      integer 0..127
//     10xxxxxx + bytes              text of up to 63 bytes
//     110xxxxx + 1                  integer of 13 bits
//     1110xxxx + 1 + bytes          text of up to 4095 bytes
//     f0 + u32 LE + bytes           longer text
//     f1, f2, f3, f4                integer of 2, 3, 4, 8 bytes, little-endian
//
// Role: the codecs of the types write and read their elements through this. A text that is a canonical int64 is
// written as an integer, as Redis does. Reading trusts nothing: every length is checked before it is used.

import { formatSafeInteger, int64TextSizeBytesMax, parseSafeInteger } from "../lib/int64.ts";
import { formatInt64Words, type Int64Words, parseInt64Words } from "../lib/int64-words.ts";
import { type Element, KIND_BYTES, KIND_WORDS } from "../store/element.ts";
import type { ByteSink } from "./byte-sink.ts";

const headerSizeBytes = 6;
const countUnknown = 0xffff;
const endMark = 0xff;
const words: Int64Words = { high: 0, low: 0 };

/** Begins a listpack at the end of `sink`; returns where, for `endListpack`. */
export function beginListpack(sink: ByteSink): number {
  const start = sink.sizeBytes;
  sink.reserve(headerSizeBytes);
  sink.sizeBytes += headerSizeBytes;
  return start;
}

/** Ends the listpack that began at `start` and has `count` elements. */
export function endListpack(sink: ByteSink, start: number, count: number): void {
  sink.byte(endMark);
  const { bytes } = sink;
  const total = sink.sizeBytes - start;
  for (let i = 0; i < 4; i++) bytes[start + i] = total >>> (8 * i);
  const shown = Math.min(count, countUnknown);
  bytes[start + 4] = shown & 0xff;
  bytes[start + 5] = shown >>> 8;
}

/** Appends an element of a collection. */
export function appendElement(sink: ByteSink, element: Element): void {
  if (element.kind === KIND_BYTES) appendText(sink, element.bytes, element.start, element.end);
  else if (element.kind === KIND_WORDS) appendWords(sink, element.high, element.low);
  else appendInteger(sink, element.number);
}

/** Appends bytes[start, end). */
export function appendText(sink: ByteSink, bytes: Uint8Array, start: number, end: number): void {
  const size = end - start;
  if (size > 0 && size <= int64TextSizeBytesMax) {
    const value = parseSafeInteger(bytes, start, end);
    if (!Number.isNaN(value)) {
      appendInteger(sink, value);
      return;
    }
    if (parseInt64Words(bytes, start, end, words)) {
      appendWords(sink, words.high, words.low);
      return;
    }
  }
  const from = sink.sizeBytes;
  if (size < 64) {
    sink.byte(0x80 | size);
  } else if (size < 4096) {
    sink.byte(0xe0 | (size >>> 8));
    sink.byte(size & 0xff);
  } else {
    sink.byte(0xf0);
    for (let i = 0; i < 4; i++) sink.byte((size >>> (8 * i)) & 0xff);
  }
  sink.copy(bytes, start, end);
  appendLength(sink, sink.sizeBytes - from);
}

/** Appends a safe integer. */
export function appendInteger(sink: ByteSink, value: number): void {
  if (value >= -0x80000000 && value <= 0x7fffffff) appendSmall(sink, value);
  else appendWords(sink, Math.floor(value / 4294967296), (value % 4294967296) | 0);
}

function appendSmall(sink: ByteSink, value: number): void {
  if (value >= 0 && value <= 127) {
    sink.byte(value);
    appendLength(sink, 1);
    return;
  }
  if (value >= -4096 && value <= 4095) {
    sink.byte(0xc0 | ((value >> 8) & 0x1f));
    sink.byte(value & 0xff);
    appendLength(sink, 2);
    return;
  }
  let width = 4;
  if (value >= -0x8000 && value <= 0x7fff) width = 2;
  else if (value >= -0x800000 && value <= 0x7fffff) width = 3;
  sink.byte(0xef + width);
  for (let i = 0; i < width; i++) sink.byte((value >> (8 * i)) & 0xff);
  appendLength(sink, 1 + width);
}

function appendWords(sink: ByteSink, high: number, low: number): void {
  sink.byte(0xf4);
  for (let i = 0; i < 4; i++) sink.byte((low >> (8 * i)) & 0xff);
  for (let i = 0; i < 4; i++) sink.byte((high >> (8 * i)) & 0xff);
  appendLength(sink, 9);
}

// The length of what was just written: seven bits in each byte, all but the first marked by the top bit.
function appendLength(sink: ByteSink, size: number): void {
  const width = lengthSize(size);
  for (let i = width - 1; i >= 0; i--) {
    const seven = Math.floor(size / 2 ** (7 * i)) & 127;
    sink.byte(i === width - 1 ? seven : seven | 128);
  }
}

function lengthSize(size: number): number {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

/**
 * The elements of the listpack in all of `bytes`, or undefined when it is malformed. Texts are views of `bytes`,
 * integers their new digits.
 */
export function readListpack(bytes: Uint8Array): Uint8Array[] | undefined {
  const size = bytes.length;
  if (size < headerSizeBytes + 1) return undefined;
  const data = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (data.getUint32(0, true) !== size || bytes[size - 1] !== endMark) return undefined;
  const declared = data.getUint16(4, true);
  const elements: Uint8Array[] = [];
  let at = headerSizeBytes;
  while (at < size - 1) {
    const header = sizeOfHeader(data, at, size - 1);
    if (header === undefined) return undefined;
    const end = at + header.size + header.textSize;
    if (end > size - 1) return undefined;
    elements.push(
      header.isText ? bytes.subarray(at + header.size, end) : integerText(data, at, bytes[at] as number),
    );
    const entrySize = end - at;
    const width = lengthSize(entrySize);
    if (end + width > size - 1) return undefined;
    for (let i = width - 1; i >= 0; i--) {
      const seven = Math.floor(entrySize / 2 ** (7 * i)) & 127;
      if (bytes[end + width - 1 - i] !== (i === width - 1 ? seven : seven | 128)) return undefined;
    }
    at = end + width;
  }
  return declared === countUnknown || declared === elements.length ? elements : undefined;
}

type Header = { readonly size: number; readonly textSize: number; readonly isText: boolean };

function sizeOfHeader(data: DataView, at: number, end: number): Header | undefined {
  const first = data.getUint8(at);
  if (first < 0x80) return { size: 1, textSize: 0, isText: false };
  if (first < 0xc0) return { size: 1, textSize: first & 0x3f, isText: true };
  if (first < 0xe0) return at + 2 <= end ? { size: 2, textSize: 0, isText: false } : undefined;
  if (first < 0xf0) {
    if (at + 2 > end) return undefined;
    return { size: 2, textSize: ((first & 0x0f) << 8) | data.getUint8(at + 1), isText: true };
  }
  if (first === 0xf0) {
    if (at + 5 > end) return undefined;
    return { size: 5, textSize: data.getUint32(at + 1, true), isText: true };
  }
  if (first > 0xf4) return undefined;
  const size = first === 0xf4 ? 9 : first - 0xee;
  return at + size <= end ? { size, textSize: 0, isText: false } : undefined;
}

function integerText(data: DataView, at: number, first: number): Uint8Array {
  if (first < 0x80) return digitsOf(first);
  if (first < 0xe0) return digitsOf((((first & 0x1f) << 27) >> 19) | data.getUint8(at + 1));
  if (first === 0xf1) return digitsOf(data.getInt16(at + 1, true));
  if (first === 0xf2) return digitsOf((data.getInt8(at + 3) << 16) | data.getUint16(at + 1, true));
  if (first === 0xf3) return digitsOf(data.getInt32(at + 1, true));
  return digitsOfWords(data.getInt32(at + 5, true), data.getInt32(at + 1, true));
}

/** The decimal text of a safe integer. */
export function digitsOf(value: number): Uint8Array {
  const target = new Uint8Array(int64TextSizeBytesMax);
  return target.subarray(0, formatSafeInteger(target, 0, value));
}

/** The decimal text of an int64. */
export function digitsOfWords(high: number, low: number): Uint8Array {
  const target = new Uint8Array(int64TextSizeBytesMax);
  return target.subarray(0, formatInt64Words(target, 0, high, low));
}
