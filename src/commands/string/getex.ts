// GETEX: the string at a key, whose expiry is set or removed.
//
// The order of checks is Redis's: the options' shape, then the key, and the time itself only when there
// is a key. So a missing key answers null even with a time that is no number. One unit may be given
// several times, the last one counting; two different units are a syntax error.

import { NO_EXPIRY } from "../../keyspace/databases.ts";
import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, oneOf, optional, unixTime, word } from "../syntax.ts";
import { absoluteExpiry, isUnit } from "./set.ts";

export const getex = defineCommand({
  name: "getex",
  summary: "Returns the string value of a key and sets or removes its expiry.",
  since: "6.2.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "fast"],
  syntax: [
    key("RW access update", "key", "RW and UPDATE because it changes the TTL"),
    optional(
      oneOf(
        "expiration",
        after("EX", integer("seconds", "seconds")),
        after("PX", integer("milliseconds", "milliseconds")),
        after("EXAT", unixTime("unix-time-seconds", "unix-seconds")),
        after("PXAT", unixTime("unix-time-milliseconds", "unix-milliseconds")),
        word("PERSIST"),
      ),
    ),
  ],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    let isPersist = false;
    let unitAt = 0; // where EX, PX, EXAT or PXAT stands
    for (let i = 2; i < args.count; i++) {
      if (args.is(i, "persist") && unitAt === 0) isPersist = true;
      else if (isUnit(context, i) && !isPersist && i + 1 < args.count) {
        if (unitAt !== 0 && !args.is(i, args.text(unitAt).toLowerCase())) return reply.error(errors.syntax);
        unitAt = i++;
      } else return reply.error(errors.syntax);
    }
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.null();
    if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
    let expireAtMs = NO_EXPIRY;
    if (unitAt !== 0) {
      expireAtMs = absoluteExpiry(context, unitAt, "getex");
      if (Number.isNaN(expireAtMs)) return;
    }
    // The value is written out first: a new expiry moves the entry, a past one removes it.
    reply.bulkData(entry.data, entry.valueStart, entry.valueEnd);
    if (unitAt !== 0) {
      const isOver = expireAtMs <= keyspace.nowMs;
      if (isOver) keyspace.removeEntry(entry);
      else keyspace.setExpiry(entry, expireAtMs);
      keyspace.notify(EVENT_GENERIC, isOver ? "del" : "expire", args, 1);
    } else if (isPersist && entry.hasExpiry) {
      keyspace.setExpiry(entry, NO_EXPIRY);
      keyspace.notify(EVENT_GENERIC, "persist", args, 1);
    }
  },
});
