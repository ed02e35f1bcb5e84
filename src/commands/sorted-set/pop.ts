// Popping: takes the members with the lowest or highest scores out of a sorted set and replies them.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { TYPE_ZSET } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import type { PopTarget } from "../pop-first.ts";
import { writeScore } from "./score-text.ts";

/** Sorted sets, as those commands see them that pop from the first of several keys. */
export const setEnds: PopTarget<SortedSetView> = {
  type: TYPE_ZSET,
  ends: ["min", "max"],
  repliesEach: 2,
  open: ({ keyspace, args }, i) => keyspace.sortedSetForUpdate(args, i),
  pop: popMembers,
};

/**
 * Takes `count` (1 .. length) members out of the set of argument i and writes them, as a flat list or in pairs; the
 * array around them is the caller's to open.
 */
export function popMembers(
  { keyspace, args, reply }: CommandContext,
  set: SortedSetView,
  i: number,
  isMax: boolean,
  count: number,
  isNested: boolean,
): void {
  const first = set.length - count;
  set.seek(isMax ? set.length - 1 : 0);
  if (count === 1) set.warm(isMax ? -1 : 1);
  for (let left = count; ; ) {
    if (isNested) reply.array(2);
    set.member.writeTo(reply);
    writeScore(reply, set.score);
    if (--left === 0) break;
    if (isMax) set.previous();
    else set.next();
  }
  if (count === 1) set.removeHere();
  else set.removeRange(isMax ? first : 0, count);
  keyspace.notify(EVENT_ZSET, isMax ? "zpopmax" : "zpopmin", args, i);
  if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, i);
}
