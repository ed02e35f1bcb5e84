// SET: a string at a key, with conditions (NX, XX), an expiry (EX, PX, EXAT, PXAT, KEEPTTL) and GET.

import { KEEP_EXPIRY, NO_EXPIRY } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { EVENT_GENERIC, EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, introduced, key, oneOf, optional, string, unixTime, word } from "../syntax.ts";

export const set = defineCommand({
  name: "set",
  summary: "Sets a key to a string, whatever it held, with optional conditions and expiry.",
  since: "1.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [
    key("RW access update variable_flags", "key", "RW and ACCESS due to the optional `GET` argument"),
    string("value"),
    optional(introduced("2.6.12", oneOf("condition", word("NX"), word("XX")))),
    optional(introduced("6.2.0", word("GET"))),
    optional(
      oneOf(
        "expiration",
        introduced("2.6.12", after("EX", integer("seconds", "seconds"))),
        introduced("2.6.12", after("PX", integer("milliseconds", "milliseconds"))),
        introduced("6.2.0", after("EXAT", unixTime("unix-time-seconds", "unix-seconds"))),
        introduced("6.2.0", after("PXAT", unixTime("unix-time-milliseconds", "unix-milliseconds"))),
        introduced("6.0.0", word("KEEPTTL")),
      ),
    ),
  ],
  class: "exact",
  history: [
    ["2.6.12", "Added the `EX`, `PX`, `NX` and `XX` options."],
    ["6.0.0", "Added the `KEEPTTL` option."],
    ["6.2.0", "Added the `GET`, `EXAT` and `PXAT` option."],
    ["7.0.0", "Allowed the `NX` and `GET` options to be used together."],
  ],
  run(context) {
    const { keyspace, args, reply } = context;
    if (args.count > 3) return setWithOptions(context);
    keyspace.setString(args, 1, args.bytes, args.start(2), args.end(2), NO_EXPIRY);
    keyspace.notify(EVENT_STRING, "set", args, 1);
    reply.ok();
  },
});

function setWithOptions(context: CommandContext): void {
  const { keyspace, args, reply } = context;
  let condition = 0; // 1 = NX, 2 = XX
  let wantsOld = false;
  let keepsTtl = false;
  let unitAt = 0; // where EX, PX, EXAT or PXAT stands
  for (let i = 3; i < args.count; i++) {
    if (args.is(i, "nx") && condition !== 2) condition = 1;
    else if (args.is(i, "xx") && condition !== 1) condition = 2;
    else if (args.is(i, "get")) wantsOld = true;
    else if (args.is(i, "keepttl") && unitAt === 0) keepsTtl = true;
    else if (isUnit(context, i) && !keepsTtl && i + 1 < args.count) {
      // The same unit may come again, and the last one counts; another one is refused.
      if (unitAt !== 0 && !args.is(i, args.text(unitAt).toLowerCase())) return reply.error(errors.syntax);
      unitAt = i++;
    } else return reply.error(errors.syntax);
  }
  let expireAtMs = keepsTtl ? KEEP_EXPIRY : NO_EXPIRY;
  if (unitAt !== 0) {
    expireAtMs = absoluteExpiry(context, unitAt, "set");
    if (Number.isNaN(expireAtMs)) return;
  }
  const found = wantsOld ? keyspace.read(args, 1) : condition === 0 ? undefined : keyspace.write(args, 1);
  if (wantsOld && found !== undefined && found.type !== TYPE_STRING) return reply.error(errors.wrongType);
  if (condition !== 0 && (found === undefined) === (condition === 2)) {
    if (wantsOld) replyOld(reply, found);
    else reply.null();
    return;
  }
  // The old value is written out before its block is overwritten.
  if (wantsOld) replyOld(reply, found);
  keyspace.setString(args, 1, args.bytes, args.start(2), args.end(2), expireAtMs);
  keyspace.notify(EVENT_STRING, "set", args, 1);
  if (unitAt !== 0) keyspace.notify(EVENT_GENERIC, "expire", args, 1);
  if (!wantsOld) reply.ok();
}

function replyOld(reply: ReplyWriter, found: EntryView | undefined): void {
  if (found === undefined) reply.null();
  else reply.bulkData(found.data, found.valueStart, found.valueEnd);
}

/** True when argument i is one of the words that a time follows. */
export function isUnit({ args }: CommandContext, i: number): boolean {
  return args.is(i, "ex") || args.is(i, "px") || args.is(i, "exat") || args.is(i, "pxat");
}

/**
 * The absolute expiry in ms that the unit at argument i and the number after it ask for. Replies with the
 * error and returns NaN when the number is no integer, not positive, or overflows as a time in ms.
 */
export function absoluteExpiry(context: CommandContext, i: number, command: string): number {
  const { args, reply } = context;
  const amount = args.bigInteger(i + 1);
  if (amount === undefined) {
    reply.error(errors.notAnInteger);
    return Number.NaN;
  }
  const isSeconds = args.is(i, "ex") || args.is(i, "exat");
  const isRelative = args.is(i, "ex") || args.is(i, "px");
  return checkedExpiry(context, amount, { isSeconds, isRelative }, command);
}

/** As `absoluteExpiry`, for an amount that was read already. */
export function checkedExpiry(
  { keyspace, reply }: CommandContext,
  amount: bigint,
  unit: { isSeconds: boolean; isRelative: boolean },
  command: string,
): number {
  const int64Max = 9223372036854775807n;
  const nowMs = BigInt(keyspace.nowMs);
  const isTooLong =
    amount <= 0n ||
    (unit.isSeconds && amount > int64Max / 1000n) ||
    (unit.isRelative && (unit.isSeconds ? amount * 1000n : amount) > int64Max - nowMs);
  if (isTooLong) {
    reply.error(errors.invalidExpire(command));
    return Number.NaN;
  }
  const ms = unit.isSeconds ? amount * 1000n : amount;
  return Number(unit.isRelative ? ms + nowMs : ms);
}
