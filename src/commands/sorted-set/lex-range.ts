// Lex range: "[a", "(a", "-" and "+" as bounds over the bytes of members, and the ranks between them.
//
// It is meant for sets whose scores are all equal. For others Redis's answer is what its walk comes upon; with the
// compact encoding this walk is from the first member on (or from the last one back) and is taken here too. With the
// large one it begins at some place where a member outside is followed by one inside: at which of several depends on
// chance there, and on the shape of the tree here.
// One range serves every command of a thread: it is filled by `read`, and by `locate` for a set.

import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { compareBytes } from "../../lib/bytes.ts";
import type { Args } from "../../resp/args.ts";
import type { Element } from "../../store/element.ts";
import { ENCODING_COMPACT } from "../../store/entry.ts";

const INCLUDED = 91; // "["
const EXCLUDED = 40; // "("
const LOWEST = 45; // "-"
const HIGHEST = 43; // "+"

class LexBound {
  mark = INCLUDED;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  read(args: Args, i: number): boolean {
    const { bytes } = args;
    const start = args.start(i);
    const end = args.end(i);
    if (start === end) return false;
    this.mark = bytes[start] as number;
    this.bytes = bytes;
    this.start = start + 1;
    this.end = end;
    if (this.mark === INCLUDED || this.mark === EXCLUDED) return true;
    const isAlone = end === start + 1 || bytes[start + 1] === 0;
    return isAlone && (this.mark === LOWEST || this.mark === HIGHEST);
  }

  get isValue(): boolean {
    return this.mark === INCLUDED || this.mark === EXCLUDED;
  }

  /** Where a member stands: negative before the bound, 0 at it, positive behind. */
  order(member: Element): number {
    if (!this.isValue) return this.mark === LOWEST ? 1 : -1;
    member.text();
    return compareBytes(member.bytes, member.start, member.end, this.bytes, this.start, this.end);
  }

  /** How many members are before the bound, or with `orEqual` not behind it. */
  countBelow(set: SortedSetView, orEqual: boolean): number {
    if (!this.isValue) return this.mark === LOWEST ? 0 : set.length;
    return set.countBelowMember(this.bytes, this.start, this.end, orEqual);
  }
}

function isMixed(set: SortedSetView): boolean {
  set.seek(0);
  const lowest = set.score;
  set.seek(set.length - 1);
  return set.score !== lowest;
}

export class LexRange {
  /** Ranks of the first member inside, and of the first one behind. */
  first = 0;
  end = 0;
  private readonly min = new LexBound();
  private readonly max = new LexBound();

  /** Reads the bounds from two arguments; false when one is none. */
  read(args: Args, minAt: number, maxAt: number): boolean {
    return this.min.read(args, minAt) && this.max.read(args, maxAt);
  }

  /** Sets `first` and `end`; they are equal when nothing is inside. */
  locate(set: SortedSetView, isReverse: boolean): void {
    this.first = 0;
    this.end = 0;
    if (this.isEmpty || !set.exists) return;
    if (set.entry.encoding === ENCODING_COMPACT) {
      if (isReverse) this.walkBack(set);
      else this.walk(set);
      return;
    }
    if (isMixed(set)) {
      if (!this.mayHoldSome(set)) return;
      if (isReverse) this.walkBackFrom(set, this.someEnd(set));
      else this.walkFrom(set, this.someStart(set));
      return;
    }
    this.first = this.min.countBelow(set, this.min.mark === EXCLUDED);
    this.end = Math.max(this.first, this.max.countBelow(set, this.max.mark !== EXCLUDED));
  }

  /**
   * Leaves out `count` members, at least as many as are inside: Redis steps over those outside as well, and goes on where
   * it then stands, which may be inside again where scores differ.
   */
  skip(set: SortedSetView, count: number, isReverse: boolean): void {
    const { first, end } = this;
    this.end = first;
    if (first === end || count >= (isReverse ? end : set.length - first)) return;
    if (isReverse) this.walkBackFrom(set, end - count);
    else this.walkFrom(set, first + count);
  }

  /** How many members are inside, for ZLEXCOUNT. */
  count(set: SortedSetView): number {
    if (!set.exists || this.isEmpty || set.entry.encoding === ENCODING_COMPACT || !isMixed(set)) {
      this.locate(set, false);
      return this.end - this.first;
    }
    // As in Redis the difference of two ranks, each found by itself; an end that is not inside counts as the last.
    if (!this.mayHoldSome(set)) return 0;
    const first = this.someStart(set);
    if (!set.seek(first) || !this.isBelowMax(set.member)) return 0;
    const end = this.someEnd(set);
    const isInside = end > 0 && set.seek(end - 1) && this.isAboveMin(set.member);
    return (isInside ? end : set.length) - first;
  }

  private get isEmpty(): boolean {
    const { min, max } = this;
    if (!min.isValue || !max.isValue) return min.mark === HIGHEST || max.mark === LOWEST;
    const order = compareBytes(min.bytes, min.start, min.end, max.bytes, max.start, max.end);
    return order > 0 || (order === 0 && (min.mark === EXCLUDED || max.mark === EXCLUDED));
  }

  // A rank whose member is at or above the lower bound while the one before it is below; the length when none is above.
  private someStart(set: SortedSetView): number {
    let rank = Math.min(this.min.countBelow(set, this.min.mark === EXCLUDED), set.length);
    const found = rank;
    while (set.seek(rank) && !this.isAboveMin(set.member)) rank++;
    if (rank > found) return rank;
    while (rank > 0 && set.seek(rank - 1) && this.isAboveMin(set.member)) rank--;
    return rank;
  }

  // The same for the upper bound, from behind: the rank after such a member, or 0.
  private someEnd(set: SortedSetView): number {
    let rank = Math.min(this.max.countBelow(set, this.max.mark !== EXCLUDED), set.length);
    const found = rank;
    while (rank > 0 && set.seek(rank - 1) && !this.isBelowMax(set.member)) rank--;
    if (rank < found) return rank;
    while (set.seek(rank) && this.isBelowMax(set.member)) rank++;
    return rank;
  }

  private walkFrom(set: SortedSetView, first: number): void {
    this.first = first;
    this.end = first;
    for (let more = set.seek(first); more && this.isBelowMax(set.member); more = set.next()) this.end++;
  }

  private walkBackFrom(set: SortedSetView, end: number): void {
    this.end = end;
    this.first = end;
    for (let more = set.seek(end - 1); more && this.isAboveMin(set.member); more = set.previous())
      this.first--;
  }

  private walk(set: SortedSetView): void {
    if (!this.mayHoldSome(set)) return;
    let rank = 0;
    let more = set.seek(0);
    for (; more && !this.isAboveMin(set.member); more = set.next()) rank++;
    this.first = rank;
    for (; more && this.isBelowMax(set.member); more = set.next()) rank++;
    this.end = rank;
  }

  private walkBack(set: SortedSetView): void {
    if (!this.mayHoldSome(set)) return;
    let rank = set.length;
    let more = set.seek(rank - 1);
    for (; more && !this.isBelowMax(set.member); more = set.previous()) rank--;
    this.end = rank;
    for (; more && this.isAboveMin(set.member); more = set.previous()) rank--;
    this.first = rank;
  }

  // The last member is not before the range, and the first one not behind it.
  private mayHoldSome(set: SortedSetView): boolean {
    set.seek(set.length - 1);
    if (!this.isAboveMin(set.member)) return false;
    set.seek(0);
    return this.isBelowMax(set.member);
  }

  private isAboveMin(member: Element): boolean {
    const order = this.min.order(member);
    return this.min.mark === EXCLUDED ? order > 0 : order >= 0;
  }

  private isBelowMax(member: Element): boolean {
    const order = this.max.order(member);
    return this.max.mark === EXCLUDED ? order < 0 : order <= 0;
  }
}
