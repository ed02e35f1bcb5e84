// XRANGE, XREVRANGE, XLEN, XDEL, XSETID: entries by their IDs.

import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { StreamValue } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { array, error, integer, nilArray, ok, type Reply } from "../../reply.ts";
import { idMax, strictId } from "../../stream-ids.ts";
import { entriesWithin, without } from "../../stream-nodes.ts";
import {
  entryReply,
  invalidId,
  isReply,
  optionName,
  rangeOf,
  storeGroups,
  storeStream,
  streamAt,
} from "../../streams.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";

export const xrange: OracleCommand = {
  name: "xrange",
  arity: -4,
  class: "exact",
  run: (call) => range(call, call.words[2] as string, call.words[3] as string),
};

export const xrevrange: OracleCommand = {
  name: "xrevrange",
  arity: -4,
  class: "exact",
  run: (call) => range(call, call.words[3] as string, call.words[2] as string),
};

function range(call: Call, first: string, last: string): Reply {
  const { words } = call;
  const ends = rangeOf(first, last);
  if (isReply(ends)) return ends;
  let count: bigint | undefined;
  for (let i = 4; i < words.length; i += 2) {
    if (optionName(words[i] as string) !== "COUNT" || i + 1 >= words.length) return syntaxError;
    count = int64(words[i + 1] as string);
    if (count === undefined) return notAnInteger;
  }
  const stream = streamAt(call, words[1] as string);
  if (stream === "wrong type") return wrongType;
  if (stream === undefined) return array([]);
  if (count !== undefined && count <= 0n) return nilArray;
  const entries = [...entriesWithin(stream, ...ends)];
  if (words[0]?.toLowerCase() === "xrevrange") entries.reverse();
  return array(entries.slice(0, Number(count ?? entries.length)).map(entryReply));
}

export const xlen: OracleCommand = {
  name: "xlen",
  arity: 2,
  class: "exact",
  run(call) {
    const stream = streamAt(call, call.words[1] as string);
    return stream === "wrong type" ? wrongType : integer(stream?.length ?? 0);
  },
};

export const xdel: OracleCommand = {
  name: "xdel",
  arity: -3,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = streamAt(call, key);
    if (before === "wrong type") return wrongType;
    if (before === undefined) return integer(0);
    const ids = idsFrom(call.words.slice(2));
    if (ids === undefined) return invalidId;
    let after: StreamValue = before;
    for (const id of ids) after = without(after, id) ?? after;
    if (after !== before) storeStream(call, key, after, before);
    return integer(before.length - after.length);
  },
};

/** Whole IDs, or undefined where one is not. */
export function idsFrom(words: readonly string[]): bigint[] | undefined {
  const ids = words.map((text) => strictId(text, 0n)).filter((id) => id !== undefined);
  return ids.length === words.length ? ids : undefined;
}

export const xsetid: OracleCommand = {
  name: "xsetid",
  arity: -3,
  class: "exact",
  run(call) {
    const { words } = call;
    const key = words[1] as string;
    const options = countersFrom(words);
    if ("kind" in options) return options;
    const { lastId, entriesAdded, maxDeletedId } = options;
    const before = streamAt(call, key);
    if (before === "wrong type") return wrongType;
    if (before === undefined) return error(errors.noSuchKey);
    const top = [...entriesWithin(before, 0n, idMax)].at(-1)?.id;
    if (top !== undefined && lastId < top) {
      return error("ERR The ID specified in XSETID is smaller than the target stream top item");
    }
    if (entriesAdded !== undefined && BigInt(before.length) > entriesAdded) {
      return error("ERR The entries_added specified in XSETID is smaller than the target stream length");
    }
    const after: StreamValue = {
      ...before,
      lastId,
      entriesAdded: entriesAdded ?? before.entriesAdded,
      maxDeletedId: maxDeletedId === 0n ? before.maxDeletedId : maxDeletedId,
    };
    storeGroups(call, key, after, before);
    return ok;
  },
};

type Counters = {
  readonly lastId: bigint;
  readonly entriesAdded: bigint | undefined;
  /** 0: it stays. */
  readonly maxDeletedId: bigint;
};

function countersFrom(words: readonly string[]): Counters | Reply {
  const lastId = strictId(words[2] as string, 0n);
  if (lastId === undefined) return invalidId;
  let entriesAdded: bigint | undefined;
  let maxDeletedId: bigint | undefined = 0n;
  for (let i = 3; i < words.length; i += 2) {
    const option = optionName(words[i] as string);
    const value = words[i + 1];
    if (option === "ENTRIESADDED" && value !== undefined) {
      entriesAdded = int64(value);
      if (entriesAdded === undefined) return notAnInteger;
      if (entriesAdded < 0n) return error("ERR entries_added must be positive");
    } else if (option === "MAXDELETEDID" && value !== undefined) {
      maxDeletedId = strictId(value, 0n);
      if (maxDeletedId === undefined) return invalidId;
      if (lastId < maxDeletedId) {
        return error("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
      }
    } else return syntaxError;
  }
  return { lastId, entriesAdded, maxDeletedId };
}
