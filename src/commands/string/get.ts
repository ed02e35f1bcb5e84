// GET: the string at a key.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const get = defineCommand({
  name: "get",
  summary: "Returns the string value of a key.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.null();
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    reply.bulkData(entry.data, entry.valueStart, entry.valueEnd);
  },
});
