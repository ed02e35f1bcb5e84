// Popping: takes elements off an end of a list and replies them.

import { EVENT_GENERIC, EVENT_LIST } from "../../keyspace/key-events.ts";
import type { ListView } from "../../keyspace/list-view.ts";
import { TYPE_LIST } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import type { PopTarget } from "../pop-first.ts";

/** Lists, as those commands see them that pop from the first of several keys. */
export const listEnds: PopTarget<ListView> = {
  type: TYPE_LIST,
  ends: ["left", "right"],
  repliesEach: 1,
  open: ({ keyspace, args }, i) => keyspace.listForUpdate(args, i),
  pop: popElements,
};

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
