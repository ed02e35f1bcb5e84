// SISMEMBER and SMISMEMBER: whether one or several values are members of a set.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const sismember = defineCommand({
  name: "sismember",
  summary: "Tells whether a value is a member of a set.",
  since: "1.0.0",
  group: "set",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO"), string("member")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.int(set.has(args, 2) ? 1 : 0);
  },
});

export const smismember = defineCommand({
  name: "smismember",
  summary: "Tells for each of several values whether it is a member of a set.",
  since: "6.2.0",
  group: "set",
  complexity: "O(N) for N values.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), repeated(string("member"))],
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.array(args.count - 2);
    for (let i = 2; i < args.count; i++) reply.int(set.has(args, i) ? 1 : 0);
  },
});
