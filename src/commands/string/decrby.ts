// DECRBY: takes a signed 64-bit integer from the number held at a key. The arithmetic is incrby.ts's.
//
// -2^63 cannot be taken away, because its negation is no 64-bit integer: refused before the key is read.

import { isInt64 } from "../../lib/int64.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { integer, key } from "../syntax.ts";
import { addToKey, addWideToKey } from "./incrby.ts";

export const decrby = defineCommand({
  name: "decrby",
  summary: "Takes an integer from the number at a key; a missing key counts as 0.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update"), integer("decrement")],
  class: "exact",
  run(context) {
    const { args, reply } = context;
    const amount = args.safeInteger(2);
    if (!Number.isNaN(amount)) return addToKey(context, 0 - amount);
    const wide = args.bigInteger(2);
    if (wide === undefined) return reply.error(errors.notAnInteger);
    if (!isInt64(-wide)) return reply.error(errors.decrementOverflow);
    addWideToKey(context, -wide);
  },
});
