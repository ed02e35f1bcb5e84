// Popping: takes the members with the lowest or highest scores out of the first of some keys that holds any.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import type { CommandContext } from "../context.ts";
import { writeScore } from "./score-text.ts";

/** Argument i as a count of at least `least`, or NaN. Beyond 2^53 the nearest double stands for it. */
export function readCount({ args }: CommandContext, i: number, least: number): number {
  const count = args.safeInteger(i);
  if (count >= least) return count;
  const wide = Number.isNaN(count) ? args.bigInteger(i) : undefined;
  return wide !== undefined && wide >= BigInt(least) ? Number(wide) : Number.NaN;
}

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
  for (let left = count; ; ) {
    if (isNested) reply.array(2);
    set.member.writeTo(reply);
    writeScore(reply, set.score);
    if (--left === 0) break;
    if (isMax) set.previous();
    else set.next();
  }
  set.removeRange(isMax ? first : 0, count);
  keyspace.notify(EVENT_ZSET, isMax ? "zpopmax" : "zpopmin", args, i);
  if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, i);
}
