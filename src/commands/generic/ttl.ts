// TTL, PTTL, EXPIRETIME, PEXPIRETIME: when a key vanishes. -1: it never does; -2: there is no such key.

import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

const INT64_MAX = 2n ** 63n - 1n;

export const ttl = defineCommand({
  name: "ttl",
  summary: "Tells in how many seconds a key vanishes.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access")],
  class: "time",
  tips: ["nondeterministic_output"],
  history: [["2.8.0", "Answers -2 when there is no such key."]],
  run: (context) => replyExpiry(context, true, true),
});

export const pttl = defineCommand({
  name: "pttl",
  summary: "Tells in how many milliseconds a key vanishes.",
  since: "2.6.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access")],
  class: "time",
  tips: ["nondeterministic_output"],
  history: [["2.8.0", "Answers -2 when there is no such key."]],
  run: (context) => replyExpiry(context, false, true),
});

export const expiretime = defineCommand({
  name: "expiretime",
  summary: "Tells at which second of Unix time a key vanishes.",
  since: "7.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access")],
  class: "time",
  run: (context) => replyExpiry(context, true, false),
});

export const pexpiretime = defineCommand({
  name: "pexpiretime",
  summary: "Tells at which millisecond of Unix time a key vanishes.",
  since: "7.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access")],
  class: "time",
  run: (context) => replyExpiry(context, false, false),
});

function replyExpiry(context: CommandContext, isSeconds: boolean, isRelative: boolean) {
  const { keyspace, args, reply } = context;
  const entry = keyspace.inspect(args, 1);
  if (entry === undefined) return reply.int(-2);
  if (!entry.hasExpiry) return reply.int(-1);
  const baseMs = isRelative ? keyspace.nowMs : 0;
  const atMs = entry.expireAtMs;
  if (atMs >= Number.MAX_SAFE_INTEGER - 500) return replyWide(reply, atMs, baseMs, isSeconds);
  const ms = atMs - baseMs;
  reply.int(isSeconds ? Math.floor((ms + 500) / 1000) : ms);
}

// Times that were rounded to a double may have come out just past 64 bits.
function replyWide(reply: ReplyWriter, atMs: number, baseMs: number, isSeconds: boolean): void {
  const wide = BigInt(atMs);
  const ms = (wide > INT64_MAX ? INT64_MAX : wide) - BigInt(baseMs);
  reply.bigInt(isSeconds ? (ms + 500n) / 1000n : ms);
}
