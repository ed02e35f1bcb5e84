// Counts as arguments: how many elements to return, how many keys follow.

import type { Args } from "../resp/args.ts";
import { readIndex } from "./string/index-range.ts";

/** Argument i as a count of at least `least`, or NaN. Beyond 2^53 the nearest double stands for it. */
export function readCount(args: Args, i: number, least: number): number {
  const count = readIndex(args, i);
  return count >= least ? count : Number.NaN;
}
