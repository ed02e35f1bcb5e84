// XRANGE and XREVRANGE: the entries of a stream between two ids.

import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, optional, string } from "../syntax.ts";
import { replyRange } from "./entry-reply.ts";
import { readInt64, readIntervalEnd, readIntervalStart } from "./stream-arguments.ts";

const count = optional(after("COUNT", integer("count", "count")));
const from = new StreamId();
const to = new StreamId();

export const xrange = defineCommand({
  name: "xrange",
  summary: "Returns the entries of a stream between two ids.",
  since: "5.0.0",
  group: "stream",
  complexity:
    "O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 " +
    "elements with COUNT), you can consider it O(1).",
  flags: ["readonly"],
  syntax: [key("RO access"), string("start", "stream-id"), string("end", "stream-id"), count],
  class: "exact",
  history: [["6.2.0", "Took ends that are left out, with `(`."]],
  run: (context) => replyInterval(context, false),
});

export const xrevrange = defineCommand({
  name: "xrevrange",
  summary: "Returns the entries of a stream between two ids, the last one first.",
  since: "5.0.0",
  group: "stream",
  complexity:
    "O(N) with N being the number of elements returned. If N is constant (e.g. always asking for the first 10 " +
    "elements with COUNT), you can consider it O(1).",
  flags: ["readonly"],
  syntax: [key("RO access"), string("end", "stream-id"), string("start", "stream-id"), count],
  class: "exact",
  history: [["6.2.0", "Took ends that are left out, with `(`."]],
  run: (context) => replyInterval(context, true),
});

function replyInterval(context: CommandContext, isReversed: boolean): void {
  const { keyspace, args, reply } = context;
  if (!readIntervalStart(context, isReversed ? 3 : 2, from)) return;
  if (!readIntervalEnd(context, isReversed ? 2 : 3, to)) return;
  let limit = Number.POSITIVE_INFINITY;
  for (let i = 4; i < args.count; i += 2) {
    if (!args.is(i, "count") || i + 1 >= args.count) return reply.error(errors.syntax);
    const wanted = readInt64(context, i + 1);
    if (Number.isNaN(wanted)) return;
    limit = Math.max(0, wanted);
  }
  const stream = keyspace.readStream(args, 1);
  if (stream === undefined) return reply.error(errors.wrongType);
  if (!stream.exists) return reply.array(0);
  if (limit === 0) return reply.nullArray();
  replyRange(reply, stream, from, to, limit, isReversed);
}
