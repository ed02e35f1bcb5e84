// XINFO: what is known of a stream, its consumer groups and their consumers.

import { lagOf } from "../../keyspace/stream-lag.ts";
import type { StreamView } from "../../keyspace/stream-view.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, block, integer, key, optional, string } from "../syntax.ts";
import { replyEntry, replyId, replyRange, replyWords } from "./entry-reply.ts";
import { streamHelp } from "./help.ts";
import { readInt64 } from "./stream-arguments.ts";

const FULL_COUNT_DEFAULT = 10;

const minId = new StreamId();
const maxId = new StreamId().setMax();
const id = new StreamId();
const common = { group: "stream", since: "5.0.0", flags: ["readonly"], complexity: "O(1)" } as const;

const stream = defineCommand({
  ...common,
  name: "stream",
  summary: "Returns what is known of a stream.",
  syntax: [
    key("RO access"),
    optional(after("FULL", block("full", optional(after("COUNT", integer("count", "count")))))),
  ],
  class: "exact",
  history: [
    ["6.0.0", "Took `FULL`."],
    [
      "7.0.0",
      "Returned `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, `entries-read` and `lag`.",
    ],
  ],
  run(context) {
    const { args, reply } = context;
    const shown = open(context);
    if (shown === undefined) return;
    const { count } = args;
    if (count === 3) return replyStream(reply, shown);
    const isRight = (count === 4 || (count === 6 && args.is(4, "count"))) && args.is(3, "full");
    if (!isRight) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "XINFO"));
    let limit = FULL_COUNT_DEFAULT;
    if (count === 6) {
      limit = readInt64(context, 5);
      if (Number.isNaN(limit)) return;
      if (limit < 0) limit = FULL_COUNT_DEFAULT;
    }
    replyFull(reply, shown, limit === 0 ? Number.POSITIVE_INFINITY : limit);
  },
});

const groups = defineCommand({
  ...common,
  name: "groups",
  summary: "Lists the consumer groups of a stream.",
  syntax: [key("RO access")],
  class: "exact",
  history: [["7.0.0", "Returned `entries-read` and `lag`."]],
  run(context) {
    const { reply } = context;
    const shown = open(context);
    if (shown === undefined) return;
    const { count } = shown.groups;
    reply.array(count);
    for (let i = 0; i < count; i++) {
      shown.groups.seek(i);
      const { pending, consumerCount, groupBytes, groupStart, groupEnd, lastId } = shown.groups;
      reply.map(6);
      reply.bulkText("name");
      reply.bulk(groupBytes, groupStart, groupEnd);
      reply.bulkText("consumers");
      reply.int(consumerCount);
      reply.bulkText("pending");
      reply.int(pending.size);
      reply.bulkText("last-delivered-id");
      replyId(reply, lastId);
      replyProgress(reply, shown);
    }
  },
});

const consumers = defineCommand({
  ...common,
  name: "consumers",
  summary: "Lists the consumers of a consumer group.",
  syntax: [key("RO access"), string("groupname", "stream-group")],
  class: "time",
  tips: ["nondeterministic_output"],
  run(context) {
    const { keyspace, args, reply } = context;
    const shown = open(context);
    if (shown === undefined) return;
    const all = shown.groups;
    if (!all.find(args.bytes, args.start(3), args.end(3))) {
      return reply.error(errors.noGroupForKey(args.textBeforeNul(3), args.textBeforeNul(2)));
    }
    const count = all.consumerCount;
    reply.array(count);
    for (let i = 0; i < count; i++) {
      all.seekConsumer(i);
      reply.map(3);
      reply.bulkText("name");
      reply.bulk(all.consumerBytes, all.consumerStart, all.consumerEnd);
      reply.bulkText("pending");
      reply.int(all.own.size);
      reply.bulkText("idle");
      reply.int(Math.max(0, keyspace.nowMs - all.seenMs));
    }
  },
});

export const xinfo = defineCommand({
  name: "xinfo",
  summary: "Holds the commands that look into streams.",
  since: "5.0.0",
  group: "stream",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [
    consumers,
    groups,
    streamHelp("xinfo", [
      "CONSUMERS <key> <groupname>",
      "    List the consumers of a group.",
      "GROUPS <key>",
      "    List the consumer groups of a stream.",
      "STREAM <key> [FULL [COUNT <count>]",
      "    Return what is known of a stream.",
    ]),
    stream,
  ],
});

// The stream at argument 2; undefined when there is none, and then the error has been written.
function open({ keyspace, args, reply }: CommandContext): StreamView | undefined {
  const found = keyspace.readStream(args, 2);
  if (found === undefined) reply.error(errors.wrongType);
  else if (found.exists) return found;
  else reply.error(errors.noSuchKey);
  return undefined;
}

function replyStream(reply: ReplyWriter, shown: StreamView): void {
  reply.map(10);
  replyCounts(reply, shown);
  reply.bulkText("groups");
  reply.int(shown.groups.count);
  reply.bulkText("first-entry");
  if (shown.openRange(minId, maxId)) replyEntry(reply, shown);
  else reply.null();
  reply.bulkText("last-entry");
  if (shown.openRange(minId, maxId, true)) replyEntry(reply, shown);
  else reply.null();
}

function replyFull(reply: ReplyWriter, shown: StreamView, limit: number): void {
  reply.map(9);
  replyCounts(reply, shown);
  reply.bulkText("entries");
  replyRange(reply, shown, minId, maxId, limit);
  reply.bulkText("groups");
  const { count } = shown.groups;
  reply.array(count);
  for (let i = 0; i < count; i++) {
    shown.groups.seek(i);
    replyGroup(reply, shown, limit);
  }
}

function replyCounts(reply: ReplyWriter, shown: StreamView): void {
  reply.bulkText("length");
  reply.int(shown.length);
  reply.bulkText("radix-tree-keys");
  reply.int(shown.nodeCount);
  reply.bulkText("radix-tree-nodes");
  reply.int(shown.radixNodeCount());
  reply.bulkText("last-generated-id");
  replyId(reply, shown.lastId);
  reply.bulkText("max-deleted-entry-id");
  replyId(reply, shown.maxDeletedId);
  reply.bulkText("entries-added");
  replyWords(reply, shown.addedHigh, shown.addedLow);
  reply.bulkText("recorded-first-entry-id");
  replyId(reply, shown.firstId);
}

function replyProgress(reply: ReplyWriter, shown: StreamView): void {
  reply.bulkText("entries-read");
  if (shown.groups.isReadKnown) replyWords(reply, shown.groups.readHigh, shown.groups.readLow);
  else reply.null();
  reply.bulkText("lag");
  const lag = lagOf(shown);
  if (lag === undefined) reply.null();
  else reply.bigInt(lag);
}

function replyGroup(reply: ReplyWriter, shown: StreamView, limit: number): void {
  const all = shown.groups;
  const { pending } = all;
  reply.map(7);
  reply.bulkText("name");
  reply.bulk(all.groupBytes, all.groupStart, all.groupEnd);
  reply.bulkText("last-delivered-id");
  replyId(reply, all.lastId);
  replyProgress(reply, shown);
  reply.bulkText("pel-count");
  reply.int(pending.size);
  reply.bulkText("pending");
  const shownPending = Math.min(limit, pending.size);
  reply.array(shownPending);
  pending.seekFirst();
  for (let i = 0; i < shownPending; i++, pending.next()) {
    pending.readId(id);
    all.seekSlot(pending.slot);
    reply.array(4);
    replyId(reply, id);
    reply.bulk(all.consumerBytes, all.consumerStart, all.consumerEnd);
    replyDelivery(reply, shown);
  }
  reply.bulkText("consumers");
  const { consumerCount } = all;
  reply.array(consumerCount);
  for (let i = 0; i < consumerCount; i++) {
    all.seekConsumer(i);
    replyConsumer(reply, shown, limit);
  }
}

function replyConsumer(reply: ReplyWriter, shown: StreamView, limit: number): void {
  const all = shown.groups;
  const { own, pending } = all;
  reply.map(4);
  reply.bulkText("name");
  reply.bulk(all.consumerBytes, all.consumerStart, all.consumerEnd);
  reply.bulkText("seen-time");
  reply.int(all.seenMs);
  reply.bulkText("pel-count");
  reply.int(own.size);
  reply.bulkText("pending");
  const count = Math.min(limit, own.size);
  reply.array(count);
  own.seekFirst();
  for (let i = 0; i < count; i++, own.next()) {
    own.readId(id);
    pending.seek(id);
    reply.array(3);
    replyId(reply, id);
    replyDelivery(reply, shown);
  }
}

// When the pending entry was delivered last, and how often.
function replyDelivery(reply: ReplyWriter, { groups: { pending } }: StreamView): void {
  reply.int(pending.deliveredMs);
  replyWords(reply, pending.deliveriesHigh, pending.deliveriesLow);
}
