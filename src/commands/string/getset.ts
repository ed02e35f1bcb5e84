// GETSET: sets a key to a string and returns the one it held. The key loses its expiry.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { key, string } from "../syntax.ts";

export const getset = defineCommand({
  name: "getset",
  summary: "Sets a key to a string and returns the string it held before.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update"), string("value")],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`SET` with the `!GET` argument" },
  run({ keyspace, args, reply }) {
    const entry = keyspace.read(args, 1);
    if (entry !== undefined && entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    // The old value is written out before its block is overwritten.
    if (entry === undefined) reply.null();
    else reply.bulkData(entry.data, entry.valueStart, entry.valueEnd);
    keyspace.setString(args, 1, args.bytes, args.start(2), args.end(2), NO_EXPIRY);
    keyspace.notify(EVENT_STRING, "set", args, 1);
  },
});
