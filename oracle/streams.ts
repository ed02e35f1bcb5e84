// Streams: what the commands on them share: finding and storing one, entries as replies, what groups know of them.

import { type EntryOf, entryAt, limit } from "./collections.ts";
import type { Call } from "./command.ts";
import { difference } from "./compare.ts";
import { formatted, word } from "./errors.ts";
import type { Entry, Model, PendingEntry, StreamEntry, StreamGroup, StreamValue } from "./model.ts";
import type { Outcome } from "./one-of.ts";
import { type Answer, array, between, bulk, chosen, error, integer, type Reply } from "./reply.ts";
import { idReply, idText, rangeStart, rangeStop } from "./stream-ids.ts";
import type { NodeLimits } from "./stream-nodes.ts";
import { settled } from "./waiting.ts";

export const invalidId: Reply = error("ERR Invalid stream ID specified as stream command argument");

export function streamAt(call: Call, key: string): EntryOf<"stream"> | undefined | "wrong type" {
  return entryAt(call, key, "stream");
}

/** Stores a stream, which may be empty, in place of `before`, whose time to live it keeps. */
export function storeStream(
  { model, session }: Call,
  key: string,
  value: StreamValue,
  before: Entry | undefined,
): void {
  const expireAtMs = before?.expireAtMs;
  model.set(session.db, key, { ...value, expireAtMs, accessSeconds: undefined });
}

/** As `storeStream`, of what counts as no change of the key: who watches it is not told. */
export function storeGroups({ model, session }: Call, key: string, value: StreamValue, before: Entry): void {
  const { expireAtMs, accessSeconds } = before;
  model.setUnnoticed(session.db, key, { ...value, expireAtMs, accessSeconds });
}

export function withGroup(stream: StreamValue, name: string, group: StreamGroup): StreamValue {
  return { ...stream, groups: new Map(stream.groups).set(name, group) };
}

export function nodeLimits(model: Model): NodeLimits {
  return { bytes: limit(model, "stream-node-max-bytes"), entries: limit(model, "stream-node-max-entries") };
}

/** An option's name, as C reads it. */
export function optionName(text: string): string {
  return word(text).toUpperCase();
}

/** Both ends of a range, or the error. */
export function rangeOf(first: string, last: string): readonly [bigint, bigint] | Reply {
  const from = rangeStart(first);
  if (typeof from === "string") return rangeMistake(from);
  const to = rangeStop(last);
  return typeof to === "string" ? rangeMistake(to) : [from, to];
}

export function rangeMistake(mistake: "invalid" | "invalid start" | "invalid end"): Reply {
  return mistake === "invalid" ? invalidId : error(`ERR ${mistake} ID for the interval`);
}

export function isReply(value: Reply | readonly bigint[]): value is Reply {
  return "kind" in value;
}

export function entryReply({ id, words }: StreamEntry): Reply {
  return array([idReply(id), array(words.map(bulk))]);
}

/** -NOGROUP with the key and the group that a client named. */
export function noGroup(key: string, group: string, rest = ""): Reply {
  return error(formatted(`NOGROUP No such key '${word(key)}' or consumer group '${word(group)}'${rest}`));
}

export function noGroupAt(key: string, group: string): Reply {
  return error(formatted(`NOGROUP No such consumer group '${word(group)}' for key name '${word(key)}'`));
}

/** IDs that a group gave away and has not heard of since, lowest first; of one consumer, where that is named. */
export function pendingOf({ pending }: StreamGroup, consumer?: string): [bigint, PendingEntry][] {
  const rows = [...pending].filter(([, entry]) => consumer === undefined || entry.consumer === consumer);
  return rows.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Names in the order of their bytes. */
export function namesOf(map: ReadonlyMap<string, unknown>): string[] {
  return [...map.keys()].sort();
}

/** A time since, in milliseconds; never negative. */
export function idleReply(model: Model, sinceMs: number): Reply {
  const idle = model.nowMs - sinceMs;
  const { timeToleranceMs } = model;
  if (timeToleranceMs === 0) return integer(Math.max(idle, 0));
  return between(Math.max(idle - timeToleranceMs, 0), Math.max(idle + timeToleranceMs, 0));
}

export function timeReply({ timeToleranceMs }: Model, ms: number): Reply {
  return timeToleranceMs === 0 ? integer(ms) : between(ms - timeToleranceMs, ms + timeToleranceMs);
}

export type IsIdle = (id: bigint, entry: PendingEntry) => boolean;

/**
 * The reply of a call that looks at pending entries which have been idle for so long. Where the server's clock is another
 * one, the IDs in its answer say which of those near the limit were.
 */
export function byIdleTime(call: Call, leastMs: bigint, perform: (isIdle: IsIdle) => Outcome): Reply {
  const { model, session } = call;
  const { nowMs, timeToleranceMs } = model;
  const idleMs = ({ deliveredMs }: PendingEntry): number => nowMs - deliveredMs;
  if (leastMs <= 0n) return settled(perform(() => true));
  if (timeToleranceMs === 0) return settled(perform((_, entry) => BigInt(idleMs(entry)) >= leastMs));
  const { protocol } = session;
  return chosen("entries that have been idle for long enough", (answer) => {
    const told = textsIn(answer);
    const { reply, adopt } = perform((id, entry) => {
      const short = Number(leastMs) - idleMs(entry);
      return Math.abs(short) > timeToleranceMs ? short < 0 : told.has(idText(id));
    });
    const isRight = difference(reply, answer, protocol) === undefined;
    if (isRight) adopt?.();
    return isRight;
  });
}

function textsIn(answer: Answer): Set<string> {
  if ("items" in answer) return new Set(answer.items.flatMap((item) => [...textsIn(item)]));
  return new Set("text" in answer ? [answer.text] : []);
}

/** Whether an entry that was deleted may lie from an ID on. */
export function hasTombstonesFrom({ length, firstId, maxDeletedId }: StreamValue, id: bigint): boolean {
  if (length === 0 || maxDeletedId === 0n || firstId > maxDeletedId) return false;
  return id <= maxDeletedId;
}

/** How many entries there ever were up to an ID, or -1 where that cannot be said. */
export function readsUpTo(stream: StreamValue, id: bigint): bigint {
  const { entriesAdded, length, lastId, firstId, maxDeletedId } = stream;
  if (entriesAdded === 0n) return 0n;
  if ((length === 0 && id <= lastId) || id === lastId) return BigInt.asIntN(64, entriesAdded);
  if (id > lastId || (maxDeletedId !== 0n && maxDeletedId >= firstId) || id > firstId) return -1n;
  return BigInt.asIntN(64, entriesAdded - BigInt(length) + (id === firstId ? 1n : 0n));
}

/** How many entries a group has still to read, or undefined where that cannot be said. */
export function lagOf(stream: StreamValue, { entriesRead, lastId }: StreamGroup): bigint | undefined {
  const { entriesAdded } = stream;
  if (entriesAdded === 0n) return 0n;
  const isKnown = entriesRead !== -1n && !hasTombstonesFrom(stream, lastId);
  const read = isKnown ? entriesRead : readsUpTo(stream, lastId);
  return !isKnown && read === -1n ? undefined : BigInt.asIntN(64, entriesAdded - read);
}
