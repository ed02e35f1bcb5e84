// Log reader: the requests of an append-only file, one at a time, and how far the file is whole.
//
//   file   | request | MULTI | request | EXEC | request | req
//                                                       ^ wholeOffset: what may be kept of a file that was cut off
//
// Role: reads what Redis writes, lines that begin with # and say when (aof-timestamp-enabled) included. Where the file ends in the middle
// of a request, or before the EXEC of a MULTI, it was cut off; anything else that is no request is damage.
// Invariants:
//   - `args` is valid until the next call.
//   - no length is believed that the file cannot hold.

import { Args } from "../resp/args.ts";
import type { ByteSource } from "./byte-source.ts";

const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;
const HASH = 35;
/** Of a line with a number; Redis reads no longer ones. */
const LINE_BYTES_MAX = 128;
const WORDS_MAX = 2 ** 31 - 1;
const WORD_BYTES_MAX = 2 ** 31 - 1;
/** The least that a word takes: `$0`, and two line ends. */
const WORD_BYTES_MIN = 6;

export type LogStep = "request" | "end" | "cut" | "damaged";

export class LogReader {
  readonly args = new Args(new Uint8Array(0));
  /** Why it is damaged. */
  reason = "";
  private readonly source: ByteSource;
  /** What `readNumber` has found: the number, and where what follows it begins in the window. */
  private number = 0;
  private numberEnd = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** Where the next request begins in the file; after "cut" or "damaged", the one that could not be read. */
  get offset(): number {
    return this.source.offset;
  }

  /** Reads the next request into `args`. */
  next(): LogStep {
    const { source, args } = this;
    args.reset(source.window);
    source.settle();
    for (;;) {
      if (!source.need(source.at, 1)) return source.hasFailed ? this.damaged("it cannot be read") : "end";
      if (source.window[source.at] !== HASH) break;
      const end = this.lineEnd(source.at);
      if (end < 0) return end === -1 ? this.short() : this.damaged("a line is too long");
      source.at = end;
      source.settle();
    }
    const step = this.readNumber(source.at, STAR, WORDS_MAX);
    if (step !== "request") return step;
    const words = this.number;
    if (words < 1) return this.damaged("a request has no words");
    let at = this.numberEnd;
    if (words * WORD_BYTES_MIN > source.sizeBytes - source.offset) return this.short();
    for (let i = 0; i < words; i++) {
      const stepOfWord = this.readNumber(at, DOLLAR, WORD_BYTES_MAX);
      if (stepOfWord !== "request") return stepOfWord;
      const start = this.numberEnd;
      const end = start + this.number;
      if (!source.need(start, this.number + 2)) return this.short();
      const { window } = source;
      if (window[end] !== CR || window[end + 1] !== LF) return this.damaged("a word has no end");
      args.push(start, end);
      at = end + 2;
    }
    // The window may have been replaced by a larger one while it was read.
    args.refer(source.window);
    source.at = at;
    return "request";
  }

  // The file ends here, or cannot be read.
  private short(): LogStep {
    return this.source.hasFailed ? this.damaged("it cannot be read") : "cut";
  }

  private damaged(reason: string): LogStep {
    this.reason = reason;
    return "damaged";
  }

  // Reads the line of a sign and a number.
  private readNumber(at: number, sign: number, max: number): LogStep {
    const { source } = this;
    if (!source.need(at, 1)) return this.short();
    if (source.window[at] !== sign) {
      return this.damaged(sign === STAR ? "a request should begin here" : "a word should begin here");
    }
    const end = this.lineEnd(at);
    if (end < 0) return end === -1 ? this.short() : this.damaged("a line is too long");
    const { window } = source;
    let value = 0;
    const last = window[end - 2] === CR ? end - 2 : end - 1;
    for (let i = at + 1; i < last; i++) {
      const digit = (window[i] as number) - 48;
      if (digit < 0 || digit > 9) return this.damaged("a number is none");
      value = value * 10 + digit;
      if (value > max) return this.damaged("a number is too large");
    }
    if (last === at + 1) return this.damaged("a number is missing");
    this.number = value;
    this.numberEnd = end;
    return "request";
  }

  // Behind the line that begins at `at`; -1: the file ends before, -2: it is too long.
  private lineEnd(at: number): number {
    const { source } = this;
    for (let i = at; i < at + LINE_BYTES_MAX; i++) {
      if (!source.need(i, 1)) return -1;
      if (source.window[i] === LF) return i + 1;
    }
    return -2;
  }
}
