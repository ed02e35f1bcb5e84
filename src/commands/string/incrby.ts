// INCRBY, and the arithmetic that INCR, DECR and DECRBY share: add a signed 64-bit integer to the
// number held at a key.
//
// Sums within +-(2^53 - 1) are computed as doubles and written as digits without allocating; anything
// wider takes the exact path with BigInt. The range check is ours to make: a wider integer grows past
// 64 bits without complaint, and a client would then read back a number that no Redis could have stored.

import { KEEP_EXPIRY, NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { latin1Bytes } from "../../lib/bytes.ts";
import { formatSafeInteger, isInt64, parseInt64Big, parseSafeInteger } from "../../lib/int64.ts";
import { errors } from "../../resp/errors.ts";
import { ENCODING_INT, TYPE_STRING } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { integer, key } from "../syntax.ts";

const digits = new Uint8Array(24);

export const incrby = defineCommand({
  name: "incrby",
  summary: "Adds an integer to the number at a key; a missing key counts as 0.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW access update"), integer("increment")],
  class: "exact",
  run(context) {
    const { args, reply } = context;
    const amount = args.safeInteger(2);
    if (!Number.isNaN(amount)) return addToKey(context, amount);
    const wide = args.bigInteger(2);
    if (wide === undefined) return reply.error(errors.notAnInteger);
    addWideToKey(context, wide);
  },
});

/** Adds a safe integer to the number at argument 1's key and replies with the sum. */
export function addToKey(context: CommandContext, amount: number): void {
  const { keyspace, args, reply } = context;
  const entry = keyspace.write(args, 1);
  let before = 0;
  if (entry !== undefined) {
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    before = parseSafeInteger(entry.bytes, entry.valueStart, entry.valueEnd);
  }
  const sum = before + amount;
  // NaN (not a safe integer) fails this comparison too.
  if (!(sum >= Number.MIN_SAFE_INTEGER && sum <= Number.MAX_SAFE_INTEGER)) {
    return addWideToKey(context, BigInt(amount));
  }
  const end = formatSafeInteger(digits, 0, sum);
  keyspace.setLocated(args, 1, entry !== undefined, digits, end, ENCODING_INT, KEEP_EXPIRY);
  keyspace.notify(EVENT_STRING, "incrby", args, 1);
  reply.int(sum);
}

/** As `addToKey`, for any signed 64-bit amount and sum. */
export function addWideToKey(context: CommandContext, amount: bigint): void {
  const { keyspace, args, reply } = context;
  const entry = keyspace.write(args, 1);
  let before: bigint | undefined = 0n;
  if (entry !== undefined) {
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    before = parseInt64Big(entry.bytes, entry.valueStart, entry.valueEnd);
    if (before === undefined) return reply.error(errors.notAnInteger);
  }
  const sum = before + amount;
  if (!isInt64(sum)) return reply.error(errors.overflow);
  const text = latin1Bytes(`${sum}`);
  const expiry = entry === undefined ? NO_EXPIRY : KEEP_EXPIRY;
  keyspace.setEncoded(args.bytes, args.start(1), args.end(1), text, 0, text.length, ENCODING_INT, expiry);
  keyspace.notify(EVENT_STRING, "incrby", args, 1);
  reply.bigInt(sum);
}
