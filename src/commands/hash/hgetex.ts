// HGETEX: the values of fields of a hash, whose expiry is set or taken away. A time that is over deletes them.

import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, oneOf, optional, unixTime, word } from "../syntax.ts";
import { fieldsSyntax, readFields, readTime, type TimeUnit, tellTimes, wordAt } from "./field-arguments.ts";

export const timeWords = ["ex", "px", "exat", "pxat"] as const;
type TimeWord = (typeof timeWords)[number];

/** How the time behind each of these words is given. */
export const timeUnits: Readonly<Record<TimeWord, TimeUnit>> = {
  ex: { isSeconds: true, isRelative: true },
  px: { isSeconds: false, isRelative: true },
  exat: { isSeconds: true, isRelative: false },
  pxat: { isSeconds: false, isRelative: false },
};

export const timeSyntax = [
  after("EX", integer("seconds", "seconds")),
  after("PX", integer("milliseconds", "milliseconds")),
  after("EXAT", unixTime("unix-time-seconds", "unix-seconds")),
  after("PXAT", unixTime("unix-time-milliseconds", "unix-milliseconds")),
] as const;

export const hgetex = defineCommand({
  name: "hgetex",
  summary: "Returns the values of fields of a hash and sets or takes away their expiry.",
  since: "8.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "fast"],
  syntax: [
    key("RW access update"),
    optional(oneOf("expiration", ...timeSyntax, word("PERSIST"))),
    fieldsSyntax,
  ],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    const timeWord = wordAt(context, 2, timeWords);
    const ends = args.is(2, "persist");
    let atMs = 0;
    let fieldsAt = ends ? 3 : 2;
    if (timeWord !== undefined) {
      fieldsAt = 4;
      atMs = readTime(context, 3, timeUnits[timeWord], "hgetex");
      if (Number.isNaN(atMs)) return;
    }
    const first = readFields(context, fieldsAt, errors.fieldCountNotPositive);
    if (first === 0) return;

    const isOver = timeWord !== undefined && atMs <= keyspace.nowMs;
    let updated = 0;
    let ended = 0;
    let deleted = 0;
    reply.array(args.count - first);
    for (let i = first; i < args.count; i++) {
      if (!hash.get(args, i)) {
        reply.null();
        continue;
      }
      // The value is written out first: it does not survive a change.
      hash.value.writeTo(reply);
      if (isOver) {
        hash.delete(args, i);
        deleted++;
      } else if (timeWord !== undefined) {
        hash.setExpiry(args, i, atMs);
        updated++;
      } else if (ends && hash.fieldExpireAtMs !== 0) {
        hash.setExpiry(args, i, 0);
        ended++;
      }
    }
    if (ended > 0) keyspace.notify(EVENT_HASH, "hpersist", args, 1);
    tellTimes(context, updated, deleted);
  },
});
