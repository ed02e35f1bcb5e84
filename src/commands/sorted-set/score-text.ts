// Scores as arguments and in replies.

import { latin1Text } from "../../lib/bytes.ts";
import { scanFloat } from "../../lib/float-text.ts";
import { parseDouble } from "../../lib/format-double.ts";
import type { Args } from "../../resp/args.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";

const NUL = 0;
const MINUS = 45;

/** Argument i as a score, or undefined when it is none. */
export function readScore(args: Args, i: number): number | undefined {
  return parseDouble(args.bytes, args.start(i), args.end(i));
}

/** Writes a score: a double. Whole numbers, which most are, cost no text. */
export function writeScore(reply: ReplyWriter, score: number): void {
  if (reply.protocol === 2 && Number.isSafeInteger(score) && !Object.is(score, -0)) reply.bulkInt(score);
  else reply.double(score);
}

/**
 * The number in bytes[start, end) as the C library's strtod reads it where nobody asks how it went: up to a NUL, behind
 * blanks, nothing at all being 0, and what is too large being infinite. NaN when it is none.
 */
export function parseLoosely(bytes: Uint8Array, start: number, end: number): number {
  let to = start;
  while (to < end && bytes[to] !== NUL) to++;
  if (to === start) return 0;
  let from = start;
  while (from < to && isBlank(bytes[from] as number)) from++;
  const value = parseDouble(bytes, from, to);
  if (value !== undefined) return value;
  const shape = scanFloat(bytes, from, to);
  if (shape === "decimal") return Number(latin1Text(bytes, from, to));
  if (shape !== "hex") return Number.NaN;
  // A double does not hold it: it is either too small or too large.
  const magnitude = latin1Text(bytes, from, to).toLowerCase().includes("p-") ? 0 : Number.POSITIVE_INFINITY;
  return bytes[from] === MINUS ? -magnitude : magnitude;
}

function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
