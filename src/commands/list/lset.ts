// LSET: replaces the element at an index, which counts from the end when it is negative.

import { EVENT_LIST } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { readIndex } from "../string/index-range.ts";
import { integer, key, string } from "../syntax.ts";

export const lset = defineCommand({
  name: "lset",
  summary: "Replaces the element of a list at an index.",
  since: "1.0.0",
  group: "list",
  complexity: "O(log(N)) in a list of N elements.",
  flags: ["write", "denyoom"],
  syntax: [key("RW update"), integer("index"), string("element")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const list = keyspace.listForUpdate(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    if (!list.exists) return reply.error(errors.noSuchKey);
    const index = readIndex(args, 2);
    if (Number.isNaN(index)) return reply.error(errors.notAnInteger);
    if (!list.seek(index < 0 ? list.length + index : index)) return reply.error(errors.outOfRange);
    list.replace(args, 3);
    keyspace.notify(EVENT_LIST, "lset", args, 1);
    reply.ok();
  },
});
