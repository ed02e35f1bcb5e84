// MSET and MSETNX: several keys set at once. A key named twice keeps the last value.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { block, key, repeated, string } from "../syntax.ts";

export const mset = defineCommand({
  name: "mset",
  summary: "Sets several keys to strings, whatever they held.",
  since: "1.0.1",
  group: "string",
  complexity: "O(N) where N is the number of keys.",
  flags: ["write", "denyoom"],
  syntax: [repeated(block("key_value", key("OW update"), string("value")))],
  class: "exact",
  tips: ["request_policy:multi_shard", "response_policy:all_succeeded"],
  run(context) {
    const { args, reply } = context;
    if (args.count % 2 === 0) return reply.error(errors.arity("mset"));
    setAll(context);
    reply.ok();
  },
});

export const msetnx = defineCommand({
  name: "msetnx",
  summary: "Sets several keys to strings if none of the keys exists.",
  since: "1.0.1",
  group: "string",
  complexity: "O(N) where N is the number of keys.",
  flags: ["write", "denyoom"],
  syntax: [repeated(block("key_value", key("OW insert"), string("value")))],
  class: "exact",
  tips: ["request_policy:multi_shard", "response_policy:agg_min"],
  run(context) {
    const { keyspace, args, reply } = context;
    if (args.count % 2 === 0) return reply.error(errors.arity("msetnx"));
    for (let i = 1; i < args.count; i += 2) if (keyspace.write(args, i) !== undefined) return reply.int(0);
    setAll(context);
    reply.int(1);
  },
});

function setAll({ keyspace, args }: CommandContext): void {
  for (let i = 1; i < args.count; i += 2) {
    keyspace.setString(args, i, args.bytes, args.start(i + 1), args.end(i + 1), NO_EXPIRY);
    keyspace.notify(EVENT_STRING, "set", args, i);
  }
}
