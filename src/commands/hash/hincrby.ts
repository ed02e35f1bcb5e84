// HINCRBY: adds a signed 64-bit integer to the number that a field holds.

import type { HashView } from "../../keyspace/hash-view.ts";
import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import { isInt64, parseInt64Big } from "../../lib/int64.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { integer, key, string } from "../syntax.ts";

export const hincrby = defineCommand({
  name: "hincrby",
  summary: "Adds an integer to the number a field of a hash holds; a missing field counts as 0.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update"), string("field"), integer("increment")],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const increment = args.safeInteger(3);
    if (Number.isNaN(increment) && args.bigInteger(3) === undefined) {
      return reply.error(errors.notAnInteger);
    }
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    const before = hash.get(args, 2) ? hash.value.safeInteger : 0;
    const sum = before + increment;
    if (!Number.isSafeInteger(sum)) return addExactly(context, hash);
    hash.setInteger(args, 2, sum);
    keyspace.notify(EVENT_HASH, "hincrby", args, 1);
    reply.int(sum);
  },
});

// Of the three numbers one is beyond 2^53, or the field holds none.
function addExactly({ args, keyspace, reply }: CommandContext, hash: HashView): void {
  let before = 0n;
  if (hash.get(args, 2)) {
    const { bytes, start, end } = hash.value.text();
    const held = parseInt64Big(bytes, start, end);
    if (held === undefined) return reply.error(errors.hashNotAnInteger);
    before = held;
  }
  const sum = before + (args.bigInteger(3) ?? 0n);
  if (!isInt64(sum)) return reply.error(errors.overflow);
  const text = latin1Bytes(`${sum}`);
  hash.setTextKeepingExpiry(args, 2, text, 0, text.length);
  keyspace.notify(EVENT_HASH, "hincrby", args, 1);
  reply.bigInt(sum);
}
