// STRLEN: the length in bytes of the string at a key.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const strlen = defineCommand({
  name: "strlen",
  summary: "Returns the length in bytes of the string at a key, 0 for a missing key.",
  since: "2.2.0",
  group: "string",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.int(0);
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    reply.int(entry.valueLength);
  },
});
