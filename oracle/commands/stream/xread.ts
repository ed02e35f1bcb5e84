// XREAD and XREADGROUP: new entries of streams, as seen when they are answered.
//
// A call that waits is served from the one stream that woke it, by the IDs that it began with; whether it waited, and what
// "$" stood for, is not told. So outside of EXEC several answers are right where it says BLOCK: what a call that does
// not wait gets, what any of its streams alone gives, that its time was over, and that its stream or group is gone.

import type { EntryOf } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { difference } from "../../compare.ts";
import { errors } from "../../errors.ts";
import type { PendingEntry, StreamEntry, StreamGroup, StreamValue } from "../../model.ts";
import type { Outcome } from "../../one-of.ts";
import { type Answer, array, bulk, chosen, error, map, nilArray, type Reply } from "../../reply.ts";
import { idMax, idReply } from "../../stream-ids.ts";
import { entriesWithin } from "../../stream-nodes.ts";
import {
  entryReply,
  hasTombstonesFrom,
  pendingOf,
  readsUpTo,
  storeGroups,
  streamAt,
  withGroup,
} from "../../streams.ts";
import { settled } from "../../waiting.ts";
import { type Read, type Reader, readFrom, type Wanted, wantedOf } from "./xread-words.ts";

export const readCommands: readonly OracleCommand[] = [
  { name: "xread", arity: -4, class: "exact", run: (call) => run(call, false) },
  { name: "xreadgroup", arity: -7, class: "exact", run: (call) => run(call, true) },
];

function run(call: Call, isOfGroup: boolean): Reply {
  const { session, words } = call;
  const read = readFrom(words, { isOfGroup, isScript: session.isScript });
  if ("kind" in read) return read;
  const wanted = wantedOf(call, read);
  const now: Outcome & { readonly isServed?: boolean } =
    "kind" in wanted ? { reply: wanted } : servedNow(call, read, wanted);
  // A reply that is kept back says nothing: it is taken for one that did not wait.
  if (!read.isWaiting || session.isInExec || session.replyMode !== "on") return settled(now);
  const right = [now, ...woken(call, read)];
  const isServed = now.isServed === true;
  // The ID of a group may be set back while its consumers wait, which wakes none of them.
  if (!isServed || isOfGroup) right.push({ reply: nilArray }, { reply: error(errors.unblocked) });
  return anyOf(call, right, isOfGroup ? undefined : read);
}

// The first that fits is what happened.
function anyOf({ model, session }: Call, right: readonly Outcome[], read: Read | undefined): Reply {
  const { protocol, db } = session;
  return chosen("entries of these streams, or that there were none", (answer) => {
    const found = right.find(({ reply }) => difference(reply, answer, protocol) === undefined);
    found?.adopt?.();
    if (found !== undefined || read === undefined) return found !== undefined;
    return isFromNow(
      answer,
      read,
      (key) => {
        const entry = model.get(db, key);
        return entry?.type === "stream" ? entry : undefined;
      },
      protocol,
    );
  });
}

// Where "$" stood: entries of one stream, from any one on.
function isFromNow(
  answer: Answer,
  { keys, ids, count }: Read,
  streamOf: (key: string) => StreamValue | undefined,
  protocol: 2 | 3,
): boolean {
  return keys.some((key, i) => {
    const stream = ids[i] === "$" ? streamOf(key) : undefined;
    if (stream === undefined) return false;
    const entries = [...entriesWithin(stream, 0n, idMax)];
    const starts = [...entries.keys(), entries.length];
    return starts.some((start) => {
      const shown = entries.slice(start, start + (count === 0 ? waitingCount : count));
      const reply = rowsReply(protocol, [[key, array(shown.map(entryReply))]]);
      return difference(reply, answer, protocol) === undefined;
    });
  });
}

type Row = readonly [key: string, entries: Reply];

function rowsReply(protocol: 2 | 3, rows: readonly Row[]): Reply {
  if (protocol === 3) return map(rows.map(([key, entries]) => [bulk(key), entries]));
  return array(rows.map(([key, entries]) => array([bulk(key), entries])));
}

/** Streams as a call changes them, until it is known that it did. */
class Drafts {
  private readonly changed = new Map<string, StreamValue>();
  private readonly call: Call;

  constructor(call: Call) {
    this.call = call;
  }

  get(key: string): StreamValue | undefined {
    const draft = this.changed.get(key);
    if (draft !== undefined) return draft;
    const stream = streamAt(this.call, key);
    return stream === "wrong type" ? undefined : stream;
  }

  set(key: string, stream: StreamValue): void {
    this.changed.set(key, stream);
  }

  readonly adopt = (): void => {
    for (const [key, stream] of this.changed) {
      const before = streamAt(this.call, key);
      if (before !== undefined && before !== "wrong type") storeGroups(this.call, key, stream, before);
    }
  };
}

function servedNow(
  call: Call,
  read: Read,
  wanted: readonly Wanted[],
): Outcome & { readonly isServed: boolean } {
  const drafts = new Drafts(call);
  const rows: Row[] = [];
  for (const each of wanted) {
    const stream = drafts.get(each.key);
    const entries = stream && readOne(call, read, { each, stream, drafts });
    if (entries !== undefined) rows.push([each.key, entries]);
  }
  const isServed = rows.length > 0;
  return {
    reply: isServed ? rowsReply(call.session.protocol, rows) : nilArray,
    adopt: drafts.adopt,
    isServed,
  };
}

type One = { readonly each: Wanted; readonly stream: StreamValue; readonly drafts: Drafts };

// What one stream gives; undefined: nothing, so that it is not in the reply.
function readOne({ model }: Call, read: Read, { each, stream, drafts }: One): Reply | undefined {
  const { reader, count } = read;
  const top = [...entriesWithin(stream, 0n, idMax)].at(-1)?.id;
  if (each.kind === "above") {
    return top === undefined || top <= each.id
      ? undefined
      : array(above(stream, each.id, count).map(entryReply));
  }
  const group = reader && stream.groups.get(reader.group);
  if (reader === undefined || group === undefined) return undefined;
  if (each.kind === "new" && (top === undefined || top <= group.lastId)) return undefined;
  const seen = { ...group, consumers: new Map(group.consumers).set(reader.consumer, model.nowMs) };
  if (each.kind === "pending") {
    const [entries, after] = readPending(stream, seen, {
      reader,
      from: each.id + 1n,
      count,
      nowMs: model.nowMs,
    });
    drafts.set(each.key, withGroup(stream, reader.group, after));
    return entries;
  }
  const [entries, after] = readNew(stream, seen, { reader, count, nowMs: model.nowMs });
  drafts.set(each.key, withGroup(stream, reader.group, after));
  return entries;
}

function above(stream: StreamValue, id: bigint, count: number): StreamEntry[] {
  const entries = [...entriesWithin(stream, id + 1n, idMax)];
  return count === 0 ? entries : entries.slice(0, count);
}

type GroupRead = { readonly reader: Reader; readonly count: number; readonly nowMs: number };

// What the consumer has pending is delivered once more; of what was deleted nothing but the ID is left.
function readPending(
  stream: StreamValue,
  group: StreamGroup,
  { reader, from, count, nowMs }: GroupRead & { readonly from: bigint },
): readonly [Reply, StreamGroup] {
  const rows = pendingOf(group, reader.consumer).filter(([id]) => id >= from);
  const pending = new Map(group.pending);
  const replies = rows.slice(0, count === 0 ? rows.length : count).map(([id, entry]) => {
    const [found] = entriesWithin(stream, id, id);
    if (found === undefined) return array([idReply(id), nilArray]);
    pending.set(id, { ...entry, deliveredMs: nowMs, deliveries: entry.deliveries + 1n });
    return entryReply(found);
  });
  return [array(replies), { ...group, pending }];
}

// What no consumer has read.
function readNew(
  stream: StreamValue,
  group: StreamGroup,
  { reader, count, nowMs }: GroupRead,
): readonly [Reply, StreamGroup] {
  const entries = above(stream, group.lastId, count);
  let { lastId, entriesRead } = group;
  const pending = new Map(group.pending);
  for (const { id } of entries) {
    if (entriesRead !== -1n && !hasTombstonesFrom(stream, id))
      entriesRead = BigInt.asIntN(64, entriesRead + 1n);
    else if (stream.entriesAdded !== 0n) entriesRead = readsUpTo(stream, id);
    lastId = id;
    const entry: PendingEntry = { consumer: reader.consumer, deliveredMs: nowMs, deliveries: 1n };
    if (!reader.isFree) pending.set(id, entry);
  }
  return [array(entries.map(entryReply)), { ...group, lastId, entriesRead, pending }];
}

const waitingCount = 1000; // what a call that waited gets at most, where it gave no COUNT

// What each of the streams alone gives to a call that waited for it.
function woken(call: Call, { keys, ids, count, reader }: Read): Outcome[] {
  const most = count === 0 ? waitingCount : count;
  return keys.flatMap((key, i) => {
    const stream = streamAt(call, key);
    if (stream === undefined || stream === "wrong type") {
      return reader === undefined ? [] : [{ reply: error("UNBLOCKED the stream key no longer exists") }];
    }
    if (reader !== undefined) return wokenReader(call, key, { stream, reader, count: most });
    const wanted = wantedOf(call, { keys: [key], ids: [ids[i] as string], count, isWaiting: true, reader });
    const [each] = "kind" in wanted ? [] : wanted;
    if (each?.kind !== "above" || stream.lastId <= each.id) return [];
    const entries = array(above(stream, each.id, most).map(entryReply));
    return [{ reply: rowsReply(call.session.protocol, [[key, entries]]) }];
  });
}

function wokenReader(
  call: Call,
  key: string,
  {
    stream,
    reader,
    count,
  }: { readonly stream: EntryOf<"stream">; readonly reader: Reader; readonly count: number },
): Outcome[] {
  const { model, session } = call;
  const group = stream.groups.get(reader.group);
  if (group === undefined) {
    return [{ reply: error("NOGROUP the consumer group this client was blocked on no longer exists") }];
  }
  if (stream.lastId <= group.lastId) return [];
  const seen = { ...group, consumers: new Map(group.consumers).set(reader.consumer, model.nowMs) };
  const [entries, after] = readNew(stream, seen, { reader, count, nowMs: model.nowMs });
  const adopt = (): void => storeGroups(call, key, withGroup(stream, reader.group, after), stream);
  return [{ reply: rowsReply(session.protocol, [[key, entries]]), adopt }];
}
