// XAUTOCLAIM: make entries that have been pending for long those of another consumer, some at a time.

import type { StreamView } from "../../keyspace/stream-view.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, optional, string, word } from "../syntax.ts";
import { useConsumer } from "./consumer.ts";
import { replyEntry, replyId } from "./entry-reply.ts";
import { IdList } from "./id-list.ts";
import { int64Number, readIntervalStart } from "./stream-arguments.ts";

const COUNT_DEFAULT = 100;
/** As many ids as 63 bits can count the bytes of, at 16 each. */
const COUNT_MAX = 2n ** 59n - 1n;
/** Redis asks for room for them all beforehand, which from here on no processor can address. */
const COUNT_HELD_MAX = 7 * 2 ** 40;
/** So many pending entries are looked at for each that may be returned. */
const ATTEMPTS = 10;

const claimed = new IdList();
const deleted = new IdList();
const from = new StreamId();
const id = new StreamId();

export const xautoclaim = defineCommand({
  name: "xautoclaim",
  summary: "Makes entries that have been pending for long those of another consumer, and returns them.",
  since: "6.2.0",
  group: "stream",
  complexity: "O(1) if COUNT is small.",
  flags: ["write", "fast"],
  syntax: [
    key("RW delete"),
    string("group", "stream-group"),
    string("consumer", "stream-group"),
    string("min-idle-time", "milliseconds"),
    string("start", "stream-id"),
    optional(after("COUNT", integer("count", "count"))),
    optional(word("JUSTID")),
  ],
  class: "exact",
  tips: ["nondeterministic_output"],
  history: [["7.0.0", "Returned the ids of deleted entries that it took out of the pending ones."]],
  run(context) {
    const { keyspace, args, reply } = context;
    const stream = keyspace.readStream(args, 1);
    const minIdleMs = Math.max(0, int64Number(args, 4));
    if (Number.isNaN(minIdleMs)) return reply.error(errors.claimArgument("min-idle-time", "XAUTOCLAIM"));
    if (!readIntervalStart(context, 5, from)) return;
    let count = COUNT_DEFAULT;
    let isJustId = false;
    for (let i = 6; i < args.count; i++) {
      if (args.is(i, "count") && i + 1 < args.count) {
        count = int64Number(args, ++i);
        const isTooMany = count > COUNT_HELD_MAX && (args.bigInteger(i) ?? 0n) > COUNT_MAX;
        if (!(count >= 1) || isTooMany) return reply.error(errors.claimCount);
      } else if (args.is(i, "justid")) {
        isJustId = true;
      } else {
        return reply.error(errors.syntax);
      }
    }
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists || !stream.groups.find(args.bytes, args.start(2), args.end(2))) {
      return reply.error(errors.noGroup(args.textBeforeNul(1), args.textBeforeNul(2)));
    }
    if (count > COUNT_HELD_MAX) return reply.error(errors.claimMemory);
    claim(context, stream, { minIdleMs, count, isJustId });
  },
});

function claim(
  context: CommandContext,
  stream: StreamView,
  { minIdleMs, count, isJustId }: { minIdleMs: number; count: number; isJustId: boolean },
): void {
  const { keyspace, reply } = context;
  const { groups } = stream;
  const { pending } = groups;
  claimed.clear();
  deleted.clear();
  keyspace.changing(stream.entry);
  let hasConsumer = false;
  pending.seek(from);
  let more = pending.isAtEntry;
  let left = count;
  for (let attempts = count * ATTEMPTS; attempts > 0 && left > 0 && more; attempts--) {
    pending.readId(id);
    if (!stream.locate(id)) {
      groups.settle(id);
      stream.countChange();
      deleted.push(id);
      left--;
      pending.seek(id);
      more = pending.isAtEntry;
      continue;
    }
    if (minIdleMs === 0 || keyspace.nowMs - pending.deliveredMs >= minIdleMs) {
      if (!hasConsumer) useConsumer(context, stream, 1, 3);
      hasConsumer = true;
      groups.give(id);
      pending.deliveredMs = keyspace.nowMs;
      if (!isJustId) pending.countDelivery();
      stream.countChange();
      claimed.push(id);
      left--;
    }
    more = pending.next();
  }
  reply.array(3);
  if (more) pending.readId(id);
  else id.setMin();
  replyId(reply, id);
  reply.array(claimed.count);
  for (let i = 0; i < claimed.count; i++) {
    claimed.read(i, id);
    if (isJustId) replyId(reply, id);
    else if (stream.locate(id)) replyEntry(reply, stream);
  }
  reply.array(deleted.count);
  for (let i = 0; i < deleted.count; i++) replyId(reply, deleted.read(i, id));
}
