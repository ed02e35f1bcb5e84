// Score range: "1.5", "(1.5" and "-inf" as bounds, and the ranks between them.
//
// One range serves every command of a thread: it is filled by `read`, and by `locate` for a set.

import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import type { Args } from "../../resp/args.ts";
import { parseLoosely } from "./score-text.ts";

const OPEN = 40; // "("

export class ScoreRange {
  /** Ranks of the first member inside, and of the first one behind. */
  first = 0;
  end = 0;
  private min = 0;
  private max = 0;
  private isMinOutside = false;
  private isMaxOutside = false;

  /** Reads the bounds from two arguments; false when one is none. */
  read(args: Args, minAt: number, maxAt: number): boolean {
    this.isMinOutside = args.bytes[args.start(minAt)] === OPEN && args.length(minAt) > 0;
    this.isMaxOutside = args.bytes[args.start(maxAt)] === OPEN && args.length(maxAt) > 0;
    this.min = parseLoosely(args.bytes, args.start(minAt) + (this.isMinOutside ? 1 : 0), args.end(minAt));
    this.max = parseLoosely(args.bytes, args.start(maxAt) + (this.isMaxOutside ? 1 : 0), args.end(maxAt));
    return !Number.isNaN(this.min) && !Number.isNaN(this.max);
  }

  /** Includes both bounds, which are numbers. */
  set(min: number, max: number): void {
    this.min = min;
    this.max = max;
    this.isMinOutside = false;
    this.isMaxOutside = false;
  }

  /** Excludes the upper bound. */
  excludeMax(): void {
    this.isMaxOutside = true;
  }

  /** Sets `first` and `end`; they are equal when nothing is inside. */
  locate(set: SortedSetView): void {
    this.first = set.countBelow(this.min, this.isMinOutside);
    this.end = this.min > this.max ? this.first : set.countBelow(this.max, !this.isMaxOutside);
    if (this.end < this.first) this.end = this.first;
  }
}
