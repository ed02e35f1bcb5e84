// SETBIT: sets one bit of the string at a key, which grows with zero bytes as far as needed.
//
// A bit that had the value already is no change, but the string is raw to OBJECT ENCODING from then on.

import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_RAW, TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { integer, key } from "../syntax.ts";
import { readBitOffset } from "./bit-offset.ts";

export const setbit = defineCommand({
  name: "setbit",
  summary: "Sets or clears the bit at an offset of the string at a key and returns what it was.",
  since: "2.2.0",
  group: "bitmap",
  complexity: "O(1), plus the length of the string when it must move.",
  flags: ["write", "denyoom"],
  syntax: [key("RW access update"), integer("offset", "bit-offset"), integer("value", "bit")],
  class: "exact",
  run({ keyspace, args, reply, server }) {
    const offset = readBitOffset(args, 2, server.config.protoMaxBulkLen);
    if (Number.isNaN(offset)) return reply.error(errors.bitOffset);
    const bit = args.safeInteger(3);
    if (bit !== 0 && bit !== 1) return reply.error(errors.bitValue);
    let entry = keyspace.write(args, 1);
    if (entry !== undefined && entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    const index = Math.floor(offset / 8);
    const shift = 7 - (offset & 7);
    const length = entry === undefined ? -1 : entry.valueLength;
    let before = 0;
    if (entry === undefined) entry = keyspace.createZeros(args, 1, index + 1);
    else if (index >= entry.valueLength) keyspace.resize(entry, index + 1);
    else {
      before = ((entry.bytes[entry.valueStart + index] as number) >>> shift) & 1;
      if (before !== bit) keyspace.resize(entry, entry.valueLength);
      else if (entry.encoding !== ENCODING_RAW) keyspace.makeRaw(entry);
    }
    if (before !== bit) {
      const at = entry.valueStart + index;
      entry.bytes[at] = (entry.bytes[at] as number) ^ (1 << shift);
    }
    if (before !== bit || index >= length) keyspace.notify(EVENT_STRING, "setbit", args, 1);
    reply.int(before);
  },
});
