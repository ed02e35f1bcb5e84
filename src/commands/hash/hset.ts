// HSET and HMSET: set fields of a hash; they differ in what they answer.

import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { block, key, repeated, string } from "../syntax.ts";

const pairs = repeated(block("field_value", string("field"), string("value")));

export const hset = defineCommand({
  name: "hset",
  summary: "Sets fields of a hash and tells how many are new.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW update"), pairs],
  class: "exact",
  history: [["4.0.0", "Several fields may be given."]],
  run(context) {
    const created = setPairs(context, "hset");
    if (created >= 0) context.reply.int(created);
  },
});

export const hmset = defineCommand({
  name: "hmset",
  summary: "Sets fields of a hash.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW update"), pairs],
  class: "exact",
  deprecated: { since: "4.0.0", replacedBy: "`HSET` with multiple field-value pairs" },
  run(context) {
    if (setPairs(context, "hmset") >= 0) context.reply.ok();
  },
});

// How many fields are new; -1 after an error, which has been replied.
function setPairs({ keyspace, args, reply }: CommandContext, name: string): number {
  if (args.count % 2 === 1) {
    reply.error(errors.arity(name));
    return -1;
  }
  const hash = keyspace.hashForUpdate(args, 1);
  if (hash === undefined) {
    reply.error(errors.wrongType);
    return -1;
  }
  let created = 0;
  for (let i = 2; i < args.count; i += 2) if (hash.set(args, i, i + 1)) created++;
  keyspace.notify(EVENT_HASH, "hset", args, 1);
  return created;
}
