// FLUSHDB and FLUSHALL: empty the selected database, or all.
//
// Both modes empty a database at once: its blocks are dropped as a whole, or freed in slices between commands.
// SYNC and ASYNC are accepted and checked, and do the same.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { oneOf, optional, word } from "../syntax.ts";

const common = {
  since: "1.0.0",
  group: "server",
  flags: ["write"],
  acl: ["keyspace", "dangerous"],
  syntax: [optional(oneOf("async", word("ASYNC"), word("SYNC")))],
  tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
  history: [
    ["4.0.0", "Takes `ASYNC`."],
    ["6.2.0", "Takes `SYNC`."],
  ],
  class: "exact",
} as const;

export const flushdb = defineCommand({
  ...common,
  name: "flushdb",
  summary: "Removes all keys of the selected database.",
  complexity: "O(N) where N is the number of keys in the selected database",
  run({ args, reply, server, client }) {
    if (!isFlush(args)) return reply.error(errors.syntax);
    server.everything.flush(client.db);
    reply.ok();
  },
});

export const flushall = defineCommand({
  ...common,
  name: "flushall",
  summary: "Removes all keys of all databases.",
  complexity: "O(N) where N is the total number of keys in all databases",
  run({ args, reply, server }) {
    if (!isFlush(args)) return reply.error(errors.syntax);
    for (let db = 0; db < server.config.databases; db++) server.everything.flush(db);
    reply.ok();
  },
});

function isFlush(args: Args): boolean {
  return args.count === 1 || (args.count === 2 && (args.is(1, "async") || args.is(1, "sync")));
}
