// Sort query: what the arguments of SORT ask for.
//
// Options may come in any order and more than once; the last one counts, but for GET, which adds a column each time,
// and for BY without a star, which leaves the order alone whatever comes after.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { readIndex } from "../string/index-range.ts";
import { SortPattern } from "./sort-pattern.ts";

export class SortQuery {
  isDescending = false;
  isAlphabetic = false;
  /** What to sort by instead of the elements. */
  by: SortPattern | undefined = undefined;
  /** The elements stay in their order. */
  isUnsorted = false;
  readonly columns: SortPattern[] = [];
  /** The argument that is the key to store into; 0 without. */
  storeAt = 0;
  /** As LIMIT has them: a negative count is all. */
  offset = 0;
  count = -1;

  /**
   * Reads the arguments from 2 on; the error of the first that is wrong. `mayReadEveryKey`: patterns lead to keys that
   * no rule was asked about. `isInCluster`: which may be another node's.
   */
  read(args: Args, mayStore: boolean, mayReadEveryKey: boolean, isInCluster: boolean): string | undefined {
    for (let i = 2; i < args.count; i++) {
      const left = args.count - i - 1;
      if (args.is(i, "asc")) this.isDescending = false;
      else if (args.is(i, "desc")) this.isDescending = true;
      else if (args.is(i, "alpha")) this.isAlphabetic = true;
      else if (args.is(i, "limit") && left >= 2) {
        this.offset = readIndex(args, i + 1);
        this.count = readIndex(args, i + 2);
        if (Number.isNaN(this.offset) || Number.isNaN(this.count)) return errors.notAnInteger;
        i += 2;
      } else if (mayStore && args.is(i, "store") && left >= 1) {
        this.storeAt = ++i;
      } else if (args.is(i, "by") && left >= 1) {
        this.by = new SortPattern(args, ++i);
        if (!this.by.hasStar) this.isUnsorted = true;
        else if (isInCluster) return errors.sortByInCluster;
        else if (!mayReadEveryKey) return errors.sortByDenied;
      } else if (args.is(i, "get") && left >= 1) {
        if (isInCluster) return errors.sortGetInCluster;
        if (!mayReadEveryKey) return errors.sortGetDenied;
        this.columns.push(new SortPattern(args, ++i));
      } else {
        return errors.syntax;
      }
    }
    return undefined;
  }

  /** Makes the order alphabetic after all, by the elements themselves. */
  forceAlphabetic(): void {
    this.isUnsorted = false;
    this.isAlphabetic = true;
    this.by = undefined;
  }

  /** The places of `length` elements that LIMIT leaves: the first, and the one behind the last. */
  placesOf(length: number): { readonly first: number; readonly end: number } {
    const first = Math.min(Math.max(this.offset, 0), length);
    const count = Math.min(Math.max(this.count, -1), length);
    return { first, end: count < 0 ? length : Math.min(first + count, length) };
  }
}
