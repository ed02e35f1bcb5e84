// ZPOPMIN, ZPOPMAX, ZMPOP: the members with the lowest or highest scores taken out.

import { type EntryOf, entryAt, store } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { array, bulk, error, nilArray, type Reply } from "../../reply.ts";
import { type Ranked, ranked, scoreReply } from "../../sorted-sets.ts";
import { syntaxError, wrongType } from "../../strings.ts";

type End = "min" | "max";

export const zpopmin: OracleCommand = {
  name: "zpopmin",
  arity: -2,
  class: "exact",
  run: (call) => pop(call, "min"),
};

export const zpopmax: OracleCommand = {
  name: "zpopmax",
  arity: -2,
  class: "exact",
  run: (call) => pop(call, "max"),
};

export const zmpop: OracleCommand = {
  name: "zmpop",
  arity: -4,
  class: "exact",
  run(call) {
    const options = popOptions(call.words, 1);
    if ("kind" in options) return options;
    return popFirst(call, options) ?? nilArray;
  },
};

function pop(call: Call, end: End): Reply {
  const { words } = call;
  if (words.length > 3) return syntaxError;
  const count = words[2] === undefined ? 1n : int64(words[2]);
  if (count === undefined || count < 0n) return error(errors.mustBePositive);
  const key = words[1] as string;
  const entry = entryAt(call, key, "zset");
  if (entry === "wrong type") return wrongType;
  if (entry === undefined) return array([]);
  const popped = taken(call, key, { entry, end, count: Number(count) });
  // One alone is never nested, and RESP2 nests none.
  const isNested = words.length === 3 && call.session.protocol === 3;
  return array(popped.flatMap((row) => (isNested ? [array(rowReplies(row))] : rowReplies(row))));
}

export type PopOptions = { readonly keys: readonly string[]; readonly end: End; readonly count: number };

/** What ZMPOP and BZMPOP take from word `at` on, or the error. */
export function popOptions(words: readonly string[], at: number): PopOptions | Reply {
  const keyCount = int64(words[at] as string);
  if (keyCount === undefined || keyCount < 1n) return error("ERR numkeys should be greater than 0");
  const endAt = at + 1 + Number(keyCount);
  const end = words[endAt]?.toLowerCase();
  if (end !== "min" && end !== "max") return syntaxError;
  let count: bigint | undefined;
  for (let i = endAt + 1; i < words.length; i += 2) {
    const value = words[i + 1];
    if (count !== undefined || (words[i] as string).toUpperCase() !== "COUNT" || value === undefined) {
      return syntaxError;
    }
    count = int64(value);
    if (count === undefined || count < 1n) return error("ERR count should be greater than 0");
  }
  return { keys: words.slice(at + 1, endAt), end, count: Number(count ?? 1n) };
}

/** Pops from the first key that is there; undefined when none is. */
export function popFirst(call: Call, { keys, end, count }: PopOptions): Reply | undefined {
  for (const key of keys) {
    const entry = entryAt(call, key, "zset");
    if (entry === "wrong type") return wrongType;
    if (entry === undefined) continue;
    const rows = taken(call, key, { entry, end, count });
    return array([bulk(key), array(rows.map((row) => array(rowReplies(row))))]);
  }
  return undefined;
}

function taken(
  call: Call,
  key: string,
  { entry, end, count }: { readonly entry: EntryOf<"zset">; readonly end: End; readonly count: number },
): readonly Ranked[] {
  const rows = ranked(entry.value);
  const popped = (end === "min" ? rows : rows.reverse()).slice(0, count);
  if (popped.length === 0) return popped;
  const value = new Map(entry.value);
  for (const [member] of popped) value.delete(member);
  store(call, key, { ...entry, value }, entry);
  return popped;
}

function rowReplies([member, score]: Ranked): Reply[] {
  return [bulk(member), scoreReply(score)];
}
