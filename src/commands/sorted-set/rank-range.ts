// Rank range: start and stop, both inclusive, where a negative rank counts from the end, and the ranks they come to.
//
// One range serves every command of a thread: it is filled by `read`, and by `locate` for a set.

import type { Args } from "../../resp/args.ts";
import { readIndex } from "../string/index-range.ts";

export class RankRange {
  /** The first rank inside, and the first one behind. */
  first = 0;
  end = 0;
  private start = 0;
  private stop = 0;

  /** Reads the bounds from two arguments; false when one is no integer. */
  read(args: Args, startAt: number, stopAt: number): boolean {
    this.start = readIndex(args, startAt);
    this.stop = readIndex(args, stopAt);
    return !Number.isNaN(this.start) && !Number.isNaN(this.stop);
  }

  /** Sets `first` and `end` in a set of `length`; they are equal when nothing is inside. */
  locate(length: number): void {
    const { start, stop } = this;
    this.first = Math.min(length, Math.max(0, start < 0 ? length + start : start));
    this.end = Math.max(this.first, Math.min(length, (stop < 0 ? length + stop : stop) + 1));
  }
}
