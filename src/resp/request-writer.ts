// Request writer: requests as text, in the form in which clients send them: what an append-only file consists of.
//
// Role: a growing run of bytes that whoever writes it to a file takes from the front. A request that lies in the buffer it
// came in is copied as it stands, in one go; any other is written word by word.
// Invariants:
//   - bytes[0, position) is what was written; whole requests only, once all words of each have been added.
//   - the usual path allocates nothing.

import { copyWords, dataViewOf } from "../lib/bytes.ts";
import { formatSafeInteger } from "../lib/int64.ts";
import type { Args } from "./args.ts";

const FIRST_BYTES = 64 * 1024;
/** A larger buffer is given up once it has been taken. */
const KEPT_BYTES = 4 * 1024 * 1024;
const INT64_MAX = "9223372036854775807";
const HEADER_BYTES_MAX = 24;
/** Between two arguments stand at least CR LF, "$", a digit, CR LF. */
const GAP_MIN = 6;

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const STAR = 42;

export class RequestWriter {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  position = 0;
  private data = dataViewOf(this.bytes);

  /** Adds a request as it was sent. */
  request(args: Args): void {
    const from = startOfSent(args);
    if (from >= 0) {
      this.copy(args.data, from, args.end(args.count - 1) + 2);
      return;
    }
    this.begin(args.count);
    for (let i = 0; i < args.count; i++) this.argument(args, i);
  }

  /** Begins a request of so many words. */
  begin(words: number): void {
    this.header(STAR, words);
  }

  /** A word of a few ASCII letters. */
  word(text: string): void {
    const { length } = text;
    this.header(DOLLAR, length);
    this.reserve(length + 2);
    const { bytes } = this;
    let at = this.position;
    for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
    this.endLine(at);
  }

  /** An integer, of which a double holds no more than 53 bits; one beyond 64 is the greatest that there is. */
  integer(value: number): void {
    this.word(value >= 2 ** 63 ? INT64_MAX : `${value}`);
  }

  /** Argument i of a request. */
  argument(args: Args, i: number): void {
    this.wordOf(args.data, args.start(i), args.end(i));
  }

  /** Any bytes. */
  wordOf(source: DataView, start: number, end: number): void {
    this.header(DOLLAR, end - start);
    this.copy(source, start, end);
    this.reserve(2);
    this.endLine(this.position);
  }

  /** As `wordOf`, without a view. */
  bytesWord(source: Uint8Array, start: number, end: number): void {
    this.header(DOLLAR, end - start);
    this.reserve(end - start + 2);
    this.bytes.set(source.subarray(start, end), this.position);
    this.endLine(this.position + end - start);
  }

  /** Puts `text` in front of bytes[at, position): what stands there moves. */
  insert(at: number, text: Uint8Array): void {
    this.reserve(text.length);
    this.bytes.copyWithin(at + text.length, at, this.position);
    this.bytes.set(text, at);
    this.position += text.length;
  }

  /** Adds bytes that are requests already. */
  append(text: Uint8Array): void {
    this.reserve(text.length);
    this.bytes.set(text, this.position);
    this.position += text.length;
  }

  /** Takes away bytes[0, count). */
  drop(count: number): void {
    if (count === 0) return;
    const kept = this.position - count;
    if (kept > 0) this.bytes.copyWithin(0, count, this.position);
    else if (this.bytes.length > KEPT_BYTES) this.use(new Uint8Array(FIRST_BYTES));
    this.position = kept;
  }

  private header(sign: number, value: number): void {
    this.reserve(HEADER_BYTES_MAX);
    const { bytes } = this;
    let at = this.position;
    bytes[at++] = sign;
    this.endLine(formatSafeInteger(bytes, at, value));
  }

  private endLine(at: number): void {
    this.bytes[at] = CR;
    this.bytes[at + 1] = LF;
    this.position = at + 2;
  }

  private copy(source: DataView, start: number, end: number): void {
    this.reserve(end - start);
    copyWords(this.data, this.position, source, start, end);
    this.position += end - start;
  }

  private reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.position));
    this.use(grown);
  }

  private use(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.data = dataViewOf(bytes);
  }
}

// Where the request begins in the buffer it came in, if it stands there as it should be written; else -1. A request of one
// line, one that was copied, and one with anything but line ends between its arguments do not.
function startOfSent({ bytes, starts, ends, count }: Args): number {
  for (let i = 0; i < count; i++) {
    const end = ends[i] as number;
    if (bytes[end] !== CR || bytes[end + 1] !== LF) return -1;
    if (i > 0 && (starts[i] as number) - (ends[i - 1] as number) < GAP_MIN) return -1;
  }
  const afterLength = lineBefore(bytes, starts[0] as number, DOLLAR);
  return afterLength < 0 ? -1 : lineBefore(bytes, afterLength, STAR);
}

// Where the line that ends at `end` begins, if it is a sign with digits; else -1.
function lineBefore(bytes: Uint8Array, end: number, sign: number): number {
  if (end < 4 || bytes[end - 1] !== LF || bytes[end - 2] !== CR) return -1;
  let at = end - 3;
  while (at > 0 && isDigit(bytes[at] as number)) at--;
  return bytes[at] === sign && at < end - 3 ? at : -1;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
