// Request parser: RESP multi-bulk and inline requests, incremental, by byte ranges.
//
// Role: finds where arguments stand in a buffer; copies nothing. It can stop at any byte and go on when
// more have arrived: its state is positions relative to `bytes`, and `rebase` moves them when the caller
// moves the bytes. Limits and error texts are Redis 7.0's (networking.c's behaviour, asked of a server):
// a request line is searched for its end up to the first NUL, and the CR LF after a bulk is not looked at.
// Invariants:
//   - `next` after a COMPLETE is the first byte that belongs to the following request.
//   - lengths are checked before they are believed: nothing is reserved for a length that was announced
//     beyond `bulkBytesMax`.

import { parseInt64Big, parseSafeInteger } from "../lib/int64.ts";
import { Args } from "./args.ts";
import { splitInline } from "./inline.ts";

export const INCOMPLETE = 0;
export const COMPLETE = 1;
export const FAILED = 2;
export type ParseResult = 0 | 1 | 2;

/** Longest inline request or length line, in bytes. */
export const LINE_BYTES_MAX = 64 * 1024;
const MULTIBULK_MAX = 2147483647;
const UNAUTHENTICATED_MULTIBULK_MAX = 10;
const UNAUTHENTICATED_BULK_BYTES_MAX = 16384;

const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;

/** What the limits depend on; the caller changes it as clients change. */
export type ParseLimits = { bulkBytesMax: number; isAuthenticated: boolean };

export class RequestParser {
  readonly args: Args;
  /** After COMPLETE: where the next request begins. After INCOMPLETE: where to go on. */
  next = 0;
  /** After FAILED: the error reply's text. */
  error = "";
  /** Arguments still to come of a multi-bulk request; -1 between requests. */
  private remaining = -1;
  /** Length of the bulk being read; -1 while its header is to come. */
  private bulkLength = -1;

  constructor(args: Args) {
    this.args = args;
  }

  /** True between requests. */
  get isIdle(): boolean {
    return this.remaining === -1;
  }

  /** Bytes that the bulk being read still needs beyond `next`, CR LF included; 0 when not known. */
  get wantedBytes(): number {
    return this.bulkLength < 0 ? 0 : this.bulkLength + 2;
  }

  /** Parses one request from bytes[at, end). Continue an incomplete one from its `next`. */
  parse(bytes: Uint8Array, at: number, end: number, limits: ParseLimits): ParseResult {
    const args = this.args;
    let position = at;
    if (this.remaining === -1) {
      args.reset(bytes);
      if (position >= end) return this.stopAt(position);
      if (bytes[position] !== STAR) return this.parseInline(bytes, position, end);
      const short = shortLength(bytes, position + 1, end);
      if (short >= 8 && short >>> 3 <= UNAUTHENTICATED_MULTIBULK_MAX) {
        this.remaining = short >>> 3;
        this.bulkLength = -1;
        position += 3 + (short & 7);
      } else {
        const result = this.parseCount(bytes, position, end, limits);
        if (result !== COMPLETE || this.remaining === -1) return result;
        position = this.next;
      }
    }
    args.refer(bytes);
    let { remaining, bulkLength: length } = this;
    while (remaining > 0) {
      if (length === -1) {
        const short =
          bytes[position] === DOLLAR && position < end ? shortLength(bytes, position + 1, end) : -1;
        if (short >= 0 && short >>> 3 <= Math.min(UNAUTHENTICATED_BULK_BYTES_MAX, limits.bulkBytesMax)) {
          length = short >>> 3;
          position += 3 + (short & 7);
        } else {
          this.remaining = remaining;
          const result = this.parseBulkLength(bytes, position, end, limits);
          if (result !== COMPLETE) return result;
          length = this.bulkLength;
          position = this.next;
        }
      }
      if (end - position < length + 2) {
        this.remaining = remaining;
        this.bulkLength = length;
        return this.stopAt(position);
      }
      args.push(position, position + length);
      position += length + 2;
      length = -1;
      remaining--;
    }
    this.bulkLength = -1;
    this.remaining = -1;
    this.next = position;
    return COMPLETE;
  }

  // "*count\r\n" in full: any length, any fault. COMPLETE with `remaining` -1 is an empty request.
  private parseCount(bytes: Uint8Array, position: number, end: number, limits: ParseLimits): ParseResult {
    const cr = lineEnd(bytes, position + 1, Math.min(end, position + LINE_BYTES_MAX));
    if (cr < 0) {
      if (end - position > LINE_BYTES_MAX) return this.fail("ERR Protocol error: too big mbulk count string");
      return this.stopAt(position);
    }
    if (cr + 1 >= end) return this.stopAt(position);
    const count = requestLength(bytes, position + 1, cr);
    if (Number.isNaN(count) || count > MULTIBULK_MAX) {
      return this.fail("ERR Protocol error: invalid multibulk length");
    }
    if (count > UNAUTHENTICATED_MULTIBULK_MAX && !limits.isAuthenticated) {
      return this.fail("ERR Protocol error: unauthenticated multibulk length");
    }
    this.next = cr + 2;
    this.bulkLength = -1;
    if (count > 0) this.remaining = count;
    return COMPLETE;
  }

  // "$length\r\n" in full.
  private parseBulkLength(
    bytes: Uint8Array,
    position: number,
    end: number,
    limits: ParseLimits,
  ): ParseResult {
    this.bulkLength = -1;
    const cr = lineEnd(bytes, position, Math.min(end, position + LINE_BYTES_MAX));
    if (cr < 0) {
      if (end - position > LINE_BYTES_MAX) return this.fail("ERR Protocol error: too big bulk count string");
      return this.stopAt(position);
    }
    if (cr + 1 >= end) return this.stopAt(position);
    if (bytes[position] !== DOLLAR) {
      const got = String.fromCharCode(bytes[position] as number);
      return this.fail(`ERR Protocol error: expected '$', got '${got}'`);
    }
    const length = smallInteger(bytes, position + 1, cr);
    if (Number.isNaN(length) || length < 0 || length > limits.bulkBytesMax) {
      return this.fail("ERR Protocol error: invalid bulk length");
    }
    if (length > UNAUTHENTICATED_BULK_BYTES_MAX && !limits.isAuthenticated) {
      return this.fail("ERR Protocol error: unauthenticated bulk length");
    }
    this.bulkLength = length;
    this.next = cr + 2;
    return COMPLETE;
  }

  /** The buffer's bytes were moved down by `shift`: positions follow. */
  rebase(shift: number): void {
    const { args } = this;
    for (let i = 0; i < args.count; i++) {
      args.starts[i] = (args.starts[i] as number) - shift;
      args.ends[i] = (args.ends[i] as number) - shift;
    }
    this.next -= shift;
  }

  /** A parser of its own in the same state: for a client whose request waits for more bytes. */
  split(): RequestParser {
    const args = new Args(this.args.bytes);
    for (let i = 0; i < this.args.count; i++) args.push(this.args.start(i), this.args.end(i));
    const copy = new RequestParser(args);
    copy.next = this.next;
    copy.remaining = this.remaining;
    copy.bulkLength = this.bulkLength;
    this.remaining = -1;
    this.bulkLength = -1;
    return copy;
  }

  /** Forgets a request that was given up. */
  reset(): void {
    this.remaining = -1;
    this.bulkLength = -1;
  }

  private parseInline(bytes: Uint8Array, at: number, end: number): ParseResult {
    const stop = Math.min(end, at + LINE_BYTES_MAX);
    let lf = at;
    while (lf < stop && bytes[lf] !== LF && bytes[lf] !== 0) lf++;
    if (lf >= stop || bytes[lf] === 0) {
      if (end - at > LINE_BYTES_MAX) return this.fail("ERR Protocol error: too big inline request");
      return this.stopAt(at);
    }
    const lineStop = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf;
    this.next = lf + 1;
    if (!splitInline(bytes, at, lineStop, this.args)) {
      return this.fail("ERR Protocol error: unbalanced quotes in request");
    }
    return COMPLETE;
  }

  private stopAt(position: number): ParseResult {
    this.next = position;
    return INCOMPLETE;
  }

  private fail(error: string): ParseResult {
    this.error = error;
    this.reset();
    return FAILED;
  }
}

// A length of one to six digits and its CR LF, in one pass: value << 3 | digits, or -1 for anything else.
function shortLength(bytes: Uint8Array, at: number, end: number): number {
  const stop = Math.min(at + 6, end);
  let value = 0;
  let i = at;
  for (; i < stop; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === at || i + 1 >= end || bytes[i] !== CR) return -1;
  return bytes[at] === 48 && i - at > 1 ? -1 : (value << 3) | (i - at);
}

// The CR that ends a line, or -1: nothing after a NUL is looked at.
function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === CR) return i;
    if (byte === 0) return -1;
  }
  return -1;
}

// As `smallInteger`; any negative length of 64 bits is one that asks for nothing.
function requestLength(bytes: Uint8Array, start: number, end: number): number {
  const length = smallInteger(bytes, start, end);
  return Number.isNaN(length) && (parseInt64Big(bytes, start, end) ?? 0n) < 0n ? -1 : length;
}

// One to seven digits are read here, since nearly all lengths are; the rest by the strict parser.
function smallInteger(bytes: Uint8Array, start: number, end: number): number {
  const digits = end - start;
  if (digits > 0 && digits < 8) {
    let value = 0;
    let i = start;
    for (; i < end; i++) {
      const digit = (bytes[i] as number) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === end && (digits === 1 || bytes[start] !== 48)) return value;
  }
  return parseSafeInteger(bytes, start, end);
}
