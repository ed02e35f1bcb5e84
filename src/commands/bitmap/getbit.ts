// GETBIT: one bit of the string at a key; bits past its end are 0.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { integer, key } from "../syntax.ts";
import { readBitOffset } from "./bit-offset.ts";

export const getbit = defineCommand({
  name: "getbit",
  summary: "Returns the bit at an offset of the string at a key.",
  since: "2.2.0",
  group: "bitmap",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), integer("offset", "bit-offset")],
  class: "exact",
  run({ keyspace, args, reply, server }) {
    const offset = readBitOffset(args, 2, server.config.protoMaxBulkLen);
    if (Number.isNaN(offset)) return reply.error(errors.bitOffset);
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.int(0);
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    const at = entry.valueStart + Math.floor(offset / 8);
    if (at >= entry.valueEnd) return reply.int(0);
    reply.int(((entry.bytes[at] as number) >>> (7 - (offset & 7))) & 1);
  },
});
