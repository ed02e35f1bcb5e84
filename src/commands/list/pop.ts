// Popping: takes elements off an end of a list and replies them.

import { EVENT_GENERIC, EVENT_LIST } from "../../keyspace/key-events.ts";
import type { ListView } from "../../keyspace/list-view.ts";
import type { Args } from "../../resp/args.ts";
import type { CommandContext } from "../context.ts";
import { readIndex } from "../string/index-range.ts";

/** Argument i as a count of at least `least`, or NaN. Beyond 2^53 the nearest double stands for it. */
export function readCount(args: Args, i: number, least: number): number {
  const count = readIndex(args, i);
  return count >= least ? count : Number.NaN;
}

/**
 * Takes `count` (1 .. length) elements off the list of argument i, the outermost first, and writes them; the array
 * around them is the caller's to open.
 */
export function popElements(
  context: CommandContext,
  list: ListView,
  i: number,
  fromTail: boolean,
  count: number,
): void {
  const { reply } = context;
  const first = fromTail ? list.length - count : 0;
  list.seek(fromTail ? list.length - 1 : 0);
  for (let left = count; ; ) {
    list.element.writeTo(reply);
    if (--left === 0) break;
    if (fromTail) list.previous();
    else list.next();
  }
  list.removeRange(first, count);
  tellPopped(context, list, i, fromTail);
}

/** Tells of an element taken off the list of argument i, and of the key when it went along. */
export function tellPopped(
  { keyspace, args }: CommandContext,
  list: ListView,
  i: number,
  fromTail: boolean,
): void {
  keyspace.notify(EVENT_LIST, fromTail ? "rpop" : "lpop", args, i);
  if (!list.exists) keyspace.notify(EVENT_GENERIC, "del", args, i);
}
