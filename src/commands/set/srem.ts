// SREM: removes members; a set without members is no longer there.

import { EVENT_GENERIC, EVENT_SET } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const srem = defineCommand({
  name: "srem",
  summary: "Removes members of a set and tells how many there were.",
  since: "1.0.0",
  group: "set",
  complexity: "O(N) for N members.",
  flags: ["write", "fast"],
  syntax: [key("RW delete"), repeated(string("member"))],
  class: "exact",
  history: [["2.4.0", "Several members may be given."]],
  run({ keyspace, args, reply }) {
    const set = keyspace.setForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    let removed = 0;
    for (let i = 2; i < args.count && set.exists; i++) if (set.remove(args, i)) removed++;
    if (removed > 0) {
      keyspace.notify(EVENT_SET, "srem", args, 1);
      if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
    }
    reply.int(removed);
  },
});
