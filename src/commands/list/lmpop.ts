// LMPOP and BLMPOP: take elements off the first of several lists that is not empty; the latter waits for one.

import { errors } from "../../resp/errors.ts";
import { TYPE_LIST } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, double, integer, key, oneOf, optional, repeated, word } from "../syntax.ts";
import { popElements, readCount } from "./pop.ts";

export const lmpop = defineCommand({
  name: "lmpop",
  summary: "Removes elements at an end of the first list that has any and returns them.",
  since: "7.0.0",
  group: "list",
  complexity: "O(N+M) for N keys and M elements returned.",
  flags: ["write", "movablekeys"],
  syntax: [
    integer("numkeys"),
    repeated(key("RW access delete")),
    oneOf("where", word("LEFT"), word("RIGHT")),
    optional(after("COUNT", integer("count", "count"))),
  ],
  keySpecs: [
    { flags: "RW access delete", begin: { index: 1 }, find: { numkeysAt: 0, firstKeyAt: 1, step: 1 } },
  ],
  class: "exact",
  run: (context) => popFirst(context, 1),
});

export const blmpop = defineCommand({
  name: "blmpop",
  summary: "Removes elements as `LMPOP` does, and waits for some while there are none.",
  since: "7.0.0",
  group: "list",
  complexity: "O(N+M) for N keys and M elements returned.",
  flags: ["write", "blocking", "movablekeys"],
  syntax: [
    double("timeout"),
    integer("numkeys"),
    repeated(key("RW access delete")),
    oneOf("where", word("LEFT"), word("RIGHT")),
    optional(after("COUNT", integer("count", "count"))),
  ],
  keySpecs: [
    { flags: "RW access delete", begin: { index: 2 }, find: { numkeysAt: 0, firstKeyAt: 1, step: 1 } },
  ],
  class: "exact",
  run: (context) => popFirst(context, 2),
});

// With a timeout in front of numkeys it waits where it finds nothing.
function popFirst(context: CommandContext, numkeysAt: number): void {
  const { keyspace, args, reply, client } = context;
  const numkeys = readCount(args, numkeysAt, 1);
  if (Number.isNaN(numkeys)) return reply.error(errors.numkeysNotPositive);
  const firstAt = numkeysAt + 1;
  const whereAt = firstAt + numkeys;
  const wanted = readOptions(context, whereAt);
  if (Number.isNaN(wanted)) return;
  const timeoutMs = numkeysAt === 1 ? 0 : readTimeout(context, 1, "seconds");
  if (Number.isNaN(timeoutMs)) return;
  // When it is woken, it is by one key.
  const last = client.wokenBy || whereAt - 1;
  for (let i = client.wokenBy || firstAt; i <= last; i++) {
    const list = keyspace.listForUpdate(args, i);
    if (list === undefined) return reply.error(errors.wrongType);
    if (!list.exists) continue;
    const count = Math.min(wanted, list.length);
    reply.array(2);
    reply.bulk(args.bytes, args.start(i), args.end(i));
    reply.array(count);
    return popElements(context, list, i, args.is(whereAt, "right"), count);
  }
  if (numkeysAt === 1) return reply.nullArray();
  client.block(context, { type: TYPE_LIST, firstKey: firstAt, lastKey: whereAt - 1, timeoutMs });
}

// LEFT or RIGHT at `whereAt`, and how many; NaN when refused, and then the error has been written.
function readOptions({ args, reply }: CommandContext, whereAt: number): number {
  if (whereAt >= args.count || !(args.is(whereAt, "left") || args.is(whereAt, "right"))) {
    reply.error(errors.syntax);
    return Number.NaN;
  }
  let count = -1;
  for (let i = whereAt + 1; i < args.count; i += 2) {
    if (count !== -1 || i + 1 >= args.count || !args.is(i, "count")) {
      reply.error(errors.syntax);
      return Number.NaN;
    }
    count = readCount(args, i + 1, 1);
    if (Number.isNaN(count)) {
      reply.error(errors.countNotPositive);
      return Number.NaN;
    }
  }
  return count === -1 ? 1 : count;
}
