// GETDEL: the string at a key, which is then removed.

import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const getdel = defineCommand({
  name: "getdel",
  summary: "Returns the string value of a key and removes the key.",
  since: "6.2.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "fast"],
  syntax: [key("RW access delete")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.null();
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    // The value is written out before its block is freed.
    reply.bulkData(entry.data, entry.valueStart, entry.valueEnd);
    keyspace.removeEntry(entry);
    keyspace.notify(EVENT_GENERIC, "del", args, 1);
  },
});
