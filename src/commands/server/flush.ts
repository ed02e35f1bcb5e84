// FLUSHDB and FLUSHALL: empty the selected database, or all.
//
// Either way the keys are gone at once. Their memory is dropped as a whole where it can be; where it cannot, SYNC
// frees it key by key before it replies, and ASYNC leaves that to the slices between later commands. Without a
// mode, lazyfree-lazy-user-flush decides.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { ServerView } from "../context.ts";
import { defineCommand } from "../define.ts";
import { introduced, oneOf, optional, word } from "../syntax.ts";

/** Entries freed in one call; its size does not matter here. */
const FREED_AT_ONCE = 10_000;

const common = {
  since: "1.0.0",
  group: "server",
  flags: ["write"],
  acl: ["keyspace", "dangerous"],
  syntax: [optional(oneOf("async", introduced("4.0.0", word("ASYNC")), introduced("6.2.0", word("SYNC"))))],
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
    server.tracking.flushed();
    server.everything.flush(client.db);
    maybeFree(args, server);
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
    server.persistence.giveUpSaving();
    server.tracking.flushed();
    server.everything.flushAll();
    server.persistence.flushed();
    reply.ok();
  },
});

function isFlush(args: Args): boolean {
  return args.count === 1 || (args.count === 2 && (args.is(1, "async") || args.is(1, "sync")));
}

function maybeFree(args: Args, server: ServerView): void {
  const isAsync = args.count === 1 ? server.config.lazyfreeLazyUserFlush : args.is(1, "async");
  if (isAsync) return;
  for (const shard of server.everything.databases) {
    // What a snapshot still needs is freed after it.
    while (shard.pendingFrees > 0 && shard.freeSome(FREED_AT_ONCE));
  }
}
