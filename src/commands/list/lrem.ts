// LREM: removes the elements that equal one, from the beginning, or with a negative count from the end.

import { EVENT_GENERIC, EVENT_LIST } from "../../keyspace/key-events.ts";
import type { ListView } from "../../keyspace/list-view.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { readIndex } from "../string/index-range.ts";
import { integer, key, string } from "../syntax.ts";

export const lrem = defineCommand({
  name: "lrem",
  summary: "Removes elements of a list that equal one.",
  since: "1.0.0",
  group: "list",
  complexity: "O(N+M*log(N)) in a list of N elements, M of which are removed.",
  flags: ["write"],
  syntax: [key("RW delete"), integer("count"), string("element")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const count = readIndex(args, 2);
    if (Number.isNaN(count)) return reply.error(errors.notAnInteger);
    const list = keyspace.listForUpdate(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    list.setPattern(args, 3);
    const removed = count < 0 ? removeFromTail(list, -count) : removeFromHead(list, count || list.length);
    if (removed > 0) {
      keyspace.notify(EVENT_LIST, "lrem", args, 1);
      if (!list.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
    }
    reply.int(removed);
  },
});

// Both remove up to `count` elements that match the pattern and return how many there were.

function removeFromHead(list: ListView, count: number): number {
  let removed = 0;
  let more = list.first();
  while (more && removed < count) {
    if (list.matches()) {
      const { position } = list;
      list.remove();
      removed++;
      more = list.seek(position);
    } else {
      more = list.next();
    }
  }
  return removed;
}

function removeFromTail(list: ListView, count: number): number {
  let removed = 0;
  let more = list.last();
  while (more && removed < count) {
    if (list.matches()) {
      const { position } = list;
      list.remove();
      removed++;
      more = list.seek(position - 1);
    } else {
      more = list.previous();
    }
  }
  return removed;
}
