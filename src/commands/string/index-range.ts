// Index ranges: the start and end arguments of GETRANGE, BITCOUNT and BITPOS, both inclusive, where a
// negative index counts from the end.
//
// An index may be any signed 64-bit integer. Beyond 2^53 the nearest double stands for it: no string is that
// long, so it is clamped all the same. Only two such indexes compared with each other need more care.

import type { Args } from "../../resp/args.ts";

/** Argument i as an index; NaN when it is not a signed 64-bit integer. */
export function readIndex(args: Args, i: number): number {
  const index = args.safeInteger(i);
  if (!Number.isNaN(index)) return index;
  const wide = args.bigInteger(i);
  return wide === undefined ? Number.NaN : Number(wide);
}

/** True when arguments i and i + 1, read as `start` and `end`, both count from the end and are in reverse. */
export function isReversedFromEnd(args: Args, i: number, start: number, end: number): boolean {
  if (start >= 0 || end >= 0) return false;
  if (start !== end || Number.isSafeInteger(start)) return start > end;
  return (args.bigInteger(i) ?? 0n) > (args.bigInteger(i + 1) ?? 0n);
}

/** The place of a start index in something of `length`: 0 or more, and possibly past the end. */
export function startPlace(index: number, length: number): number {
  return index >= 0 ? index : Math.max(0, length + index);
}

/** The place of an end index in something of `length`: at most the last one, -1 when there is none. */
export function endPlace(index: number, length: number): number {
  return Math.min(startPlace(index, length), length - 1);
}
