// XLEN: how many entries a stream has.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const xlen = defineCommand({
  name: "xlen",
  summary: "Returns how many entries a stream has.",
  since: "5.0.0",
  group: "stream",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const stream = keyspace.readStream(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    reply.int(stream.length);
  },
});
