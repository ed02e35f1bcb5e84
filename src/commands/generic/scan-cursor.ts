// Scan cursors as arguments of SCAN, HSCAN, SSCAN and ZSCAN.

import type { CommandContext } from "../context.ts";

const NUL = 0;
const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const DIGITS_OF_SAFE = 15; // any integer of so many digits is a safe one
const DIGITS_OF_UINT64 = 20;

/**
 * Argument i as a cursor, read as the C library's strtoul does: up to a NUL, with a sign, a negative one
 * counted down from 2^64. NaN when it is none. Values from 2^53 on come out as approximations.
 */
export function scanCursor({ args }: CommandContext, i: number): number {
  const { bytes } = args;
  const start = args.start(i);
  let end = args.end(i);
  const sign = bytes[start];
  let first = start < end && (sign === PLUS || sign === MINUS) ? start + 1 : start;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit === NUL - ZERO) end = at;
    else if (digit < 0 || digit > 9) return Number.NaN;
    else value = value * 10 + digit;
  }
  if (first === end) return first === start ? 0 : Number.NaN;
  if (start === first && end - first <= DIGITS_OF_SAFE) return value;
  while (first < end && bytes[first] === ZERO) first++;
  if (end - first > DIGITS_OF_UINT64) return Number.NaN;
  let exact = 0n;
  for (let at = first; at < end; at++) exact = exact * 10n + BigInt((bytes[at] as number) - ZERO);
  if (exact >= 2n ** 64n) return Number.NaN;
  return Number(sign === MINUS ? BigInt.asUintN(64, -exact) : exact);
}
