// XCLAIM and XAUTOCLAIM: pending entries that another consumer takes over.

import type { EntryOf } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { formatted, word } from "../../errors.ts";
import type { PendingEntry, StreamEntry, StreamGroup } from "../../model.ts";
import { int64, int64Max } from "../../numbers.ts";
import { type Outcome, refusedOr } from "../../one-of.ts";
import { array, error, type Reply } from "../../reply.ts";
import { idReply, rangeStart, strictId } from "../../stream-ids.ts";
import { entriesWithin } from "../../stream-nodes.ts";
import {
  byIdleTime,
  entryReply,
  type IsIdle,
  invalidId,
  noGroup,
  optionName,
  pendingOf,
  rangeMistake,
  storeGroups,
  streamAt,
  withGroup,
} from "../../streams.ts";
import { syntaxError, wrongType } from "../../strings.ts";

export const xclaim: OracleCommand = { name: "xclaim", arity: -6, class: "exact", run: claim };
export const xautoclaim: OracleCommand = { name: "xautoclaim", arity: -6, class: "exact", run: claimAny };

/** A group while entries change hands. */
class Hands {
  readonly stream: EntryOf<"stream">;
  readonly consumer: string;
  readonly pending: Map<bigint, PendingEntry>;
  readonly consumers: Map<string, number>;
  readonly nowMs: number;
  /** Those that this call gave the consumer: since when they are idle is known exactly. */
  readonly taken = new Set<bigint>();

  constructor(stream: EntryOf<"stream">, group: StreamGroup, { model, words }: Call) {
    this.stream = stream;
    this.consumer = words[3] as string;
    this.pending = new Map(group.pending);
    this.consumers = new Map(group.consumers);
    this.nowMs = model.nowMs;
  }

  entry(id: bigint): StreamEntry | undefined {
    return entriesWithin(this.stream, id, id).next().value ?? undefined;
  }

  take(id: bigint, deliveredMs: number, deliveries: bigint): void {
    this.consumers.set(this.consumer, this.nowMs);
    this.pending.set(id, { consumer: this.consumer, deliveredMs, deliveries });
    this.taken.add(id);
  }

  /** What of all this is to be stored. */
  over(group: StreamGroup): StreamGroup {
    return { ...group, pending: this.pending, consumers: this.consumers };
  }
}

type ClaimOptions = {
  ids: readonly bigint[];
  isForced: boolean;
  isIdOnly: boolean;
  deliveredMs: number;
  /** undefined: counted up. */
  deliveries: bigint | undefined;
  lastId: bigint;
};

function claim(call: Call): Reply {
  const { words } = call;
  const [key, name] = words.slice(1) as [string, string];
  const stream = streamAt(call, key);
  if (stream === "wrong type") return wrongType;
  const group = stream?.groups.get(name);
  if (stream === undefined || group === undefined) return noGroup(key, name);
  const leastIdleMs = int64(words[4] as string);
  if (leastIdleMs === undefined) return error("ERR Invalid min-idle-time argument for XCLAIM");
  const options = claimOptions(call);
  if ("kind" in options) return options;
  return byIdleTime(call, leastIdleMs, (isIdle) => {
    const hands = new Hands(stream, group, call);
    // An ID may be named twice.
    const isIdleStill: IsIdle = (id, entry) =>
      hands.taken.has(id) ? BigInt(hands.nowMs - entry.deliveredMs) >= leastIdleMs : isIdle(id, entry);
    const rows = options.ids.flatMap((id) => claimOne(hands, id, options, isIdleStill));
    const lastId = options.lastId > group.lastId ? options.lastId : group.lastId;
    const adopt = (): void =>
      storeGroups(call, key, withGroup(stream, name, { ...hands.over(group), lastId }), stream);
    return { reply: array(rows), adopt };
  });
}

function claimOne(hands: Hands, id: bigint, options: ClaimOptions, isIdle: IsIdle): Reply[] {
  const { isForced, isIdOnly, deliveredMs } = options;
  const entry = hands.entry(id);
  const pending = hands.pending.get(id);
  if (entry === undefined) {
    hands.pending.delete(id);
    return [];
  }
  if (pending === undefined ? !isForced : !isIdle(id, pending)) return [];
  const before = pending?.deliveries ?? 1n;
  hands.take(id, deliveredMs, options.deliveries ?? (isIdOnly ? before : before + 1n));
  return [isIdOnly ? idReply(id) : entryReply(entry)];
}

// IDs as far as they are some, then options.
function claimOptions({ model, words }: Call): ClaimOptions | Reply {
  const ids: bigint[] = [];
  let at = 5;
  for (; at < words.length; at++) {
    const id = strictId(words[at] as string, 0n);
    if (id === undefined) break;
    ids.push(id);
  }
  const now = BigInt(model.nowMs);
  let deliveredMs = -1n;
  let deliveries: bigint | undefined;
  const options = { ids, isForced: false, isIdOnly: false, deliveredMs: 0, deliveries, lastId: 0n };
  for (; at < words.length; at++) {
    const name = optionName(words[at] as string);
    const value = words[at + 1];
    if (name === "FORCE") options.isForced = true;
    else if (name === "JUSTID") options.isIdOnly = true;
    else if ((name === "IDLE" || name === "TIME" || name === "RETRYCOUNT") && value !== undefined) {
      const number = int64(value);
      if (number === undefined) return error(`ERR Invalid ${name} option argument for XCLAIM`);
      if (name === "IDLE") deliveredMs = BigInt.asIntN(64, now - number);
      else if (name === "TIME") deliveredMs = number;
      else deliveries = number;
      at++;
    } else if (name === "LASTID" && value !== undefined) {
      const lastId = strictId(value, 0n);
      if (lastId === undefined) return invalidId;
      options.lastId = lastId;
      at++;
    } else return error(formatted(`ERR Unrecognized XCLAIM option '${word(words[at] as string)}'`));
  }
  // A time that makes no sense is now.
  const isSense = deliveredMs >= 0n && deliveredMs <= now;
  if (deliveries !== undefined && deliveries < 0n) deliveries = undefined;
  return { ...options, deliveries, deliveredMs: Number(isSense ? deliveredMs : now) };
}

type AutoOptions = {
  readonly leastIdleMs: bigint;
  readonly from: bigint;
  readonly count: bigint;
  readonly isIdOnly: boolean;
};

const countDefault = 100n;
const attemptsFactor = 10; // how many entries are looked at for each that is wanted
const countMax = int64Max / 16n;
const countAlwaysTaken = 1_000_000n; // above it there may be no memory for so many IDs

function claimAny(call: Call): Reply {
  const { words } = call;
  const [key, name] = words.slice(1) as [string, string];
  const stream = streamAt(call, key); // The key counts as used, whatever is wrong with the options.
  const options = autoOptions(words);
  if ("kind" in options) return options;
  if (stream === "wrong type") return wrongType;
  const group = stream?.groups.get(name);
  if (stream === undefined || group === undefined) return noGroup(key, name);
  const perform = (): Reply =>
    byIdleTime(call, options.leastIdleMs, (isIdle) => {
      const hands = new Hands(stream, group, call);
      const reply = claimFrom(hands, group, options, isIdle);
      const adopt = (): void => storeGroups(call, key, withGroup(stream, name, hands.over(group)), stream);
      return { reply, adopt } satisfies Outcome;
    });
  return options.count > countAlwaysTaken ? refusedOr(call, perform) : perform();
}

// Where to go on, what was taken, and what was found to be deleted.
function claimFrom(hands: Hands, group: StreamGroup, options: AutoOptions, isIdle: IsIdle): Reply {
  const { from, count, isIdOnly } = options;
  const rows = pendingOf(group).filter(([id]) => id >= from);
  const taken: Reply[] = [];
  const deleted: Reply[] = [];
  const attempts = Number(count) * attemptsFactor;
  let at = 0;
  for (; at < rows.length && at < attempts && taken.length + deleted.length < Number(count); at++) {
    const [id, pending] = rows[at] as [bigint, PendingEntry];
    const entry = hands.entry(id);
    if (entry === undefined) {
      hands.pending.delete(id);
      deleted.push(idReply(id));
    } else if (isIdle(id, pending)) {
      hands.take(id, hands.nowMs, pending.deliveries + (isIdOnly ? 0n : 1n));
      taken.push(isIdOnly ? idReply(id) : entryReply(entry));
    }
  }
  return array([idReply(rows[at]?.[0] ?? 0n), array(taken), array(deleted)]);
}

function autoOptions(words: readonly string[]): AutoOptions | Reply {
  const leastIdleMs = int64(words[4] as string);
  if (leastIdleMs === undefined) return error("ERR Invalid min-idle-time argument for XAUTOCLAIM");
  const from = rangeStart(words[5] as string);
  if (typeof from === "string") return rangeMistake(from);
  let count = countDefault;
  let isIdOnly = false;
  for (let i = 6; i < words.length; i++) {
    const option = optionName(words[i] as string);
    if (option === "COUNT" && i + 1 < words.length) {
      const wanted = int64(words[++i] as string);
      if (wanted === undefined || wanted < 1n || wanted > countMax) return error("ERR COUNT must be > 0");
      count = wanted;
    } else if (option === "JUSTID") isIdOnly = true;
    else return syntaxError;
  }
  return { leastIdleMs, from, count, isIdOnly };
}
