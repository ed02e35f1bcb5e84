// LLEN: how many elements a list has.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const llen = defineCommand({
  name: "llen",
  summary: "Returns how many elements a list has.",
  since: "1.0.0",
  group: "list",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const list = keyspace.readList(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    reply.int(list.length);
  },
});
