// LTRIM: keeps the elements from one index to another and removes all others.

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_GENERIC, EVENT_LIST } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { RankRange } from "../sorted-set/rank-range.ts";
import { integer, key } from "../syntax.ts";

const range = new RankRange();

export const ltrim = defineCommand({
  name: "ltrim",
  summary: "Removes all elements of a list but those between two indexes.",
  since: "1.0.0",
  group: "list",
  complexity: "O(N) for N elements removed.",
  flags: ["write"],
  syntax: [key("RW delete"), integer("start"), integer("stop")],
  class: "exact",
  run({ keyspace, args, reply }) {
    if (!range.read(args, 2, 3)) return reply.error(errors.notAnInteger);
    const list = keyspace.listForUpdate(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    if (!list.exists) return reply.ok();
    const { length, entry } = list;
    range.locate(length);
    const { first, end } = range;
    // Who watches the key learns of it even when all elements stay.
    if (end - first === length) (entry.owner as Databases).touched(entry.db, entry.hash, 0);
    list.removeRange(end, length - end);
    list.removeRange(0, first);
    keyspace.notify(EVENT_LIST, "ltrim", args, 1);
    if (!list.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
    reply.ok();
  },
});
