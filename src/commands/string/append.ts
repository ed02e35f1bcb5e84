// APPEND: adds bytes at the end of the string at a key. The key keeps its expiry.
//
// A string that was appended to is "raw" to OBJECT ENCODING, even if it spells a number and even if
// nothing was added; one that APPEND creates is encoded as SET would encode it.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { copyBytes } from "../../lib/bytes.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { key, string } from "../syntax.ts";

export const append = defineCommand({
  name: "append",
  summary: "Adds bytes at the end of the string at a key; a missing key counts as empty.",
  since: "2.0.0",
  group: "string",
  complexity: "O(1) amortized, as a string that must move gets room to grow to twice its length.",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW insert"), string("value")],
  class: "exact",
  run({ keyspace, args, reply, server }) {
    const entry = keyspace.write(args, 1);
    const added = args.length(2);
    if (entry === undefined) {
      keyspace.setString(args, 1, args.bytes, args.start(2), args.end(2), NO_EXPIRY);
      keyspace.notify(EVENT_STRING, "append", args, 1);
      return reply.int(added);
    }
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    const before = entry.valueLength;
    if (before + added > server.config.protoMaxBulkLen) return reply.error(errors.stringTooLong);
    keyspace.resize(entry, before + added);
    copyBytes(entry.bytes, entry.valueStart + before, args.bytes, args.start(2), args.end(2));
    keyspace.notify(EVENT_STRING, "append", args, 1);
    reply.int(before + added);
  },
});
