// LPOP and RPOP, BLPOP and BRPOP: take elements off an end of a list; the latter wait for one.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { readCount } from "../count-argument.ts";
import { defineCommand } from "../define.ts";
import { popOneOrWait, waitingKeys, waitingSyntax } from "../pop-first.ts";
import { integer, introduced, key, optional } from "../syntax.ts";
import { listEnds, popElements } from "./pop.ts";

const syntax = [key("RW access delete"), optional(introduced("6.2.0", integer("count", "count")))];

export const lpop = defineCommand({
  name: "lpop",
  summary: "Removes elements at the beginning of a list and returns them.",
  since: "1.0.0",
  group: "list",
  complexity: "O(N) for N elements returned.",
  flags: ["write", "fast"],
  syntax,
  class: "exact",
  history: [["6.2.0", "How many may be given."]],
  run: (context) => pop(context, false),
});

export const rpop = defineCommand({
  name: "rpop",
  summary: "Removes elements at the end of a list and returns them.",
  since: "1.0.0",
  group: "list",
  complexity: "O(N) for N elements returned.",
  flags: ["write", "fast"],
  syntax,
  class: "exact",
  history: [["6.2.0", "How many may be given."]],
  run: (context) => pop(context, true),
});

export const blpop = defineCommand({
  name: "blpop",
  summary: "Removes the first element of a list and returns it, waiting for one while there is none.",
  since: "2.0.0",
  group: "list",
  complexity: "O(N) for N keys.",
  flags: ["write", "noscript", "blocking"],
  syntax: waitingSyntax,
  keySpecs: waitingKeys,
  class: "exact",
  history: [["6.0.0", "The timeout may have a fraction."]],
  run: (context) => popOneOrWait(context, listEnds, false),
});

export const brpop = defineCommand({
  name: "brpop",
  summary: "Removes the last element of a list and returns it, waiting for one while there is none.",
  since: "2.0.0",
  group: "list",
  complexity: "O(N) for N keys.",
  flags: ["write", "noscript", "blocking"],
  syntax: waitingSyntax,
  keySpecs: waitingKeys,
  class: "exact",
  history: [["6.0.0", "The timeout may have a fraction."]],
  run: (context) => popOneOrWait(context, listEnds, true),
});

function pop(context: CommandContext, fromTail: boolean): void {
  const { keyspace, args, reply } = context;
  if (args.count > 3) return reply.error(errors.arity(fromTail ? "rpop" : "lpop"));
  const hasCount = args.count === 3;
  const wanted = hasCount ? readCount(args, 2, 0) : 1;
  if (Number.isNaN(wanted)) return reply.error(errors.mustBePositive);
  const list = keyspace.listForUpdate(args, 1);
  if (list === undefined) return reply.error(errors.wrongType);
  if (!list.exists) return hasCount ? reply.nullArray() : reply.null();
  if (wanted === 0) return reply.array(0);
  const count = Math.min(wanted, list.length);
  if (hasCount) reply.array(count);
  popElements(context, list, 1, fromTail, count);
}
