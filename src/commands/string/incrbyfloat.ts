// INCRBYFLOAT: adds a number with a fraction to the one held at a key, in x86's long double as Redis does.
//
// The result is stored as text, which OBJECT ENCODING never calls "int", even when it spells an integer.

import { KEEP_EXPIRY, NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { EMBSTR_BYTES_MAX } from "../../keyspace/string-encoding.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import { addLongDouble, formatHuman, parseLongDouble } from "../../lib/long-double.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_EMBSTR, ENCODING_RAW, TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { double, key } from "../syntax.ts";

export const incrbyfloat = defineCommand({
  name: "incrbyfloat",
  summary: "Adds a floating-point number to the number at a key; a missing key counts as 0.",
  since: "2.6.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update"), double("increment")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const increment = parseLongDouble(args.bytes, args.start(2), args.end(2));
    const entry = keyspace.write(args, 1);
    if (entry !== undefined && entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    if (increment === undefined) return reply.error(errors.notAFloat);
    let sum = increment;
    if (entry !== undefined) {
      const before = parseLongDouble(entry.bytes, entry.valueStart, entry.valueEnd);
      if (before === undefined) return reply.error(errors.notAFloat);
      sum = addLongDouble(before, increment);
    }
    if (sum.kind !== "finite") return reply.error(errors.nanOrInfinity);
    const text = latin1Bytes(formatHuman(sum));
    const { length } = text;
    const encoding = length <= EMBSTR_BYTES_MAX ? ENCODING_EMBSTR : ENCODING_RAW;
    const expiry = entry === undefined ? NO_EXPIRY : KEEP_EXPIRY;
    keyspace.setEncoded(args.bytes, args.start(1), args.end(1), text, 0, length, encoding, expiry);
    keyspace.notify(EVENT_STRING, "incrbyfloat", args, 1);
    reply.bulk(text, 0, length);
  },
});
