// PERSIST: takes a key's expiry away.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const persist = defineCommand({
  name: "persist",
  summary: "Makes a key stay for ever.",
  since: "2.2.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["write", "fast"],
  syntax: [key("RW update")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const entry = keyspace.write(args, 1);
    if (entry === undefined || !entry.hasExpiry) return reply.int(0);
    keyspace.setExpiry(entry, NO_EXPIRY);
    keyspace.notify(EVENT_GENERIC, "persist", args, 1);
    reply.int(1);
  },
});
