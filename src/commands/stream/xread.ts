// XREAD and XREADGROUP: the entries of several streams after an id each, or what is new to a consumer group, or what
// a consumer has not acknowledged. Both may wait.
//
// How many streams the reply will show must be known before the first is written, so the streams are looked at
// twice: once to choose, once to read. A stream named more than once is the only case where reading changes what
// there is to choose: it is then worked out where the earlier reading will end.

import { countRead } from "../../keyspace/stream-lag.ts";
import type { StreamView } from "../../keyspace/stream-view.ts";
import { StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import { TYPE_STREAM } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand, type KeySpec } from "../define.ts";
import { after, block, integer, key, optional, repeated, string, word } from "../syntax.ts";
import { useConsumer } from "./consumer.ts";
import { replyEntry, replyId, replyRange } from "./entry-reply.ts";
import { IdList } from "./id-list.ts";
import { isSign, readId, readInt64 } from "./stream-arguments.ts";

const DOLLAR = 36;
const GREATER = 62;
/** A request that has waited and names no COUNT gets no more entries than these. */
const COUNT_AFTER_WAITING = 1000;

const streams = block("streams", repeated(key("RO access")), repeated(string("id", "stream-id")));
const readOptions = [
  optional(after("COUNT", integer("count", "count"))),
  optional(after("BLOCK", integer("milliseconds", "milliseconds"))),
];

export const xread = defineCommand({
  name: "xread",
  summary: "Returns entries of streams that come after an id for each, and may wait for some.",
  since: "5.0.0",
  group: "stream",
  complexity:
    "For each stream mentioned: O(N) with N being the number of elements being returned, it means that XREAD-ing with " +
    "a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in order to serve the M " +
    "clients blocked on the stream getting new data.",
  flags: ["readonly", "blocking", "movablekeys"],
  syntax: [...readOptions, after("STREAMS", streams)],
  keySpecs: [keysAfter("STREAMS", 1)],
  class: "exact",
  run: (context) => read(context, false),
});

export const xreadgroup = defineCommand({
  name: "xreadgroup",
  summary:
    "Returns entries that are new to a consumer group, or those that a consumer has not acknowledged yet.",
  since: "5.0.0",
  group: "stream",
  complexity:
    "For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always " +
    "asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, " +
    "XADD will pay the O(N) time in order to serve the N clients blocked on the stream getting new data.",
  flags: ["write", "blocking", "movablekeys"],
  syntax: [
    after(
      "GROUP",
      block("group_consumer", string("group", "stream-group"), string("consumer", "stream-group")),
    ),
    ...readOptions,
    optional(word("NOACK")),
    after("STREAMS", streams),
  ],
  keySpecs: [keysAfter("STREAMS", 4)],
  class: "exact",
  run: (context) => read(context, true),
});

function keysAfter(keyword: string, from: number): KeySpec {
  return { flags: "RO access", begin: { keyword, from }, find: { lastKey: -1, step: 1, limit: 2 } };
}

// The request being read.
const request = {
  firstKey: 0,
  keyCount: 0,
  /** Infinity: all. */
  limit: 0,
  /** NaN: it does not wait. */
  timeoutMs: 0,
  groupAt: 0,
  isAcknowledged: false,
};
// For each stream the id that was asked for; for those that are served the id after which reading begins.
const afterIds = new IdList();
const id = new StreamId();
const from = new StreamId();
const last = new StreamId();
const maxId = new StreamId().setMax();

function read(context: CommandContext, isGroup: boolean): void {
  const { client, reply } = context;
  if (!readRequest(context, isGroup)) return;
  if (client.wokenBy > 0) return readWoken(context);
  if (!readIds(context, isGroup)) return;
  const count = chooseStreams(context, isGroup);
  if (count > 0) return replyStreams(context, count, isGroup);
  if (Number.isNaN(request.timeoutMs)) return reply.nullArray();
  client.block(context, {
    type: TYPE_STREAM,
    firstKey: request.firstKey,
    lastKey: request.firstKey + request.keyCount - 1,
    timeoutMs: request.timeoutMs,
    ...(isGroup ? { errorWhenGone: errors.streamGone } : { state: afterIds.copy() }),
  });
}

function readRequest(context: CommandContext, isGroup: boolean): boolean {
  const { args, reply } = context;
  request.firstKey = 0;
  request.limit = 0;
  request.timeoutMs = Number.NaN;
  request.groupAt = 0;
  request.isAcknowledged = false;
  for (let i = 1; i < args.count && request.firstKey === 0; i++) {
    const left = args.count - i - 1;
    if (left > 0 && args.is(i, "block")) {
      if (context.client.isScript === true) {
        return refuse(context, errors.blockFromScript(args.textBeforeNul(0)));
      }
      request.timeoutMs = readTimeout(context, ++i, "ms");
      if (Number.isNaN(request.timeoutMs)) return false;
    } else if (left > 0 && args.is(i, "count")) {
      request.limit = readInt64(context, ++i);
      if (Number.isNaN(request.limit)) return false;
    } else if (left > 0 && args.is(i, "streams")) {
      if (left % 2 !== 0) return refuse(context, errors.xreadUnbalanced);
      request.firstKey = i + 1;
      request.keyCount = left / 2;
    } else if (left > 1 && args.is(i, "group")) {
      if (!isGroup) return refuse(context, errors.xreadGroup);
      request.groupAt = i + 1;
      i += 2;
    } else if (args.is(i, "noack")) {
      if (!isGroup) return refuse(context, errors.xreadNoack);
      request.isAcknowledged = true;
    } else {
      reply.error(errors.syntax);
      return false;
    }
  }
  if (request.firstKey === 0) return refuse(context, errors.syntax);
  if (isGroup && request.groupAt === 0) return refuse(context, errors.xreadgroupMissing);
  if (request.limit <= 0) request.limit = Number.POSITIVE_INFINITY;
  return true;
}

// Reads the ids into `afterIds`, where the greatest id stands for ">".
function readIds(context: CommandContext, isGroup: boolean): boolean {
  const { keyspace, args } = context;
  const { firstKey, keyCount } = request;
  afterIds.clear();
  for (let i = firstKey; i < firstKey + keyCount; i++) {
    const stream = keyspace.readStream(args, i);
    if (stream === undefined) return refuse(context, errors.wrongType);
    if (isGroup && !(stream.exists && findGroup(context, stream))) {
      return refuse(
        context,
        errors.noGroupToRead(args.textBeforeNul(i), args.textBeforeNul(request.groupAt)),
      );
    }
    const idAt = i + keyCount;
    if (isSign(args, idAt, DOLLAR)) {
      if (isGroup) return refuse(context, errors.xreadgroupLast);
      if (stream.exists) id.copy(stream.lastId);
      else id.setMin();
    } else if (isSign(args, idAt, GREATER)) {
      if (!isGroup) return refuse(context, errors.xreadNew);
      id.setMax();
    } else if (!readId(context, idAt, id)) {
      return false;
    }
    afterIds.push(id);
  }
  return true;
}

// Which streams are served: bit i of the words says so of stream i.
const chosen = { words: new Int32Array(4) };

function chooseStreams(context: CommandContext, isGroup: boolean): number {
  const { keyspace, args } = context;
  const { firstKey, keyCount } = request;
  if (chosen.words.length * 32 < keyCount) chosen.words = new Int32Array((keyCount >>> 4) + 1);
  chosen.words.fill(0);
  const ends = isGroup && keyCount > 1 ? new Map<string, StreamId>() : undefined;
  let count = 0;
  for (let i = 0; i < keyCount; i++) {
    const stream = keyspace.readStream(args, firstKey + i);
    if (stream === undefined || !stream.exists) continue;
    afterIds.read(i, id);
    const isNew = isGroup && id.isMax;
    let isServed = isGroup && !isNew;
    if (!isServed && stream.readLastEntry(last)) {
      if (isNew && findGroup(context, stream)) {
        const end = ends?.get(args.text(firstKey + i));
        id.copy(end ?? stream.groups.lastId);
      }
      isServed = last.compare(id) > 0;
      if (isServed && isNew && ends !== undefined) ends.set(args.text(firstKey + i), endOfReading(stream));
    }
    if (!isServed) continue;
    chosen.words[i >>> 5] = (chosen.words[i >>> 5] as number) | (1 << (i & 31));
    count++;
  }
  return count;
}

// The id that a group which has read up to `id` will have read up to.
function endOfReading(stream: StreamView): StreamId {
  const end = new StreamId().copy(id);
  end.increment();
  let left = request.limit;
  if (left === Number.POSITIVE_INFINITY) return end.copy(last);
  for (let more = stream.openRange(end, maxId); more && left > 0; more = stream.nextInRange(), left--) {
    end.copy(stream.id);
  }
  return end;
}

function replyStreams(context: CommandContext, count: number, isGroup: boolean): void {
  const { keyspace, args, reply } = context;
  const { firstKey, keyCount, limit } = request;
  if (reply.protocol === 3) reply.map(count);
  else reply.array(count);
  for (let i = 0; i < keyCount; i++) {
    if ((((chosen.words[i >>> 5] as number) >>> (i & 31)) & 1) === 0) continue;
    const keyAt = firstKey + i;
    const stream = keyspace.stream;
    // It was found a moment ago: it need not be counted again.
    keyspace.peekStream(args, keyAt);
    if (reply.protocol === 2) reply.array(2);
    reply.bulk(args.bytes, args.start(keyAt), args.end(keyAt));
    afterIds.read(i, from);
    if (!isGroup) {
      from.increment();
      replyRange(reply, stream, from, maxId, limit);
      continue;
    }
    findGroup(context, stream);
    keyspace.changing(stream.entry);
    useConsumer(context, stream, keyAt, request.groupAt + 1);
    if (from.isMax) {
      from.copy(stream.groups.lastId).increment();
      deliver(context, stream, limit);
    } else {
      from.increment();
      replyHistory(context, stream);
    }
    stream.countChange();
  }
}

// The entries from `from` on, which become the consumer's.
function deliver({ reply, keyspace }: CommandContext, stream: StreamView, limit: number): void {
  const { groups } = stream;
  if (!stream.openRange(from, maxId)) return reply.array(0);
  const count = stream.countHere(limit);
  reply.array(count);
  for (let left = count; left > 0; left--) {
    if (stream.id.compare(groups.lastId) > 0) {
      countRead(stream, stream.id);
      groups.setLastId(stream.id);
    }
    replyEntry(reply, stream);
    if (!request.isAcknowledged) groups.deliver(stream.id, keyspace.nowMs);
    if (left > 1) stream.nextInRange();
  }
}

// The consumer's pending entries from `from` on; those that were deleted have no fields.
function replyHistory({ reply, keyspace }: CommandContext, stream: StreamView): void {
  const { groups } = stream;
  const { own, pending } = groups;
  own.seek(from);
  const count = Math.min(request.limit, own.size - own.rank);
  reply.array(count);
  for (let i = 0, more = own.isAtEntry; i < count && more; i++, more = own.next()) {
    own.readId(id);
    if (!stream.locate(id)) {
      reply.array(2);
      replyId(reply, id);
      reply.nullArray();
      continue;
    }
    replyEntry(reply, stream);
    if (!pending.seek(id)) continue;
    pending.deliveredMs = keyspace.nowMs;
    pending.countDelivery();
  }
}

// A stream that the request waits for has grown, or lost its group.
function readWoken(context: CommandContext): void {
  const { keyspace, args, reply, client } = context;
  const { groupAt, firstKey, keyCount, timeoutMs } = request;
  const keyAt = client.wokenBy;
  const wait = { type: TYPE_STREAM, firstKey, lastKey: firstKey + keyCount - 1, timeoutMs };
  if (!keyspace.peekStream(args, keyAt)) return client.block(context, wait);
  const { stream } = keyspace;
  if (groupAt > 0) {
    if (!findGroup(context, stream)) return reply.error(errors.groupGone);
    from.copy(stream.groups.lastId);
  } else {
    IdList.of(client.blockedState as Int32Array).read(keyAt - firstKey, from);
  }
  if (stream.lastId.compare(from) <= 0) return client.block(context, wait);
  from.increment();
  const limit = request.limit === Number.POSITIVE_INFINITY ? COUNT_AFTER_WAITING : request.limit;
  if (groupAt > 0) {
    keyspace.changing(stream.entry);
    useConsumer(context, stream, keyAt, groupAt + 1);
  }
  if (reply.protocol === 3) {
    reply.map(1);
  } else {
    reply.array(1);
    reply.array(2);
  }
  reply.bulk(args.bytes, args.start(keyAt), args.end(keyAt));
  if (groupAt > 0) {
    deliver(context, stream, limit);
    stream.countChange();
  } else replyRange(reply, stream, from, maxId, limit);
}

function findGroup({ args }: CommandContext, stream: StreamView): boolean {
  return stream.groups.find(args.bytes, args.start(request.groupAt), args.end(request.groupAt));
}

function refuse({ reply }: CommandContext, error: string): false {
  reply.error(error);
  return false;
}
