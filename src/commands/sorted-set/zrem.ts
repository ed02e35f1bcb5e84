// ZREM: removes members; a sorted set without members is no longer there.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const zrem = defineCommand({
  name: "zrem",
  summary: "Removes members of a sorted set and tells how many there were.",
  since: "1.2.0",
  group: "sorted-set",
  complexity: "O(M*log(N)) for M members removed from a set of N.",
  flags: ["write", "fast"],
  syntax: [key("RW delete"), repeated(string("member"))],
  class: "exact",
  history: [["2.4.0", "Several members may be given."]],
  run({ keyspace, args, reply }) {
    const set = keyspace.sortedSetForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    let removed = 0;
    for (let i = 2; i < args.count && set.exists; i++) if (set.remove(args, i)) removed++;
    if (removed > 0) {
      keyspace.notify(EVENT_ZSET, "zrem", args, 1);
      if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
    }
    reply.int(removed);
  },
});
