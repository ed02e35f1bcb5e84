// DEL and UNLINK: remove keys. Freeing a block is cheap here, so the two do the same.

import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";

export const del = defineCommand({
  name: "del",
  summary: "Removes keys and tells how many there were.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(N) for N keys; of a collection, O(M) for its M elements.",
  flags: ["write"],
  syntax: [repeated(key("RM delete"))],
  class: "exact",
  tips: ["request_policy:multi_shard", "response_policy:agg_sum"],
  run: removeAll,
});

export const unlink = defineCommand({
  name: "unlink",
  summary: "Removes keys at once; what they held may be freed later.",
  since: "4.0.0",
  group: "generic",
  complexity: "O(N) for N keys, whatever they hold.",
  flags: ["write", "fast"],
  syntax: [repeated(key("RM delete"))],
  class: "exact",
  tips: ["request_policy:multi_shard", "response_policy:agg_sum"],
  run: removeAll,
});

function removeAll({ keyspace, args, reply }: CommandContext): void {
  let removed = 0;
  for (let i = 1; i < args.count; i++) {
    if (!keyspace.remove(args, i)) continue;
    keyspace.notify(EVENT_GENERIC, "del", args, i);
    removed++;
  }
  reply.int(removed);
}
