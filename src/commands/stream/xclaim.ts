// XCLAIM: make pending entries those of another consumer.

import type { StreamView } from "../../keyspace/stream-view.ts";
import { ID_WHOLE, parseStreamId, StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, optional, repeated, string, unixTime, word } from "../syntax.ts";
import { useConsumer } from "./consumer.ts";
import { replyEntry, replyId } from "./entry-reply.ts";
import { IdList } from "./id-list.ts";
import { int64Number, readId, readInt64Words } from "./stream-arguments.ts";

const ids = new IdList();
const id = new StreamId();
const lastId = new StreamId();
const options = {
  minIdleMs: 0,
  deliveredMs: 0,
  isCountGiven: false,
  count: { high: 0, low: 0 },
  isForced: false,
  isJustId: false,
};

export const xclaim = defineCommand({
  name: "xclaim",
  summary: "Makes pending entries of a consumer group those of another consumer, and returns them.",
  since: "5.0.0",
  group: "stream",
  complexity: "O(log N) with N being the number of messages in the PEL of the consumer group.",
  flags: ["write", "fast"],
  syntax: [
    key("RW update"),
    string("group", "stream-group"),
    string("consumer", "stream-group"),
    string("min-idle-time", "milliseconds"),
    repeated(string("id", "stream-id")),
    optional(after("IDLE", integer("ms", "milliseconds"))),
    optional(after("TIME", unixTime("unix-time-milliseconds", "unix-milliseconds"))),
    optional(after("RETRYCOUNT", integer("count", "count"))),
    optional(word("FORCE")),
    optional(word("JUSTID")),
    optional(after("LASTID", string("id", "stream-id"))),
  ],
  class: "exact",
  tips: ["nondeterministic_output"],
  run(context) {
    const { keyspace, args, reply } = context;
    const stream = keyspace.readStream(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    if (!stream.exists || !stream.groups.find(args.bytes, args.start(2), args.end(2))) {
      return reply.error(errors.noGroup(args.textBeforeNul(1), args.textBeforeNul(2)));
    }
    options.minIdleMs = Math.max(0, int64Number(args, 4));
    if (Number.isNaN(options.minIdleMs)) {
      return reply.error(errors.claimArgument("min-idle-time", "XCLAIM"));
    }
    if (!readOptions(context, readIds(context))) return;
    claim(context, stream);
  },
});

// Reads the ids; returns the argument after the last.
function readIds({ args }: CommandContext): number {
  ids.clear();
  let i = 5;
  for (; i < args.count; i++) {
    if (parseStreamId(args.bytes, args.start(i), args.end(i), id) !== ID_WHOLE) break;
    ids.push(id);
  }
  return i;
}

function readOptions(context: CommandContext, first: number): boolean {
  const { keyspace, args, reply } = context;
  const { nowMs } = keyspace;
  options.isForced = false;
  options.isJustId = false;
  options.isCountGiven = false;
  let deliveredMs = -1;
  lastId.setMin();
  for (let i = first; i < args.count; i++) {
    const hasMore = i + 1 < args.count;
    if (args.is(i, "force")) {
      options.isForced = true;
    } else if (args.is(i, "justid")) {
      options.isJustId = true;
    } else if (hasMore && (args.is(i, "idle") || args.is(i, "time") || args.is(i, "retrycount"))) {
      const value = int64Number(args, i + 1);
      if (Number.isNaN(value)) {
        reply.error(errors.claimArgument(`${args.text(i).toUpperCase()} option`, "XCLAIM"));
        return false;
      }
      if (args.is(i, "idle")) deliveredMs = nowMs - value;
      else if (args.is(i, "time")) deliveredMs = value;
      else {
        options.isCountGiven = value >= 0;
        readInt64Words(args, i + 1, options.count);
      }
      i++;
    } else if (hasMore && args.is(i, "lastid")) {
      if (!readId(context, ++i, lastId)) return false;
    } else {
      reply.error(errors.claimOption(args.textBeforeNul(i)));
      return false;
    }
  }
  // What lies in the future, or was not given, is now.
  options.deliveredMs = deliveredMs < 0 || deliveredMs > nowMs ? nowMs : deliveredMs;
  return true;
}

function claim(context: CommandContext, stream: StreamView): void {
  const { keyspace, reply } = context;
  const { groups } = stream;
  const { pending } = groups;
  keyspace.changing(stream.entry);
  let isMoved = lastId.compare(groups.lastId) > 0;
  if (isMoved) groups.setLastId(lastId);
  let hasConsumer = false;
  let claimed = 0;
  for (let i = 0; i < ids.count; i++) {
    ids.read(i, id);
    const isPending = pending.seek(id);
    if (!stream.locate(id)) {
      if (!isPending) continue;
      // Nobody can read it any more.
      groups.settle(id);
      stream.countChange();
      isMoved = false;
      continue;
    }
    if (!isPending && !options.isForced) continue;
    if (isPending && options.minIdleMs > 0 && keyspace.nowMs - pending.deliveredMs < options.minIdleMs) {
      continue;
    }
    if (!hasConsumer) useConsumer(context, stream, 1, 3);
    hasConsumer = true;
    if (isPending) {
      groups.give(id);
    } else {
      groups.addPending(id);
      pending.setDeliveries(0, 1);
    }
    pending.deliveredMs = options.deliveredMs;
    if (options.isCountGiven) pending.setDeliveries(options.count.high, options.count.low);
    else if (!options.isJustId) pending.countDelivery();
    stream.countChange();
    isMoved = false;
    ids.set(claimed++, id);
  }
  if (isMoved) stream.countChange();
  reply.array(claimed);
  for (let i = 0; i < claimed; i++) {
    ids.read(i, id);
    if (options.isJustId) replyId(reply, id);
    else if (stream.locate(id)) replyEntry(reply, stream);
  }
}
