// SETRANGE: overwrites a part of the string at a key, which grows with zero bytes as far as needed.
//
// Nothing written changes nothing: no key is made, nor is the offset held against the size limit.

import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { copyBytes } from "../../lib/bytes.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { integer, key, string } from "../syntax.ts";
import { readIndex } from "./index-range.ts";

export const setrange = defineCommand({
  name: "setrange",
  summary: "Overwrites a part of the string at a key from an offset on, filling a gap with zero bytes.",
  since: "2.2.0",
  group: "string",
  complexity: "O(M) where M is the length of the value, plus the length of the string when it must move.",
  flags: ["write", "denyoom"],
  syntax: [key("RW update"), integer("offset", "byte-offset"), string("value")],
  class: "exact",
  run({ keyspace, args, reply, server }) {
    const offset = readIndex(args, 2);
    if (Number.isNaN(offset)) return reply.error(errors.notAnInteger);
    if (offset < 0) return reply.error(errors.offsetOutOfRange);
    let entry = keyspace.write(args, 1);
    if (entry !== undefined && entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    const before = entry === undefined ? 0 : entry.valueLength;
    const written = args.length(3);
    if (written === 0) return reply.int(before);
    if (offset + written > server.config.protoMaxBulkLen) return reply.error(errors.stringTooLong);
    const length = Math.max(before, offset + written);
    if (entry === undefined) entry = keyspace.createZeros(args, 1, length);
    else keyspace.resize(entry, length);
    copyBytes(entry.bytes, entry.valueStart + offset, args.bytes, args.start(3), args.end(3));
    keyspace.notify(EVENT_STRING, "setrange", args, 1);
    reply.int(length);
  },
});
