// Element: one member, field, value or list item, wherever it is kept. A view that is filled and reused.
//
// Packed blocks keep integers as integers, all other places keep text; this class hides which. A command
// that only passes an element on uses `writeTo`; one that needs its bytes calls `text` first; one that
// computes looks at `kind` and `number`.
// Invariants:
//   - valid until the structure it came from is changed, or until the view is filled again.
//   - an integer is kept as such only when its text is the canonical one, so equal text means equal element.

import { copyBytes } from "../lib/bytes.ts";
import { decimalLength, formatSafeInteger, parseSafeInteger } from "../lib/int64.ts";
import { formatInt64Words } from "../lib/int64-words.ts";

/** The element is bytes[start, end). */
export const KIND_BYTES = 0;
/** The element is the decimal text of `number`, a safe integer. */
export const KIND_INTEGER = 1;
/** The element is the decimal text of the 64-bit integer `high`, `low`, not a safe one. */
export const KIND_WORDS = 2;
/** `number` is a score that is no integer: not text at all. */
export const KIND_DOUBLE = 3;

/** Where an element can be written to: a reply has these methods. */
export type ElementSink = {
  bulk(source: Uint8Array, start: number, end: number): void;
  bulkData(source: DataView, start: number, end: number): void;
  bulkInt(value: number): void;
};

const NONE = new Uint8Array(0);
const NO_DATA = new DataView(NONE.buffer);
const TEXT_BYTES_MAX = 24;

export class Element {
  kind = KIND_BYTES;
  number = 0;
  high = 0;
  low = 0;
  /** The text: valid for KIND_BYTES, and for integers after `text()`. */
  bytes: Uint8Array = NONE;
  data: DataView = NO_DATA;
  start = 0;
  end = 0;
  private readonly digits = new Uint8Array(TEXT_BYTES_MAX);
  private readonly digitsData = new DataView(this.digits.buffer);

  /** Makes this a view of bytes[start, end). */
  setBytes(bytes: Uint8Array, data: DataView, start: number, end: number): void {
    this.kind = KIND_BYTES;
    this.bytes = bytes;
    this.data = data;
    this.start = start;
    this.end = end;
  }

  setInteger(value: number): void {
    this.kind = KIND_INTEGER;
    this.number = value;
  }

  setWords(high: number, low: number): void {
    this.kind = KIND_WORDS;
    this.high = high;
    this.low = low;
  }

  setDouble(value: number): void {
    this.kind = KIND_DOUBLE;
    this.number = value;
  }

  /** Makes `bytes`, `data`, `start` and `end` show the element's text; returns this. No allocation. */
  text(): this {
    if (this.kind === KIND_BYTES) return this;
    this.bytes = this.digits;
    this.data = this.digitsData;
    this.start = 0;
    if (this.kind === KIND_INTEGER) this.end = formatSafeInteger(this.digits, 0, this.number);
    else this.end = formatInt64Words(this.digits, 0, this.high, this.low);
    return this;
  }

  /** Length of the text in bytes. */
  get length(): number {
    if (this.kind === KIND_BYTES) return this.end - this.start;
    if (this.kind === KIND_INTEGER) return decimalLength(this.number);
    this.text();
    return this.end;
  }

  /** The element as a canonical safe integer, or NaN. */
  get safeInteger(): number {
    if (this.kind === KIND_INTEGER) return this.number;
    return this.kind === KIND_BYTES ? parseSafeInteger(this.bytes, this.start, this.end) : Number.NaN;
  }

  /** Writes the element as a bulk string. */
  writeTo(sink: ElementSink): void {
    if (this.kind === KIND_BYTES) {
      sink.bulkData(this.data, this.start, this.end);
    } else if (this.kind === KIND_INTEGER) {
      sink.bulkInt(this.number);
    } else {
      this.text();
      sink.bulk(this.bytes, this.start, this.end);
    }
  }

  /** A copy of the text. Allocates. */
  copy(): Uint8Array {
    this.text();
    const copy = new Uint8Array(this.end - this.start);
    copyBytes(copy, 0, this.bytes, this.start, this.end);
    return copy;
  }
}
