// XADD: a further entry, and XTRIM: the oldest ones gone.

import type { EntryOf } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { arityError } from "../../errors.ts";
import type { StreamValue } from "../../model.ts";
import { type Answer, chosen, error, integer, nil, type Reply } from "../../reply.ts";
import { idFrom, idMax, idOf, idReply, idText, msOf, sequenceMax, sequenceOf } from "../../stream-ids.ts";
import { appended, emptyStream, type Trim, trimmed } from "../../stream-nodes.ts";
import { nodeLimits, storeStream, streamAt } from "../../streams.ts";
import { wrongType } from "../../strings.ts";
import { trimOptions, type WantedId } from "./trimming.ts";

export const xadd: OracleCommand = { name: "xadd", arity: -5, class: "exact", run };

/** From so many nodes on their array is not copied for each entry. */
const ownNodesMin = 64;

const notAbove = error("ERR The ID specified in XADD is equal or smaller than the target stream top item");

function run(call: Call): Reply {
  const { model, words } = call;
  const options = trimOptions(model, words, "xadd");
  if ("kind" in options) return options;
  const { id: wanted, next } = options;
  const pairs = words.slice(next);
  if (pairs.length < 2 || pairs.length % 2 !== 0) return error(arityError("xadd"));
  if (wanted?.kind === "id" && wanted.id === 0n) {
    return error("ERR The ID specified in XADD must be greater than 0-0");
  }
  const before = streamAt(call, words[1] as string);
  if (before === "wrong type") return wrongType;
  if (before === undefined && !options.createsStream) return nil;
  const stream = before ?? emptyStream;
  if (stream.lastId === idMax) {
    return error("ERR The stream has exhausted the last possible ID, unable to add more items");
  }
  const add = (id: bigint): void => addEntry(call, before, { id, words: pairs, trim: options.trim });
  const id = idAfter(stream, wanted, BigInt(model.nowMs));
  if (id === undefined) return chosen("an error", ({ kind }) => kind === "error"); // With one of two texts.
  if (id <= stream.lastId) return notAbove;
  const { timeToleranceMs } = model;
  if (wanted !== undefined || timeToleranceMs === 0 || call.session.replyMode !== "on") {
    add(id);
    return idReply(id);
  }
  return chosen(`about ${idText(id)}`, (answer) => {
    const told = timelyId(answer, stream, { nowMs: model.nowMs, timeToleranceMs });
    if (told !== undefined) add(told);
    return told !== undefined;
  });
}

// undefined: there is none after the last one within these milliseconds.
function idAfter({ lastId }: StreamValue, wanted: WantedId, nowMs: bigint): bigint | undefined {
  if (wanted?.kind === "id") return wanted.id;
  if (wanted === undefined) return nowMs > msOf(lastId) ? idOf(nowMs, 0n) : lastId + 1n;
  if (wanted.ms !== msOf(lastId)) return idOf(wanted.ms, 0n);
  return sequenceOf(lastId) === sequenceMax ? undefined : lastId + 1n;
}

// By another clock: the one after the last, or the first of its millisecond.
function timelyId(
  answer: Answer,
  { lastId }: StreamValue,
  { nowMs, timeToleranceMs }: { readonly nowMs: number; readonly timeToleranceMs: number },
): bigint | undefined {
  const id = idFrom(answer);
  if (id === undefined || id <= lastId) return undefined;
  const isTimely = Math.abs(Number(msOf(id)) - nowMs) <= timeToleranceMs && sequenceOf(id) === 0n;
  return isTimely || id === lastId + 1n ? id : undefined;
}

function addEntry(
  call: Call,
  before: EntryOf<"stream"> | undefined,
  {
    id,
    words,
    trim,
  }: { readonly id: bigint; readonly words: readonly string[]; readonly trim: Trim | undefined },
): void {
  const { model } = call;
  const isOwn = before !== undefined && model.isOwn(before.value);
  const longer = appended(before ?? emptyStream, { id, words }, { limits: nodeLimits(model), isOwn });
  const after = trim === undefined ? longer : trimmed(longer, trim);
  storeStream(call, call.words[1] as string, after, before);
  if (after.value.length >= ownNodesMin) model.setOwn(after.value);
}

export const xtrim: OracleCommand = {
  name: "xtrim",
  arity: -4,
  class: "exact",
  run(call) {
    const { model, words } = call;
    const options = trimOptions(model, words, "xtrim");
    if ("kind" in options) return options;
    const before = streamAt(call, words[1] as string);
    if (before === "wrong type") return wrongType;
    if (before === undefined || options.trim === undefined) return integer(0);
    const after = trimmed(before, options.trim);
    const removed = before.length - after.length;
    if (removed > 0) storeStream(call, words[1] as string, after, before);
    else if (after !== before)
      model.setUnnoticed(call.session.db, words[1] as string, { ...before, ...after });
    return integer(removed);
  },
};
