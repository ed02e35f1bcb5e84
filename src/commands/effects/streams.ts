// Effects of commands about streams: ids that the server gave, exact bounds where trimming was approximate, and for
// consumer groups one XCLAIM for each pending entry, with its time and count as they are now.

import type { StreamGroups } from "../../keyspace/stream-groups.ts";
import { StreamView } from "../../keyspace/stream-view.ts";
import { formatStreamId, parseStreamId, StreamId, streamIdTextBytesMax } from "../../lib/stream-id.ts";
import type { Args } from "../../resp/args.ts";
import type { RequestWriter } from "../../resp/request-writer.ts";
import { IdList } from "../stream/id-list.ts";
import { isSign, readIntervalStart } from "../stream/stream-arguments.ts";
import { type Effect, type EffectCall, effectOf } from "./effect.ts";

const GREATER = 62;
const ATTEMPTS = 10;
const COUNT_DEFAULT = 100;
/** Beyond, a walk for what an XAUTOCLAIM may touch is cut: it will not get further either. */
const LOOKED_AT_MAX = 10_000_000;

const stream = new StreamView();
const id = new StreamId();
const from = new StreamId();
const lastBefore = new StreamId();
const maxId = new StreamId().setMax();
const text = new Uint8Array(streamIdTextBytesMax);
/** Ids that were pending before the call. */
const pendingBefore = new IdList();

/** XADD: with the id that the entry got. */
export const addEffect: Effect = effectOf((call) => {
  if (open(call, 1)) tellTrimmed(call, true);
});

/** XTRIM. */
export const trimEffect: Effect = effectOf((call) => {
  if (open(call, 1)) tellTrimmed(call, false);
});

/** XREADGROUP. */
export const readGroupEffect: Effect = effectOf(tellReading, noteLastIds);

/** XCLAIM. */
export const claimEffect: Effect = effectOf(
  (call) => tellClaims(call, false),
  (call) => {
    pendingBefore.clear();
    if (!openGroup(call, 1, 2)) return 0;
    const { args } = call;
    for (let i = 5; i < args.count; i++) {
      if (parseStreamId(args.bytes, args.start(i), args.end(i), id) === 0) break;
      pendingBefore.push(id);
    }
    return 0;
  },
);

/** XAUTOCLAIM. */
export const autoClaimEffect: Effect = effectOf(
  (call) => tellClaims(call, true),
  (call) => {
    const { args } = call;
    pendingBefore.clear();
    if (!openGroup(call, 1, 2) || !readStart(args)) return 0;
    let count = COUNT_DEFAULT;
    for (let i = 6; i + 1 < args.count; i++) if (args.is(i, "count")) count = args.safeInteger(i + 1);
    const { pending } = stream.groups;
    pending.seek(from);
    let left = Math.min(count * ATTEMPTS, LOOKED_AT_MAX);
    for (let more = pending.isAtEntry; more && left > 0; more = pending.next(), left--) {
      pending.readId(id);
      pendingBefore.push(id);
    }
    return 0;
  },
);

function readStart(args: Args): boolean {
  // The command refuses what cannot be read, and then nothing is told.
  const silent = { error() {} };
  return readIntervalStart(
    { args, reply: silent } as unknown as Parameters<typeof readIntervalStart>[0],
    5,
    from,
  );
}

function open({ args, keyspace }: EffectCall, keyAt: number): boolean {
  return keyspace.streamForUpdate(args, keyAt, stream) !== undefined && stream.exists;
}

function openGroup(call: EffectCall, keyAt: number, groupAt: number): boolean {
  const { args } = call;
  return open(call, keyAt) && stream.groups.find(args.bytes, args.start(groupAt), args.end(groupAt));
}

// The request with the entry's id, and with the bound that the trimming has reached where it was approximate.
function tellTrimmed({ args, begin }: EffectCall, isAdding: boolean): void {
  let idAt = args.count;
  let boundAt = 0;
  let limitAt = 0;
  let byId = false;
  for (let i = 2; i < args.count; i++) {
    if (args.is(i, "nomkstream")) continue;
    if (args.is(i, "maxlen") || args.is(i, "minid")) {
      byId = args.is(i, "minid");
      boundAt = i;
      const isSigned = isSign(args, i + 1, 126) || isSign(args, i + 1, 61);
      i += isSigned && i + 2 < args.count ? 2 : 1;
    } else if (args.is(i, "limit")) {
      limitAt = i;
      i++;
    } else {
      if (isAdding) idAt = i;
      break;
    }
  }
  const isApproximate = boundAt > 0 && isSign(args, boundAt + 1, 126);
  const isLimited = limitAt > 0 && isApproximate;
  const out = begin(args.count - (isLimited ? 2 : 0));
  for (let i = 0; i < args.count; i++) {
    if (isLimited && (i === limitAt || i === limitAt + 1)) continue;
    if (i === idAt) tellId(out, stream.lastId);
    else if (!isApproximate || i < boundAt + 1 || i > boundAt + 2) out.argument(args, i);
    else if (i === boundAt + 1) out.word("=");
    else if (byId) tellId(out, stream.length === 0 ? maxId : stream.firstId);
    else out.integer(stream.length);
  }
}

// --- XREADGROUP ---

type Reading = {
  readonly groupAt: number;
  readonly firstKey: number;
  readonly keyCount: number;
  count: number;
};

/** The groups' last ids before the call, one for each key, and whether each had the consumer. */
const lastIds = new IdList();
const hadConsumer: boolean[] = [];

function readingOf(args: Args): Reading | undefined {
  let groupAt = 0;
  let count = 0;
  for (let i = 1; i < args.count; i++) {
    if (args.is(i, "group")) {
      groupAt = i + 1;
      i += 2;
    } else if (args.is(i, "count")) count = args.safeInteger(++i);
    else if (args.is(i, "block")) i++;
    else if (args.is(i, "streams")) {
      return { groupAt, firstKey: i + 1, keyCount: (args.count - i - 1) >>> 1, count };
    }
  }
  return undefined;
}

function noteLastIds(call: EffectCall): number {
  const { args } = call;
  lastIds.clear();
  hadConsumer.length = 0;
  const reading = readingOf(args);
  if (reading === undefined) return 0;
  const { groupAt, firstKey, keyCount } = reading;
  for (let i = firstKey; i < firstKey + keyCount; i++) {
    const isThere = openGroup(call, i, groupAt);
    lastIds.push(isThere ? stream.groups.lastId : maxId);
    const { groups } = stream;
    hadConsumer.push(
      isThere && groups.findConsumer(args.bytes, args.start(groupAt + 1), args.end(groupAt + 1)),
    );
  }
  return 0;
}

function tellReading(call: EffectCall): void {
  const { args, client } = call;
  const reading = readingOf(args);
  if (reading === undefined) return;
  const { groupAt, firstKey, keyCount } = reading;
  for (let i = 0; i < keyCount; i++) {
    const keyAt = firstKey + i;
    if (client.wokenBy > 0 && keyAt !== client.wokenBy) continue;
    if (!openGroup(call, keyAt, groupAt)) continue;
    const { groups } = stream;
    if (!groups.findConsumer(args.bytes, args.start(groupAt + 1), args.end(groupAt + 1))) continue;
    if (hadConsumer[i] === false) tellConsumer(call, keyAt, groupAt);
    lastIds.read(i, lastBefore);
    const isNew = isSign(args, keyAt + keyCount, GREATER);
    if (isNew) tellDelivered(call, keyAt, groupAt);
    else tellHistory(call, keyAt, groupAt, reading);
  }
}

function tellConsumer({ args, begin }: EffectCall, keyAt: number, groupAt: number): void {
  const out = begin(5);
  out.word("XGROUP");
  out.word("CREATECONSUMER");
  out.argument(args, keyAt);
  out.argument(args, groupAt);
  out.argument(args, groupAt + 1);
}

// What the group has delivered by this call: what lies between its last id before and its last id now.
function tellDelivered(call: EffectCall, keyAt: number, groupAt: number): void {
  const { groups } = stream;
  if (groups.lastId.compare(lastBefore) <= 0) return;
  from.copy(lastBefore).increment();
  for (let more = stream.openRange(from, groups.lastId); more; more = stream.nextInRange()) {
    id.copy(stream.id);
    if (groups.pending.seek(id) && isOwn(call.args, groupAt + 1)) tellClaim(call, keyAt, groupAt);
  }
  tellGroup(call, keyAt, groupAt);
}

// Entries that the consumer has read again: times and counts. Redis does not keep them.
function tellHistory(call: EffectCall, keyAt: number, groupAt: number, { count, keyCount }: Reading): void {
  const { args } = call;
  const { own, pending } = stream.groups;
  if (parseStreamId(args.bytes, args.start(keyAt + keyCount), args.end(keyAt + keyCount), from) === 0) return;
  if (!from.increment()) return;
  own.seek(from);
  let left = count > 0 ? count : Number.POSITIVE_INFINITY;
  for (let more = own.isAtEntry; more && left > 0; more = own.next(), left--) {
    own.readId(id);
    // One that is gone from the stream would be taken out of the pending ones.
    if (pending.seek(id) && stream.locate(id)) tellClaim(call, keyAt, groupAt);
  }
}

// --- XCLAIM, XAUTOCLAIM ---

function tellClaims(call: EffectCall, isNowOnly: boolean): void {
  if (!openGroup(call, 1, 2)) return;
  const { args, keyspace } = call;
  const { groups } = stream;
  const { pending } = groups;
  if (groups.findConsumer(args.bytes, args.start(3), args.end(3))) tellConsumer(call, 1, 2);
  for (let i = 0; i < pendingBefore.count; i++) {
    pendingBefore.read(i, id);
    if (!pending.seek(id)) {
      const out = call.begin(4);
      out.word("XACK");
      out.argument(args, 1);
      out.argument(args, 2);
      tellId(out, id);
    } else if (
      (!isNowOnly || pending.deliveredMs === keyspace.nowMs) &&
      isOwn(args, 3) &&
      stream.locate(id)
    ) {
      tellClaim(call, 1, 2);
    }
  }
  tellGroup(call, 1, 2);
}

// Whether the entry at which the group's pending ones stand belongs to the consumer that argument i names.
function isOwn(args: Args, i: number): boolean {
  const { groups } = stream;
  groups.seekSlot(groups.pending.slot);
  const { consumerBytes: bytes, consumerStart: start, consumerEnd: end } = groups;
  if (end - start !== args.length(i)) return false;
  for (let at = start, j = args.start(i); at < end; at++, j++) {
    if (bytes[at] !== args.bytes[j]) return false;
  }
  return true;
}

// The pending entry `id`, at which the group's stand; the consumer stands behind the group.
function tellClaim({ args, begin }: EffectCall, keyAt: number, groupAt: number): void {
  const { groups } = stream;
  const { pending } = groups;
  const out = begin(14);
  out.word("XCLAIM");
  out.argument(args, keyAt);
  out.argument(args, groupAt);
  out.argument(args, groupAt + 1);
  out.word("0");
  tellId(out, id);
  out.word("TIME");
  out.integer(pending.deliveredMs);
  out.word("RETRYCOUNT");
  out.word(`${(BigInt(pending.deliveriesHigh) << 32n) | BigInt(pending.deliveriesLow >>> 0)}`);
  out.word("FORCE");
  out.word("JUSTID");
  out.word("LASTID");
  tellId(out, groups.lastId);
}

function tellGroup({ args, begin }: EffectCall, keyAt: number, groupAt: number): void {
  const { groups } = stream;
  const out = begin(7);
  out.word("XGROUP");
  out.word("SETID");
  out.argument(args, keyAt);
  out.argument(args, groupAt);
  tellId(out, groups.lastId);
  out.word("ENTRIESREAD");
  out.word(readOf(groups));
}

function readOf(groups: StreamGroups): string {
  return groups.isReadKnown ? `${(BigInt(groups.readHigh) << 32n) | BigInt(groups.readLow >>> 0)}` : "-1";
}

function tellId(out: RequestWriter, which: StreamId): void {
  out.bytesWord(text, 0, formatStreamId(text, 0, which));
}
