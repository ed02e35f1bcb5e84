// SCARD: how many members a set has.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const scard = defineCommand({
  name: "scard",
  summary: "Returns how many members a set has.",
  since: "1.0.0",
  group: "set",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.int(set.length);
  },
});
