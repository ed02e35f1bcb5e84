// Entry reply: how ids and entries of streams are written into replies.

import type { StreamView } from "../../keyspace/stream-view.ts";
import {
  formatStreamSequence,
  formatStreamTime,
  type StreamId,
  streamIdTextBytesMax,
} from "../../lib/stream-id.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { Element } from "../../store/element.ts";

const text = new Uint8Array(streamIdTextBytesMax);
/** What `text` holds up to its dash: ids come in order, so that mostly only the rest of one is new. */
const written = { w0: 0, w1: 0, dash: 0 };
const element = new Element();

/** An id, as a bulk string. */
export function replyId(reply: ReplyWriter, id: StreamId): void {
  if (written.dash === 0 || written.w1 !== id.w1 || written.w0 !== id.w0) {
    written.dash = formatStreamTime(text, 0, id);
    written.w0 = id.w0;
    written.w1 = id.w1;
  }
  reply.bulk(text, 0, formatStreamSequence(text, written.dash + 1, id));
}

/** An int64 of two words. */
export function replyWords(reply: ReplyWriter, high: number, low: number): void {
  if (high === low >> 31) reply.int(low);
  else reply.bigInt((BigInt(high) << 32n) | BigInt(low >>> 0));
}

/** The entry at the stream's place: its id, and its fields and values. */
export function replyEntry(reply: ReplyWriter, stream: StreamView): void {
  const { node } = stream;
  const { fieldCount } = node;
  reply.array(2);
  replyId(reply, stream.id);
  reply.array(2 * fieldCount);
  node.rewindFields();
  for (let i = 0; i < fieldCount; i++) {
    node.readField(element);
    element.writeTo(reply);
    node.readValue(element);
    element.writeTo(reply);
  }
}

/** The entries of [from, to], at most `limit`, as an array. */
export function replyRange(
  reply: ReplyWriter,
  stream: StreamView,
  from: StreamId,
  to: StreamId,
  limit: number,
  isReversed = false,
): void {
  // A walk backwards is counted forwards; that there is one entry needs no counting.
  const isCounted = isReversed && limit > 1;
  let count = isCounted ? stream.countRange(from, to, limit) : 0;
  if (!stream.openRange(from, to, isReversed)) return reply.array(0);
  if (!isCounted) count = isReversed ? 1 : stream.countHere(limit);
  reply.array(count);
  for (let left = count; left > 0; left--) {
    replyEntry(reply, stream);
    if (left > 1) stream.nextInRange();
  }
}
