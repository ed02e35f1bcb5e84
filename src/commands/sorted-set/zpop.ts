// ZPOPMIN and ZPOPMAX, BZPOPMIN and BZPOPMAX: take the members with the lowest or highest scores out of a sorted set.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { readCount } from "../count-argument.ts";
import { defineCommand } from "../define.ts";
import { popOneOrWait, waitingKeys, waitingSyntax } from "../pop-first.ts";
import { integer, key, optional } from "../syntax.ts";
import { popMembers, setEnds } from "./pop.ts";

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

export const bzpopmin = defineCommand({
  name: "bzpopmin",
  summary: "Removes the member with the lowest score and returns it, waiting for one while there is none.",
  since: "5.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["write", "noscript", "blocking", "fast"],
  syntax: waitingSyntax,
  keySpecs: waitingKeys,
  class: "exact",
  history: [["6.0.0", "The timeout may have a fraction."]],
  run: (context) => popOneOrWait(context, setEnds, false),
});

export const bzpopmax = defineCommand({
  name: "bzpopmax",
  summary: "Removes the member with the highest score and returns it, waiting for one while there is none.",
  since: "5.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["write", "noscript", "blocking", "fast"],
  syntax: waitingSyntax,
  keySpecs: waitingKeys,
  class: "exact",
  history: [["6.0.0", "The timeout may have a fraction."]],
  run: (context) => popOneOrWait(context, setEnds, true),
});

function pop(context: CommandContext, isMax: boolean): void {
  const { keyspace, args, reply } = context;
  if (args.count > 3) return reply.error(errors.syntax);
  const hasCount = args.count === 3;
  const wanted = hasCount ? readCount(args, 2, 0) : 1;
  if (Number.isNaN(wanted)) return reply.error(errors.mustBePositive);
  const set = keyspace.sortedSetForUpdate(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  const count = Math.min(wanted, set.length);
  if (count === 0) return reply.array(0);
  const isNested = hasCount && reply.protocol === 3;
  reply.array(isNested ? count : count * 2);
  popMembers(context, set, 1, isMax, count, isNested);
}
