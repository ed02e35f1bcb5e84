// Packed block: a run of elements one after the other. Small collections of every type, and the blocks of
// large lists, are such runs.
//
//   element = header byte, then:
//     0x00..0x7f   that many bytes of text
//     0x80..0xbf   nothing: the integer 0..63
//     0xc0, 0xc1   text with a length of 2 or 4 bytes in front
//     0xc2..0xc7   an integer of 1, 2, 3, 4, 6 or 8 bytes
//     0xc8         a float64: a score that is no integer
//
// Numbers are little-endian. There is no length at an element's end, so a run is walked forwards only; blocks
// are kept short enough for that (block-list.ts).
// Invariants:
//   - a text that is a canonical int64 is kept as an integer, in the fewest bytes that hold it; any other is
//     kept as text in the shortest form. So two elements are equal exactly when their encodings are.
//   - nothing here allocates, and nothing knows where the run stands: ranges are the caller's.

import { copyBytes, copyWords } from "../lib/bytes.ts";
import { parseSafeInteger } from "../lib/int64.ts";
import { parseInt64Words } from "../lib/int64-words.ts";
import type { Element, ElementSink } from "./element.ts";

const SMALL_INTEGER = 0x80;
const SMALL_INTEGER_MAX = 63;
const TEXT16 = 0xc0;
const TEXT32 = 0xc1;
const INT8 = 0xc2;
const INT16 = 0xc3;
const INT24 = 0xc4;
const INT32 = 0xc5;
const INT48 = 0xc6;
const INT64 = 0xc7;
const FLOAT64 = 0xc8;
const SHORT_TEXT_MAX = 0x7f;
const TEXT16_MAX = 0xffff;
const INT64_DIGITS_MIN = 16; // shorter text is a safe integer or none
const INT64_TEXT_MAX = 20;

// Bytes of a whole element by its header; 0 for the two whose length stands behind the header.
const elementBytes = new Uint8Array(256);
for (let header = 0; header <= SHORT_TEXT_MAX; header++) elementBytes[header] = header + 1;
for (let header = SMALL_INTEGER; header < TEXT16; header++) elementBytes[header] = 1;
elementBytes[INT8] = 2;
elementBytes[INT16] = 3;
elementBytes[INT24] = 4;
elementBytes[INT32] = 5;
elementBytes[INT48] = 7;
elementBytes[INT64] = 9;
elementBytes[FLOAT64] = 9;

/** Where the element at `at` ends. */
export function elementEnd(u8: Uint8Array, at: number): number {
  const header = u8[at] as number;
  if (header <= SHORT_TEXT_MAX) return at + 1 + header;
  const size = elementBytes[header] as number;
  return size === 0 ? longTextEnd(u8, at) : at + size;
}

function longTextEnd(u8: Uint8Array, at: number): number {
  if (u8[at] === TEXT16) return at + 3 + ((u8[at + 1] as number) | ((u8[at + 2] as number) << 8));
  return at + 5 + readU32(u8, at + 1);
}

/** Where the element `count` further on begins. */
export function skipElements(u8: Uint8Array, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) {
    const header = u8[at] as number;
    if (header <= SHORT_TEXT_MAX) at += header + 1;
    else {
      const size = elementBytes[header] as number;
      at = size === 0 ? longTextEnd(u8, at) : at + size;
    }
  }
  return at;
}

/** Fills `target` with the element at `at`; returns where it ends. */
export function readElement(u8: Uint8Array, data: DataView, at: number, target: Element): number {
  const header = u8[at] as number;
  if (header <= SHORT_TEXT_MAX) {
    const end = at + 1 + header;
    target.setBytes(u8, data, at + 1, end);
    return end;
  }
  if (header < TEXT16) {
    target.setInteger(header - SMALL_INTEGER);
    return at + 1;
  }
  switch (header) {
    case INT8:
      target.setInteger(data.getInt8(at + 1));
      return at + 2;
    case INT16:
      target.setInteger(data.getInt16(at + 1, true));
      return at + 3;
    case INT24:
      target.setInteger((data.getInt8(at + 3) << 16) | data.getUint16(at + 1, true));
      return at + 4;
    case INT32:
      target.setInteger(data.getInt32(at + 1, true));
      return at + 5;
    case INT48:
      target.setInteger(data.getInt16(at + 5, true) * 4294967296 + data.getUint32(at + 1, true));
      return at + 7;
    case INT64: {
      const high = data.getInt32(at + 5, true);
      // Words that make a safe integer make one number: callers then need no second case for it.
      if (high >= -0x200000 && high < 0x200000) {
        const value = high * 4294967296 + data.getUint32(at + 1, true);
        if (Number.isSafeInteger(value)) {
          target.setInteger(value);
          return at + 9;
        }
      }
      target.setWords(high, data.getInt32(at + 1, true));
      return at + 9;
    }
    case FLOAT64:
      target.setDouble(data.getFloat64(at + 1, true));
      return at + 9;
    default: {
      const end = longTextEnd(u8, at);
      target.setBytes(u8, data, header === TEXT16 ? at + 3 : at + 5, end);
      return end;
    }
  }
}

/** Writes the `count` elements from `at` on to `sink`; returns where they end. `scratch` is the caller's to lose. */
export function writeElements(
  u8: Uint8Array,
  data: DataView,
  at: number,
  count: number,
  scratch: Element,
  sink: ElementSink,
): number {
  let from = at;
  for (let left = count; left > 0; left--) {
    const header = u8[from] as number;
    if (header <= SHORT_TEXT_MAX) {
      const end = from + 1 + header;
      sink.bulkData(data, from + 1, end);
      from = end;
    } else {
      from = readElement(u8, data, from, scratch);
      scratch.writeTo(sink);
    }
  }
  return from;
}

/** The number at `at`, which must be an integer or a score. */
export function readNumber(data: DataView, at: number): number {
  const header = data.getUint8(at);
  if (header < TEXT16) return header - SMALL_INTEGER;
  switch (header) {
    case INT8:
      return data.getInt8(at + 1);
    case INT16:
      return data.getInt16(at + 1, true);
    case INT24:
      return (data.getInt8(at + 3) << 16) | data.getUint16(at + 1, true);
    case INT32:
      return data.getInt32(at + 1, true);
    case INT48:
      return data.getInt16(at + 5, true) * 4294967296 + data.getUint32(at + 1, true);
    case INT64:
      return data.getInt32(at + 5, true) * 4294967296 + data.getUint32(at + 1, true);
    default:
      return data.getFloat64(at + 1, true);
  }
}

/** An element that is to be looked for or put into a block: its encoded form, made once. */
export class PackedInput {
  /** Bytes it takes in a block. */
  sizeBytes = 1;
  private header = 0;
  private low = 0;
  private high = 0;
  private double = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private data: DataView | undefined = undefined;
  private start = 0;
  private end = 0;
  private readonly words = { high: 0, low: 0 };

  /** The text bytes[start, end), which must stay as it is while this is used. */
  setText(bytes: Uint8Array, start: number, end: number, data?: DataView): this {
    const length = end - start;
    if (length > 0 && length <= INT64_TEXT_MAX) {
      const first = bytes[start] as number;
      // "-" or a digit: all else needs no closer look.
      if (first <= 57 && first >= 45) {
        const value = parseSafeInteger(bytes, start, end);
        if (!Number.isNaN(value)) return this.setInteger(value);
        if (length >= INT64_DIGITS_MIN && parseInt64Words(bytes, start, end, this.words)) {
          return this.setWords(this.words.high, this.words.low);
        }
      }
    }
    this.bytes = bytes;
    this.data = data;
    this.start = start;
    this.end = end;
    if (length <= SHORT_TEXT_MAX) {
      this.header = length;
      this.sizeBytes = length + 1;
    } else {
      this.header = length <= TEXT16_MAX ? TEXT16 : TEXT32;
      this.sizeBytes = length + (this.header === TEXT16 ? 3 : 5);
    }
    return this;
  }

  /** What `element` holds; its bytes must stay as they are while this is used. */
  setElement(element: Element): this {
    if (element.kind === 1) return this.setInteger(element.number);
    if (element.kind === 2) return this.setWords(element.high, element.low);
    if (element.kind === 3) return this.setScore(element.number);
    return this.setText(element.bytes, element.start, element.end, element.data);
  }

  /** The text of a safe integer. */
  setInteger(value: number): this {
    this.low = value | 0;
    if (value === this.low) {
      if (value >= 0 && value <= SMALL_INTEGER_MAX) this.setHeader(SMALL_INTEGER + value);
      else if (value >= -0x80 && value < 0x80) this.setHeader(INT8);
      else if (value >= -0x8000 && value < 0x8000) this.setHeader(INT16);
      else if (value >= -0x800000 && value < 0x800000) this.setHeader(INT24);
      else this.setHeader(INT32);
      return this;
    }
    this.high = Math.floor(value / 4294967296);
    this.low = (value - this.high * 4294967296) | 0;
    this.setHeader(this.high >= -0x8000 && this.high < 0x8000 ? INT48 : INT64);
    return this;
  }

  /** The text of the int64 with these words. */
  setWords(high: number, low: number): this {
    this.high = high;
    this.low = low;
    this.setHeader(INT64);
    return this;
  }

  /** A score: kept as an integer when it is a safe one (-0 becomes 0), else as 8 bytes. */
  setScore(value: number): this {
    // An integer has no sign of zero.
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.setInteger(value);
    this.double = value;
    this.setHeader(FLOAT64);
    return this;
  }

  /** Writes the element at `at`; returns where it ends. */
  write(u8: Uint8Array, data: DataView, at: number): number {
    const { header } = this;
    u8[at] = header;
    if (header <= SHORT_TEXT_MAX) {
      if (this.data === undefined) copyBytes(u8, at + 1, this.bytes, this.start, this.end);
      else copyWords(data, at + 1, this.data, this.start, this.end);
      return at + 1 + header;
    }
    switch (header) {
      case INT8:
        data.setInt8(at + 1, this.low);
        break;
      case INT16:
        data.setInt16(at + 1, this.low, true);
        break;
      case INT24:
        data.setInt16(at + 1, this.low, true);
        data.setInt8(at + 3, this.low >> 16);
        break;
      case INT32:
        data.setInt32(at + 1, this.low, true);
        break;
      case INT48:
        data.setInt32(at + 1, this.low, true);
        data.setInt16(at + 5, this.high, true);
        break;
      case INT64:
        data.setInt32(at + 1, this.low, true);
        data.setInt32(at + 5, this.high, true);
        break;
      case FLOAT64:
        data.setFloat64(at + 1, this.double, true);
        break;
      case TEXT16:
        data.setUint16(at + 1, this.end - this.start, true);
        copyBytes(u8, at + 3, this.bytes, this.start, this.end);
        break;
      case TEXT32:
        data.setUint32(at + 1, this.end - this.start, true);
        copyBytes(u8, at + 5, this.bytes, this.start, this.end);
        break;
    }
    return at + this.sizeBytes;
  }

  /** True when the element at `at` equals this one. */
  matches(u8: Uint8Array, data: DataView, at: number): boolean {
    const { header } = this;
    if (u8[at] !== header) return false;
    if (header <= SHORT_TEXT_MAX) return this.isTextAt(u8, at + 1);
    switch (header) {
      case INT8:
        return data.getInt8(at + 1) === this.low;
      case INT16:
        return data.getInt16(at + 1, true) === this.low;
      case INT24:
        return ((data.getInt8(at + 3) << 16) | data.getUint16(at + 1, true)) === this.low;
      case INT32:
        return data.getInt32(at + 1, true) === this.low;
      case INT48:
        return data.getInt32(at + 1, true) === this.low && data.getInt16(at + 5, true) === this.high;
      case INT64:
        return data.getInt32(at + 1, true) === this.low && data.getInt32(at + 5, true) === this.high;
      case FLOAT64:
        return data.getFloat64(at + 1, true) === this.double;
      case TEXT16:
        return elementEnd(u8, at) === at + this.sizeBytes && this.isTextAt(u8, at + 3);
      case TEXT32:
        return elementEnd(u8, at) === at + this.sizeBytes && this.isTextAt(u8, at + 5);
      default:
        return true;
    }
  }

  /**
   * The first element in [from, end) that equals this one and stands at a multiple of `stride` elements
   * from `from`; its offset, or -1. The run must hold a multiple of `stride` elements.
   */
  find(u8: Uint8Array, data: DataView, from: number, end: number, stride: 1 | 2): number {
    let at = from;
    while (at < end) {
      if (u8[at] === this.header && this.matches(u8, data, at)) return at;
      at = elementEnd(u8, at);
      if (stride === 2) at = elementEnd(u8, at);
    }
    return -1;
  }

  private setHeader(header: number): void {
    this.header = header;
    this.sizeBytes = elementBytes[header] as number;
  }

  private isTextAt(u8: Uint8Array, at: number): boolean {
    const { bytes, end } = this;
    for (let i = this.start, j = at; i < end; i++, j++) if (u8[j] !== bytes[i]) return false;
    return true;
  }
}

function readU32(u8: Uint8Array, at: number): number {
  return (
    ((u8[at] as number) |
      ((u8[at + 1] as number) << 8) |
      ((u8[at + 2] as number) << 16) |
      ((u8[at + 3] as number) << 24)) >>>
    0
  );
}
