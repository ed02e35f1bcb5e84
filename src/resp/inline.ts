// Inline requests: a line of words, quoted as redis-cli quotes ("\x41\n", 'it\'s').
//
// Words without quotes are ranges of the line itself; a quoted word is rewritten into a buffer that
// replaces the line, which is fine since only people and health checks type inline requests.

import type { Args } from "./args.ts";

const DOUBLE = 34;
const SINGLE = 39;
const BACKSLASH = 92;

/** Splits bytes[start, end) into `args`; false when quotes do not balance or a word follows one directly. */
export function splitInline(bytes: Uint8Array, start: number, end: number, args: Args): boolean {
  let isPlain = true;
  for (let i = start; i < end && isPlain; i++) {
    const byte = bytes[i] as number;
    if (byte === DOUBLE || byte === SINGLE) isPlain = false;
  }
  return isPlain ? splitPlain(bytes, start, end, args) : splitQuoted(bytes, start, end, args);
}

function splitPlain(bytes: Uint8Array, start: number, end: number, args: Args): boolean {
  let at = start;
  for (;;) {
    while (at < end && isSpace(bytes[at] as number)) at++;
    if (at >= end) return true;
    const from = at;
    while (at < end && !endsWord(bytes[at] as number)) at++;
    args.push(from, at);
  }
}

function splitQuoted(bytes: Uint8Array, start: number, end: number, args: Args): boolean {
  const out = new Uint8Array(end - start);
  args.reset(out);
  let at = start;
  let to = 0;
  for (;;) {
    while (at < end && isSpace(bytes[at] as number)) at++;
    if (at >= end) return true;
    const from = to;
    let quote = 0;
    for (;;) {
      if (at >= end) {
        if (quote !== 0) return false;
        break;
      }
      const byte = bytes[at] as number;
      if (quote === 0) {
        if (endsWord(byte)) break;
        at++;
        if (byte === DOUBLE || byte === SINGLE) quote = byte;
        else out[to++] = byte;
      } else if (byte === BACKSLASH && quote === SINGLE && bytes[at + 1] === SINGLE && at + 1 < end) {
        out[to++] = SINGLE;
        at += 2;
      } else if (byte === BACKSLASH && quote === DOUBLE && at + 1 < end) {
        const hex = at + 3 < end && bytes[at + 1] === 120 ? hexByte(bytes[at + 2], bytes[at + 3]) : -1;
        out[to++] = hex >= 0 ? hex : unescaped(bytes[at + 1] as number);
        at += hex >= 0 ? 4 : 2;
      } else if (byte === quote) {
        // A closing quote must end the word.
        if (at + 1 < end && !isSpace(bytes[at + 1] as number)) return false;
        at++;
        quote = 0;
        break;
      } else {
        out[to++] = byte;
        at++;
      }
    }
    args.push(from, to);
  }
}

// What is skipped before a word and may follow a closing quote.
function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

// Vertical tab and form feed do not end a word, as in Redis.
function endsWord(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13 || byte === 0;
}

function hexByte(high: number | undefined, low: number | undefined): number {
  const a = hexDigit(high ?? 0);
  const b = hexDigit(low ?? 0);
  return a < 0 || b < 0 ? -1 : a * 16 + b;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function unescaped(byte: number): number {
  if (byte === 110) return 10;
  if (byte === 114) return 13;
  if (byte === 116) return 9;
  if (byte === 98) return 8;
  if (byte === 97) return 7;
  return byte;
}
