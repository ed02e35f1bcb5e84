// ZMPOP and BZMPOP: take members out of the first of several sorted sets that is not empty.

import { errors } from "../../resp/errors.ts";
import { TYPE_ZSET } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, double, integer, key, oneOf, optional, repeated, word } from "../syntax.ts";
import { popMembers, readCount } from "./pop.ts";

export const zmpop = defineCommand({
  name: "zmpop",
  summary: "Removes members with the lowest or highest scores from the first sorted set that has any.",
  since: "7.0.0",
  group: "sorted-set",
  complexity: "O(K) + O(M*log(N)) for K keys, M members out of a set of N.",
  flags: ["write", "movablekeys"],
  syntax: [
    integer("numkeys"),
    repeated(key("RW access delete")),
    oneOf("where", word("MIN"), word("MAX")),
    optional(after("COUNT", integer("count", "count"))),
  ],
  keySpecs: [
    { flags: "RW access delete", begin: { index: 1 }, find: { numkeysAt: 0, firstKeyAt: 1, step: 1 } },
  ],
  class: "exact",
  run: (context) => popFirst(context, 1),
});

export const bzmpop = defineCommand({
  name: "bzmpop",
  summary: "Removes members as `ZMPOP` does, and waits for some while there are none.",
  since: "7.0.0",
  group: "sorted-set",
  complexity: "O(K) + O(M*log(N)) for K keys, M members out of a set of N.",
  flags: ["write", "blocking", "movablekeys"],
  syntax: [
    double("timeout"),
    integer("numkeys"),
    repeated(key("RW access delete")),
    oneOf("where", word("MIN"), word("MAX")),
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
  const numkeys = readCount(context, numkeysAt, 1);
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
    const set = keyspace.sortedSetForUpdate(args, i);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.exists) continue;
    const count = Math.min(wanted, set.length);
    reply.array(2);
    reply.bulk(args.bytes, args.start(i), args.end(i));
    reply.array(count);
    return popMembers(context, set, i, args.is(whereAt, "max"), count, true);
  }
  if (numkeysAt === 1) return reply.nullArray();
  client.block(context, { type: TYPE_ZSET, firstKey: firstAt, lastKey: whereAt - 1, timeoutMs });
}

// MIN or MAX at `whereAt`, and how many; NaN when refused, and then the error has been written.
function readOptions(context: CommandContext, whereAt: number): number {
  const { args, reply } = context;
  if (whereAt >= args.count || !(args.is(whereAt, "min") || args.is(whereAt, "max"))) {
    reply.error(errors.syntax);
    return Number.NaN;
  }
  let count = -1;
  for (let i = whereAt + 1; i < args.count; i += 2) {
    if (count !== -1 || i + 1 >= args.count || !args.is(i, "count")) {
      reply.error(errors.syntax);
      return Number.NaN;
    }
    count = readCount(context, i + 1, 1);
    if (Number.isNaN(count)) {
      reply.error(errors.countNotPositive);
      return Number.NaN;
    }
  }
  return count === -1 ? 1 : count;
}
