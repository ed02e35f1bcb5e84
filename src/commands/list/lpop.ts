// LPOP and RPOP, BLPOP and BRPOP: take elements off an end of a list; the latter wait for one.

import { errors } from "../../resp/errors.ts";
import { TYPE_LIST } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type KeySpec } from "../define.ts";
import { double, integer, introduced, key, optional, repeated } from "../syntax.ts";
import { popElements, readCount } from "./pop.ts";

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

const waitingKeys: readonly KeySpec[] = [
  { flags: "RW access delete", begin: { index: 1 }, find: { lastKey: -2, step: 1, limit: 0 } },
];
const waitingSyntax = [repeated(key("RW access delete")), double("timeout")];

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
  run: (context) => popOrWait(context, false),
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
  run: (context) => popOrWait(context, true),
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

function popOrWait(context: CommandContext, fromTail: boolean): void {
  const { keyspace, args, reply, client } = context;
  const timeoutAt = args.count - 1;
  const timeoutMs = readTimeout(context, timeoutAt, "seconds");
  if (Number.isNaN(timeoutMs)) return;
  // When it is woken, it is by one key.
  const last = client.wokenBy || timeoutAt - 1;
  for (let i = client.wokenBy || 1; i <= last; i++) {
    const list = keyspace.listForUpdate(args, i);
    if (list === undefined) return reply.error(errors.wrongType);
    if (!list.exists) continue;
    reply.array(2);
    reply.bulk(args.bytes, args.start(i), args.end(i));
    return popElements(context, list, i, fromTail, 1);
  }
  client.block(context, { type: TYPE_LIST, firstKey: 1, lastKey: timeoutAt - 1, timeoutMs });
}
