// BITPOS: where the first bit of a value stands in the string at a key, or in a range of it.
//
// A string is taken to go on with zero bits, so without an end a search for 0 always succeeds, at the latest
// just past the string; with an end it may find nothing. A missing key is a string of zero bits. As in Redis
// 7.0 a missing key answers before the range is read, and the unit is checked before the end.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { endPlace, readIndex, startPlace } from "../string/index-range.ts";
import { block, integer, introduced, key, oneOf, optional, word } from "../syntax.ts";
import { findBit } from "./bit-scan.ts";

export const bitpos = defineCommand({
  name: "bitpos",
  summary: "Finds the first bit that is 1, or 0, in the string at a key or in a range of it.",
  since: "2.8.7",
  group: "bitmap",
  complexity: "O(N) where N is the number of bytes looked at.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    integer("bit", "bit"),
    optional(
      block(
        "index",
        integer("start", "byte-offset"),
        optional(
          block(
            "end_index",
            integer("end", "byte-offset"),
            optional(introduced("7.0.0", oneOf("index_unit", word("BYTE"), word("BIT")))),
          ),
        ),
      ),
    ),
  ],
  class: "exact",
  history: [["7.0.0", "Added the `BYTE|BIT` option."]],
  run({ keyspace, args, reply }) {
    const bit = readIndex(args, 2);
    if (Number.isNaN(bit)) return reply.error(errors.notAnInteger);
    if (bit !== 0 && bit !== 1) return reply.error(errors.bitArgument);
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.int(bit === 1 ? -1 : 0);
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    if (args.count > 6) return reply.error(errors.syntax);
    const start = args.count > 3 ? readIndex(args, 3) : 0;
    if (Number.isNaN(start)) return reply.error(errors.notAnInteger);
    const isBits = args.count === 6 && args.is(5, "bit");
    if (args.count === 6 && !isBits && !args.is(5, "byte")) return reply.error(errors.syntax);
    const hasEnd = args.count > 4;
    const end = hasEnd ? readIndex(args, 4) : -1;
    if (Number.isNaN(end)) return reply.error(errors.notAnInteger);
    const length = isBits ? entry.valueLength * 8 : entry.valueLength;
    const from = startPlace(start, length);
    const to = endPlace(end, length);
    if (from > to) return reply.int(-1);
    const first = isBits ? from : from * 8;
    const last = isBits ? to : to * 8 + 7;
    const found = findBit(entry.bytes, entry.valueStart, first, last, bit);
    reply.int(found < 0 && bit === 0 && !hasEnd ? last + 1 : found);
  },
});
