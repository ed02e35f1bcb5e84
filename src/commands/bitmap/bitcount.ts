// BITCOUNT: how many bits of the string at a key, or of a range of it, are 1.
//
// The order of checks is Redis 7.0's: a missing key answers 0 whatever follows it, and a range that counts
// from the end in reverse answers 0 before its unit is looked at.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { endPlace, isReversedFromEnd, readIndex, startPlace } from "../string/index-range.ts";
import { block, integer, introduced, key, oneOf, optional, word } from "../syntax.ts";
import { countOnes, countOnesInBits } from "./bit-scan.ts";

export const bitcount = defineCommand({
  name: "bitcount",
  summary: "Counts the bits that are 1 in the string at a key or in a range of it.",
  since: "2.6.0",
  group: "bitmap",
  complexity: "O(N) where N is the number of bytes looked at.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    optional(
      block(
        "index",
        integer("start", "byte-offset"),
        integer("end", "byte-offset"),
        optional(introduced("7.0.0", oneOf("index_unit", word("BYTE"), word("BIT")))),
      ),
    ),
  ],
  class: "exact",
  history: [["7.0.0", "Added the `BYTE|BIT` option."]],
  run({ keyspace, args, reply }) {
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.int(0);
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    if (args.count === 2) return reply.int(countOnes(entry.bytes, entry.valueStart, entry.valueEnd));
    if (args.count !== 4 && args.count !== 5) return reply.error(errors.syntax);
    const start = readIndex(args, 2);
    const end = readIndex(args, 3);
    if (Number.isNaN(start) || Number.isNaN(end)) return reply.error(errors.notAnInteger);
    if (isReversedFromEnd(args, 2, start, end)) return reply.int(0);
    const isBits = args.count === 5 && args.is(4, "bit");
    if (args.count === 5 && !isBits && !args.is(4, "byte")) return reply.error(errors.syntax);
    const length = isBits ? entry.valueLength * 8 : entry.valueLength;
    const from = startPlace(start, length);
    const to = endPlace(end, length);
    if (from > to) return reply.int(0);
    if (isBits) return reply.int(countOnesInBits(entry.bytes, entry.valueStart, from, to));
    reply.int(countOnes(entry.bytes, entry.valueStart + from, entry.valueStart + to + 1));
  },
});
