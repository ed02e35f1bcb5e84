// LINSERT: puts an element before or after the first one that equals a pivot.

import { EVENT_LIST } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, oneOf, string, word } from "../syntax.ts";

export const linsert = defineCommand({
  name: "linsert",
  summary: "Puts an element before or after another one of a list.",
  since: "2.2.0",
  group: "list",
  complexity: "O(N) for N elements up to the pivot.",
  flags: ["write", "denyoom"],
  syntax: [
    key("RW insert"),
    oneOf("where", word("BEFORE"), word("AFTER")),
    string("pivot"),
    string("element"),
  ],
  class: "exact",
  run({ keyspace, args, reply }) {
    const after = args.is(2, "after");
    if (!after && !args.is(2, "before")) return reply.error(errors.syntax);
    const list = keyspace.listForUpdate(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    if (!list.exists) return reply.int(0);
    list.setPattern(args, 3);
    for (let more = list.first(); more; more = list.next()) {
      if (!list.matches()) continue;
      list.insert(args, 4, after);
      keyspace.notify(EVENT_LIST, "linsert", args, 1);
      return reply.int(list.length);
    }
    reply.int(-1);
  },
});
