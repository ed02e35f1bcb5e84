// SETEX and PSETEX: a string at a key for a time.

import { EVENT_GENERIC, EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { integer, key, string } from "../syntax.ts";
import { checkedExpiry } from "./set.ts";

// About 1400 centuries: below it a time in seconds or ms, added to the clock, stays an exact double.
const SHORT_TTL_MAX = 2 ** 42;

export const setex = defineCommand({
  name: "setex",
  summary: "Sets a key to a string that expires after some seconds.",
  since: "2.0.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [key("OW update"), integer("seconds", "seconds"), string("value")],
  class: "exact",
  run(context) {
    setFor(context, true, "setex");
  },
});

export const psetex = defineCommand({
  name: "psetex",
  summary: "Sets a key to a string that expires after some milliseconds.",
  since: "2.6.0",
  group: "string",
  complexity: "O(1)",
  flags: ["write", "denyoom"],
  syntax: [key("OW update"), integer("milliseconds", "milliseconds"), string("value")],
  class: "exact",
  run(context) {
    setFor(context, false, "psetex");
  },
});

function setFor(context: CommandContext, isSeconds: boolean, command: string): void {
  const { keyspace, args, reply } = context;
  const ttl = args.safeInteger(2);
  let expireAtMs = keyspace.nowMs + (isSeconds ? ttl * 1000 : ttl);
  if (!(ttl > 0 && ttl <= SHORT_TTL_MAX)) {
    const wide = args.bigInteger(2);
    if (wide === undefined) return reply.error(errors.notAnInteger);
    expireAtMs = checkedExpiry(context, wide, { isSeconds, isRelative: true }, command);
    if (Number.isNaN(expireAtMs)) return;
  }
  keyspace.setString(args, 1, args.bytes, args.start(3), args.end(3), expireAtMs);
  keyspace.notify(EVENT_STRING, "set", args, 1);
  keyspace.notify(EVENT_GENERIC, "expire", args, 1);
  reply.ok();
}
