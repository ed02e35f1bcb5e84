// HINCRBYFLOAT: adds a number with a fraction to the one a field holds, in x86's long double as Redis does.

import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import { addLongDouble, formatHuman, parseLongDouble } from "../../lib/long-double.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { double, key, string } from "../syntax.ts";

export const hincrbyfloat = defineCommand({
  name: "hincrbyfloat",
  summary: "Adds a floating-point number to the number a field of a hash holds; a missing field counts as 0.",
  since: "2.6.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update"), string("field"), double("increment")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const increment = parseLongDouble(args.bytes, args.start(3), args.end(3));
    if (increment === undefined) return reply.error(errors.notAFloat);
    if (increment.kind !== "finite") return reply.error(errors.valueIsNanOrInfinity);
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    let sum = increment;
    if (hash.get(args, 2)) {
      const { bytes, start, end } = hash.value.text();
      const before = parseLongDouble(bytes, start, end);
      if (before === undefined) return reply.error(errors.hashNotAFloat);
      const added = addLongDouble(before, increment);
      if (added.kind !== "finite") return reply.error(errors.nanOrInfinity);
      sum = added;
    }
    const text = latin1Bytes(formatHuman(sum));
    hash.setTextKeepingExpiry(args, 2, text, 0, text.length);
    keyspace.notify(EVENT_HASH, "hincrbyfloat", args, 1);
    reply.bulk(text, 0, text.length);
  },
});
