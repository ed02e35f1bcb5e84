// SETNX: sets a key to a string if the key does not exist.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { defineCommand } from "../define.ts";
import { key, string } from "../syntax.ts";

export const setnx = defineCommand({
  name: "setnx",
  summary: "Sets a key to a string if the key does not exist.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("OW insert"), string("value")],
  class: "exact",
  run({ keyspace, args, reply }) {
    if (keyspace.write(args, 1) !== undefined) return reply.int(0);
    keyspace.setString(args, 1, args.bytes, args.start(2), args.end(2), NO_EXPIRY);
    keyspace.notify(EVENT_STRING, "set", args, 1);
    reply.int(1);
  },
});
