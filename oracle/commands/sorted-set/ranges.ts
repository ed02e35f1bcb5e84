// Ranges of sorted sets: by rank, by score, by member.
//
// A range by member makes sense only where all scores are equal. Where they are not, what a listpack answers follows
// from walking it from its end; what a skiplist answers depends on how high its nodes happen to be, so that several
// runs of members are right: those that could begin where a search for the nearer end stops.

import { parseBound } from "../../doubles.ts";
import type { SortedSetValue } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { error, type Reply } from "../../reply.ts";
import type { Ranked } from "../../sorted-sets.ts";
import { notAnInteger } from "../../strings.ts";

export type ScoreRange = { readonly min: ScoreBound; readonly max: ScoreBound };
type ScoreBound = { readonly limit: number; readonly isOpen: boolean };

export type MemberRange = { readonly min: MemberBound; readonly max: MemberBound };
type MemberBound =
  | { readonly kind: "lowest" | "highest" }
  | { readonly kind: "member"; readonly member: string; readonly isOpen: boolean };

/** First and last rank asked for, negative ones from the end; or the error. */
export function rankRange(
  first: string,
  last: string,
): { readonly first: number; readonly last: number } | Reply {
  const from = int64(first);
  const to = int64(last);
  return from === undefined || to === undefined ? notAnInteger : { first: Number(from), last: Number(to) };
}

export function byRank(
  rows: readonly Ranked[],
  { first, last }: { readonly first: number; readonly last: number },
): readonly Ranked[] {
  const from = Math.max(first < 0 ? first + rows.length : first, 0);
  const to = last < 0 ? last + rows.length : last;
  return from > to ? [] : rows.slice(from, to + 1);
}

export function scoreRange(min: string, max: string): ScoreRange | Reply {
  const low = scoreBound(min);
  const high = scoreBound(max);
  return low === undefined || high === undefined
    ? error("ERR min or max is not a float")
    : { min: low, max: high };
}

function scoreBound(text: string): ScoreBound | undefined {
  const isOpen = text.startsWith("(");
  const limit = parseBound(isOpen ? text.slice(1) : text);
  return limit === undefined ? undefined : { limit, isOpen };
}

export function byScore(rows: readonly Ranked[], range: ScoreRange): readonly Ranked[] {
  const { min, max } = range;
  return rows.filter(([, score]) => {
    if (min.isOpen ? score <= min.limit : score < min.limit) return false;
    return max.isOpen ? score < max.limit : score <= max.limit;
  });
}

export function memberRange(min: string, max: string): MemberRange | Reply {
  const low = memberBound(min);
  const high = memberBound(max);
  if (low === undefined || high === undefined) return error("ERR min or max not valid string range item");
  return { min: low, max: high };
}

function memberBound(text: string): MemberBound | undefined {
  const rest = text.slice(1);
  const isAlone = rest === "" || rest.startsWith("\0");
  switch (text[0]) {
    case "-":
      return isAlone ? { kind: "lowest" } : undefined;
    case "+":
      return isAlone ? { kind: "highest" } : undefined;
    case "(":
      return { kind: "member", member: rest, isOpen: true };
    case "[":
      return { kind: "member", member: rest, isOpen: false };
    default:
      return undefined;
  }
}

/** Ranks of the first member of each run that is right, forwards from `min`; none: the empty answer is right. */
export function memberStarts(
  entry: SortedSetValue,
  rows: readonly Ranked[],
  range: MemberRange,
): readonly number[] {
  if (isEmptyRange(range) || !isWithinEnds(rows, range)) return [];
  return startsOf(entry, rows, range);
}

/** The same for a removal, for which a skiplist does not ask first whether it reaches into the range at all. */
export function removalStarts(
  entry: SortedSetValue,
  rows: readonly Ranked[],
  range: MemberRange,
): readonly number[] {
  if (entry.encoding === "listpack") return memberStarts(entry, rows, range);
  const starts = startsOf(entry, rows, range);
  // A search that gets past them all ends behind the last member.
  const last = rows.at(-1);
  return last === undefined || isAbove(last[0], range.min) ? starts : [...starts, rows.length];
}

/** Ranks of the last member, for reading backwards from `max`. */
export function memberEnds(
  entry: SortedSetValue,
  rows: readonly Ranked[],
  range: MemberRange,
): readonly number[] {
  if (isEmptyRange(range) || !isWithinEnds(rows, range)) return [];
  const ends = ranksWhere(rows, (rank) => {
    const next = rows[rank + 1];
    return (
      isBelow((rows[rank] as Ranked)[0], range.max) && (next === undefined || !isBelow(next[0], range.max))
    );
  });
  return entry.encoding === "listpack" ? ends.slice(-1) : ends;
}

function startsOf(entry: SortedSetValue, rows: readonly Ranked[], range: MemberRange): readonly number[] {
  const starts = ranksWhere(rows, (rank) => {
    const previous = rows[rank - 1];
    return (
      isAbove((rows[rank] as Ranked)[0], range.min) &&
      (previous === undefined || !isAbove(previous[0], range.min))
    );
  });
  return entry.encoding === "listpack" ? starts.slice(0, 1) : starts;
}

function ranksWhere(rows: readonly Ranked[], isWanted: (rank: number) => boolean): number[] {
  return rows.map((_, rank) => rank).filter(isWanted);
}

/** Members from rank `start` on, as long as they are within the range. */
export function runFrom(rows: readonly Ranked[], start: number, range: MemberRange): readonly Ranked[] {
  return whileTrue(rows.slice(start), ([member]) => isBelow(member, range.max));
}

/** Members from rank `end` backwards, as long as they are within the range. */
export function runBack(rows: readonly Ranked[], end: number, range: MemberRange): readonly Ranked[] {
  return whileTrue(rows.slice(0, Math.max(end + 1, 0)).reverse(), ([member]) => isAbove(member, range.min));
}

function whileTrue(rows: readonly Ranked[], isWanted: (row: Ranked) => boolean): readonly Ranked[] {
  const end = rows.findIndex((row) => !isWanted(row));
  return end < 0 ? rows : rows.slice(0, end);
}

function isWithinEnds(rows: readonly Ranked[], { min, max }: MemberRange): boolean {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return false;
  return isAbove(last[0], min) && isBelow(first[0], max);
}

/** Whether a member is at or above the lower end of a range. */
export function isAbove(member: string, min: MemberBound): boolean {
  if (min.kind !== "member") return min.kind === "lowest";
  return min.isOpen ? member > min.member : member >= min.member;
}

/** Whether a member is at or below the upper end of a range. */
export function isBelow(member: string, max: MemberBound): boolean {
  if (max.kind !== "member") return max.kind === "highest";
  return max.isOpen ? member < max.member : member <= max.member;
}

function isEmptyRange({ min, max }: MemberRange): boolean {
  if (min.kind !== "member" || max.kind !== "member") {
    return min.kind !== max.kind && (min.kind === "highest" || max.kind === "lowest");
  }
  return min.member > max.member || (min.member === max.member && (min.isOpen || max.isOpen));
}
