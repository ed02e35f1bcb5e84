// SINTERCARD: how many members several sets have in common.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { readIndex } from "../string/index-range.ts";
import { after, integer, key, optional, repeated } from "../syntax.ts";
import { commonCount } from "./set-algebra.ts";

export const sintercard = defineCommand({
  name: "sintercard",
  summary: "Returns how many members several sets have in common.",
  since: "7.0.0",
  group: "set",
  complexity: "O(N*M) for M sets and N members of the smallest.",
  flags: ["readonly", "movablekeys"],
  syntax: [
    integer("numkeys"),
    repeated(key("RO access")),
    optional(after("LIMIT", integer("limit", "count"))),
  ],
  keySpecs: [{ flags: "RO access", begin: { index: 1 }, find: { numkeysAt: 0, firstKeyAt: 1, step: 1 } }],
  class: "exact",
  run(context) {
    const { args, reply } = context;
    const numkeys = readIndex(args, 1);
    if (!(numkeys >= 1)) return reply.error(errors.numkeysNotPositive);
    if (numkeys > args.count - 2) return reply.error(errors.numkeysTooLarge);
    let limit = 0;
    for (let i = 2 + numkeys; i < args.count; i += 2) {
      if (i + 1 === args.count || !args.is(i, "limit")) return reply.error(errors.syntax);
      limit = readIndex(args, i + 1);
      if (!(limit >= 0)) return reply.error(errors.limitNegative);
    }
    const common = commonCount(context, 2, numkeys, limit);
    if (common < 0) return reply.error(errors.wrongType);
    reply.int(common);
  },
});
