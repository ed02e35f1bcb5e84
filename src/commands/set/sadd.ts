// SADD: adds members; the first one makes the set.

import { EVENT_SET } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const sadd = defineCommand({
  name: "sadd",
  summary: "Adds members to a set and tells how many were new.",
  since: "1.0.0",
  group: "set",
  complexity: "O(N) for N members.",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW insert"), repeated(string("member"))],
  class: "exact",
  history: [["2.4.0", "Several members may be given."]],
  run({ keyspace, args, reply }) {
    const set = keyspace.setForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    let added = 0;
    for (let i = 2; i < args.count; i++) if (set.add(args, i)) added++;
    if (added > 0) keyspace.notify(EVENT_SET, "sadd", args, 1);
    reply.int(added);
  },
});
