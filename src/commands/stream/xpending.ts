// XPENDING: what a consumer group has delivered and nobody has acknowledged: how many, or which.

import type { StreamView } from "../../keyspace/stream-view.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, block, integer, introduced, key, optional, string } from "../syntax.ts";
import { replyId, replyWords } from "./entry-reply.ts";
import { readInt64, readIntervalEnd, readIntervalStart } from "./stream-arguments.ts";

const from = new StreamId();
const to = new StreamId();
const id = new StreamId();

export const xpending = defineCommand({
  name: "xpending",
  summary: "Returns what a consumer group has delivered and nobody has acknowledged.",
  since: "5.0.0",
  group: "stream",
  complexity:
    "O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is " +
    "O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command " +
    "returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) " +
    "time for iterating every consumer.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    string("group", "stream-group"),
    optional(
      block(
        "filters",
        optional(introduced("6.2.0", after("IDLE", integer("min-idle-time", "milliseconds")))),
        string("start", "stream-id"),
        string("end", "stream-id"),
        integer("count", "count"),
        optional(string("consumer", "stream-group")),
      ),
    ),
  ],
  class: "time",
  tips: ["nondeterministic_output"],
  history: [["6.2.0", "Took `IDLE`, and ends that are left out."]],
  run(context) {
    const { keyspace, args, reply } = context;
    const { count } = args;
    if (count !== 3 && (count < 6 || count > 9)) return reply.error(errors.syntax);
    let minIdleMs = 0;
    let limit = 0;
    let startAt = 3;
    if (count > 3) {
      if (args.is(3, "idle")) {
        minIdleMs = readInt64(context, 4);
        if (Number.isNaN(minIdleMs)) return;
        if (count < 8) return reply.error(errors.syntax);
        startAt = 5;
      }
      limit = readInt64(context, startAt + 2);
      if (Number.isNaN(limit)) return;
      if (!readIntervalStart(context, startAt, from) || !readIntervalEnd(context, startAt + 1, to)) return;
    }
    const stream = keyspace.readStream(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists || !stream.groups.find(args.bytes, args.start(2), args.end(2))) {
      return reply.error(errors.noGroup(args.textBeforeNul(1), args.textBeforeNul(2)));
    }
    if (count === 3) return replySummary(reply, stream);
    const consumerAt = startAt + 3 < count ? startAt + 3 : 0;
    replyPending(context, stream, Math.max(0, limit), minIdleMs, consumerAt);
  },
});

function replySummary(reply: ReplyWriter, { groups }: StreamView): void {
  const { pending, own } = groups;
  reply.array(4);
  reply.int(pending.size);
  if (!pending.seekFirst()) {
    reply.null();
    reply.null();
    return reply.nullArray();
  }
  pending.readId(id);
  replyId(reply, id);
  pending.seekLast();
  pending.readId(id);
  replyId(reply, id);
  let busy = 0;
  for (let i = 0; i < groups.consumerCount; i++) {
    groups.seekConsumer(i);
    if (own.size > 0) busy++;
  }
  reply.array(busy);
  for (let i = 0; i < groups.consumerCount; i++) {
    groups.seekConsumer(i);
    if (own.size === 0) continue;
    reply.array(2);
    reply.bulk(groups.consumerBytes, groups.consumerStart, groups.consumerEnd);
    reply.bulkInt(own.size);
  }
}

function replyPending(
  { keyspace, args, reply }: CommandContext,
  { groups }: StreamView,
  limit: number,
  minIdleMs: number,
  consumerAt: number,
): void {
  const { pending } = groups;
  if (consumerAt > 0 && !groups.findConsumer(args.bytes, args.start(consumerAt), args.end(consumerAt))) {
    return reply.array(0);
  }
  const { nowMs } = keyspace;
  const tree = consumerAt > 0 ? groups.own : pending;
  // Twice the same walk: first how many, then which.
  let count = 0;
  for (let isReply = false; ; isReply = true) {
    let left = isReply ? count : limit;
    tree.seek(from);
    for (let more = left > 0 && tree.isAtEntry; more && left > 0; more = tree.next()) {
      tree.readId(id);
      if (id.compare(to) > 0) break;
      if (tree !== pending) pending.seek(id);
      const idleMs = nowMs - pending.deliveredMs;
      if (minIdleMs !== 0 && idleMs < minIdleMs) continue;
      left--;
      if (!isReply) {
        count++;
        continue;
      }
      reply.array(4);
      replyId(reply, id);
      groups.seekSlot(pending.slot);
      reply.bulk(groups.consumerBytes, groups.consumerStart, groups.consumerEnd);
      reply.int(Math.max(0, idleMs));
      replyWords(reply, pending.deliveriesHigh, pending.deliveriesLow);
    }
    if (isReply) return;
    reply.array(count);
  }
}
