// ZPOPMIN and ZPOPMAX, BZPOPMIN and BZPOPMAX: take the members with the lowest or highest scores out of a sorted set.

import { errors } from "../../resp/errors.ts";
import { TYPE_ZSET } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type KeySpec } from "../define.ts";
import { double, integer, key, optional, repeated } from "../syntax.ts";
import { popMembers, readCount } from "./pop.ts";

export const zpopmin = defineCommand({
  name: "zpopmin",
  summary: "Removes the members with the lowest scores and returns them.",
  since: "5.0.0",
  group: "sorted-set",
  complexity: "O(log(N)*M) for M members out of a set of N.",
  flags: ["write", "fast"],
  syntax: [key("RW access delete"), optional(integer("count", "count"))],
  class: "exact",
  run: (context) => pop(context, false),
});

export const zpopmax = defineCommand({
  name: "zpopmax",
  summary: "Removes the members with the highest scores and returns them.",
  since: "5.0.0",
  group: "sorted-set",
  complexity: "O(log(N)*M) for M members out of a set of N.",
  flags: ["write", "fast"],
  syntax: [key("RW access delete"), optional(integer("count", "count"))],
  class: "exact",
  run: (context) => pop(context, true),
});

const waitingKeys: readonly KeySpec[] = [
  { flags: "RW access delete", begin: { index: 1 }, find: { lastKey: -2, step: 1, limit: 0 } },
];

export const bzpopmin = defineCommand({
  name: "bzpopmin",
  summary: "Removes the member with the lowest score and returns it, waiting for one while there is none.",
  since: "5.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["write", "noscript", "blocking", "fast"],
  syntax: [repeated(key("RW access delete")), double("timeout")],
  keySpecs: waitingKeys,
  class: "exact",
  history: [["6.0.0", "The timeout may have a fraction."]],
  run: (context) => popOrWait(context, false),
});

export const bzpopmax = defineCommand({
  name: "bzpopmax",
  summary: "Removes the member with the highest score and returns it, waiting for one while there is none.",
  since: "5.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["write", "noscript", "blocking", "fast"],
  syntax: [repeated(key("RW access delete")), double("timeout")],
  keySpecs: waitingKeys,
  class: "exact",
  history: [["6.0.0", "The timeout may have a fraction."]],
  run: (context) => popOrWait(context, true),
});

function popOrWait(context: CommandContext, isMax: boolean): void {
  const { keyspace, args, reply, client } = context;
  const timeoutAt = args.count - 1;
  const timeoutMs = readTimeout(context, timeoutAt, "seconds");
  if (Number.isNaN(timeoutMs)) return;
  // When it is woken, it is by one key.
  const last = client.wokenBy || timeoutAt - 1;
  for (let i = client.wokenBy || 1; i <= last; i++) {
    const set = keyspace.sortedSetForUpdate(args, i);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.exists) continue;
    reply.array(3);
    reply.bulk(args.bytes, args.start(i), args.end(i));
    return popMembers(context, set, i, isMax, 1, false);
  }
  client.block(context, { type: TYPE_ZSET, firstKey: 1, lastKey: timeoutAt - 1, timeoutMs });
}

function pop(context: CommandContext, isMax: boolean): void {
  const { keyspace, args, reply } = context;
  if (args.count > 3) return reply.error(errors.syntax);
  const hasCount = args.count === 3;
  const wanted = hasCount ? readCount(context, 2, 0) : 1;
  if (Number.isNaN(wanted)) return reply.error(errors.mustBePositive);
  const set = keyspace.sortedSetForUpdate(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  const count = Math.min(wanted, set.length);
  if (count === 0) return reply.array(0);
  const isNested = hasCount && reply.protocol === 3;
  reply.array(isNested ? count : count * 2);
  popMembers(context, set, 1, isMax, count, isNested);
}
