// Reply writer: encodes replies in RESP2 or RESP3 straight into one output buffer.
//
// One writer serves all connections of a thread. Before a client's commands run it is pointed at that
// client (`begin`); what is written then goes to `sink.take` when the buffer is full or the batch ends.
// Invariants:
//   - bytes [0, position) of `buffer` belong to the client of the last `begin`.
//   - a reply is written whole, in order; an aggregate's header is followed by exactly its elements.
//   - the usual path allocates nothing.

import { copyBytes, copyWords, dataViewOf } from "../lib/bytes.ts";
import { formatDouble } from "../lib/format-double.ts";
import { decimalLength, formatSafeInteger } from "../lib/int64.ts";

/** Where finished bytes go. Returns a buffer to go on with: the same one when it is free again. */
export type ReplySink = { take(buffer: Uint8Array, length: number): Uint8Array };

/** Largest buffer kept between batches, in bytes: a longer reply gets one of its own. */
export const REPLY_BUFFER_BYTES = 64 * 1024;

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const MINUS = 45;

export class ReplyWriter {
  buffer: Uint8Array = new Uint8Array(REPLY_BUFFER_BYTES);
  position = 0;
  private data = dataViewOf(this.buffer);
  /** 2 or 3: the protocol of the client being answered. */
  protocol: 2 | 3 = 2;
  /** Error replies written so far, and the last one's text. */
  errorCount = 0;
  lastError = "";

  private sink: ReplySink;

  constructor(sink: ReplySink) {
    this.sink = sink;
  }

  /** Points the writer at another client. The buffer must have been flushed. */
  begin(sink: ReplySink, protocol: 2 | 3): void {
    this.sink = sink;
    this.protocol = protocol;
  }

  /** Hands over what has been written. */
  flush(): void {
    if (this.position === 0) return;
    const length = this.position;
    this.position = 0;
    const next = this.sink.take(this.buffer, length);
    this.use(next.length === REPLY_BUFFER_BYTES ? next : new Uint8Array(REPLY_BUFFER_BYTES));
  }

  /** "+text": `text` must be ASCII without CR or LF. */
  simple(text: string): void {
    this.line(43, text);
  }

  ok(): void {
    this.reserve(5);
    const { buffer, position } = this;
    buffer[position] = 43;
    buffer[position + 1] = 79;
    buffer[position + 2] = 75;
    buffer[position + 3] = CR;
    buffer[position + 4] = LF;
    this.position = position + 5;
  }

  /** "-text": the text starts with its prefix word; CR and LF become spaces. */
  error(text: string): void {
    this.errorCount++;
    this.lastError = text;
    this.line(MINUS, text);
  }

  /** An integer reply; |value| <= 2^53 - 1. */
  int(value: number): void {
    this.reserve(24);
    this.buffer[this.position] = 58;
    this.endLine(formatSafeInteger(this.buffer, this.position + 1, value));
  }

  /** An integer reply of any signed 64-bit value. */
  bigInt(value: bigint): void {
    this.line(58, `${value}`);
  }

  /** A bulk string of source[start, end). */
  bulk(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.reserve(length + 24);
    const at = this.bulkHeader(length);
    copyBytes(this.buffer, at, source, start, end);
    this.endLine(at + length);
  }

  /** A bulk string of source[start, end), as `bulk`, given a view of the source: faster when it is short. */
  bulkData(source: DataView, start: number, end: number): void {
    const length = end - start;
    this.reserve(length + 24);
    const at = this.bulkHeader(length);
    copyWords(this.data, at, source, start, end);
    this.endLine(at + length);
  }

  /** A bulk string of text, one byte per code unit (Latin-1). */
  bulkText(text: string): void {
    const length = text.length;
    this.reserve(length + 24);
    this.buffer[this.position++] = DOLLAR;
    this.endLine(formatSafeInteger(this.buffer, this.position, length));
    const buffer = this.buffer;
    let at = this.position;
    for (let i = 0; i < length; i++) buffer[at++] = text.charCodeAt(i);
    this.endLine(at);
  }

  /** A bulk string of an integer's digits; |value| <= 2^53 - 1. */
  bulkInt(value: number): void {
    this.reserve(48);
    this.buffer[this.position++] = DOLLAR;
    this.endLine(formatSafeInteger(this.buffer, this.position, decimalLength(value)));
    this.endLine(formatSafeInteger(this.buffer, this.position, value));
  }

  /** "No such value": a null bulk string in RESP2, a null in RESP3. */
  null(): void {
    this.reserve(5);
    const { buffer } = this;
    let at = this.position;
    if (this.protocol === 3) {
      buffer[at++] = 95;
    } else {
      buffer[at++] = DOLLAR;
      buffer[at++] = MINUS;
      buffer[at++] = 49;
    }
    buffer[at++] = CR;
    buffer[at++] = LF;
    this.position = at;
  }

  /** A null array in RESP2, a null in RESP3. */
  nullArray(): void {
    this.line(this.protocol === 3 ? 95 : 42, this.protocol === 3 ? "" : "-1");
  }

  /** Opens an array of `length` elements. */
  array(length: number): void {
    this.header(42, length);
  }

  /** Opens a map of `pairs` keys and values: a flat array in RESP2. */
  map(pairs: number): void {
    if (this.protocol === 3) this.header(37, pairs);
    else this.header(42, pairs * 2);
  }

  /** Opens a set of `length` elements: an array in RESP2. */
  set(length: number): void {
    this.header(this.protocol === 3 ? 126 : 42, length);
  }

  /** Opens a push message (RESP3), an array in RESP2. */
  push(length: number): void {
    this.header(this.protocol === 3 ? 62 : 42, length);
  }

  /** A boolean: 1 or 0 in RESP2. */
  bool(value: boolean): void {
    if (this.protocol === 3) this.line(35, value ? "t" : "f");
    else this.int(value ? 1 : 0);
  }

  /** A double: a bulk string in RESP2. */
  double(value: number): void {
    const text = formatDouble(value);
    if (this.protocol === 3) this.line(44, text);
    else this.bulkText(text);
  }

  /** A double whose text is given (RESP3): ASCII without CR or LF. A bulk string in RESP2. */
  doubleText(text: string): void {
    if (this.protocol === 3) this.line(44, text);
    else this.bulkText(text);
  }

  /** Text with a format of three letters ("txt", "mkd"): a bulk string in RESP2. UTF-8 is the caller's. */
  verbatim(format: string, text: string): void {
    if (this.protocol === 2) {
      this.bulkText(text);
      return;
    }
    this.reserve(text.length + 32);
    this.buffer[this.position++] = 61;
    this.endLine(formatSafeInteger(this.buffer, this.position, text.length + 4));
    for (let i = 0; i < 3; i++) this.buffer[this.position++] = format.charCodeAt(i);
    this.buffer[this.position++] = 58;
    for (let i = 0; i < text.length; i++) this.buffer[this.position++] = text.charCodeAt(i);
    this.endLine(this.position);
  }

  /** Bytes that are already encoded. */
  raw(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    copyBytes(this.buffer, this.position, source, start, end);
    this.position += end - start;
  }

  /** Makes room for `length` bytes of a bulk string and returns where they go in `buffer`. */
  openBulk(length: number): number {
    this.reserve(length + 24);
    this.buffer[this.position++] = DOLLAR;
    this.endLine(formatSafeInteger(this.buffer, this.position, length));
    const at = this.position;
    this.endLine(at + length);
    return at;
  }

  // "$length\r\n"; returns where the bytes go.
  private bulkHeader(length: number): number {
    const buffer = this.buffer;
    let at = this.position;
    buffer[at++] = DOLLAR;
    if (length < 10) {
      buffer[at++] = 48 + length;
    } else if (length < 100) {
      const tens = (length * 205) >>> 11;
      buffer[at++] = 48 + tens;
      buffer[at++] = 48 + length - tens * 10;
    } else {
      at = formatSafeInteger(buffer, at, length);
    }
    buffer[at++] = CR;
    buffer[at++] = LF;
    return at;
  }

  private header(type: number, length: number): void {
    this.reserve(24);
    this.buffer[this.position] = type;
    this.endLine(formatSafeInteger(this.buffer, this.position + 1, length));
  }

  private line(type: number, text: string): void {
    const length = text.length;
    this.reserve(length + 3);
    const buffer = this.buffer;
    let at = this.position;
    buffer[at++] = type;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      buffer[at++] = code === CR || code === LF ? 32 : code;
    }
    this.endLine(at);
  }

  private endLine(at: number): void {
    this.buffer[at] = CR;
    this.buffer[at + 1] = LF;
    this.position = at + 2;
  }

  private use(buffer: Uint8Array): void {
    if (buffer === this.buffer) return;
    this.buffer = buffer;
    this.data = dataViewOf(buffer);
  }

  private reserve(length: number): void {
    if (this.position + length > this.buffer.length) this.makeRoom(length);
  }

  private makeRoom(length: number): void {
    if (this.position > 0) {
      const filled = this.position;
      this.position = 0;
      this.use(this.sink.take(this.buffer, filled));
    }
    // A large buffer is not gone on with: the little that comes next would keep all of it alive while it waits.
    if (length > REPLY_BUFFER_BYTES) this.use(new Uint8Array(length));
    else if (this.buffer.length !== REPLY_BUFFER_BYTES) this.use(new Uint8Array(REPLY_BUFFER_BYTES));
  }
}
