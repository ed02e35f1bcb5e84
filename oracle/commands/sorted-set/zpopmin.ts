// ZPOPMIN, ZPOPMAX, ZMPOP: the members with the lowest or highest scores taken out.

import { type EntryOf, entryAt, storeWritable, writableMap } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import type { SortedSetValue } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import type { Outcome } from "../../one-of.ts";
import { array, bulk, error, nilArray, type Reply } from "../../reply.ts";
import { forgetOrder, lowest, type Ranked, ranked, scoreReply, tookLowest } from "../../sorted-sets.ts";
import { syntaxError, wrongType } from "../../strings.ts";
import { settled } from "../../waiting.ts";

export type End = "min" | "max";

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
    for (const key of options.keys) {
      const outcome = popMany(call, key, options);
      if (outcome !== undefined) return settled(outcome);
    }
    return nilArray;
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
  const popped = outermost(entry, end, Number(count));
  remove(call, key, { entry, rows: popped });
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

/** What ZMPOP and BZMPOP do with one key, and answer: its name and what is taken; undefined when it is missing. */
export function popMany(call: Call, key: string, { end, count }: PopOptions): Outcome | undefined {
  const entry = entryAt(call, key, "zset");
  if (entry === undefined) return undefined;
  if (entry === "wrong type") return { reply: wrongType };
  const rows = outermost(entry, end, count);
  return {
    reply: array([bulk(key), array(rows.map((row) => array(rowReplies(row))))]),
    adopt: () => remove(call, key, { entry, rows }),
  };
}

/** What BZPOPMIN and BZPOPMAX do with one key, and answer: its name, the member and its score. */
export function popOne(call: Call, key: string, end: End): Outcome | undefined {
  const entry = entryAt(call, key, "zset");
  if (entry === undefined) return undefined;
  if (entry === "wrong type") return { reply: wrongType };
  const rows = outermost(entry, end, 1);
  return {
    reply: array([bulk(key), ...rows.flatMap(rowReplies)]),
    adopt: () => remove(call, key, { entry, rows }),
  };
}

function outermost({ value }: SortedSetValue, end: End, count: number): readonly Ranked[] {
  return end === "min" ? lowest(value, Math.min(count, value.size)) : ranked(value).reverse().slice(0, count);
}

function remove(
  call: Call,
  key: string,
  { entry, rows }: { readonly entry: EntryOf<"zset">; readonly rows: readonly Ranked[] },
): void {
  if (rows.length === 0) return;
  const order = forgetOrder(entry.value);
  const isLowest = rows.at(-1) === order?.at(-rows.length);
  const value = writableMap(call, entry.value);
  for (const [member] of rows) value.delete(member);
  if (order !== undefined && isLowest && value === entry.value) tookLowest(value, order, rows.length);
  storeWritable(call, key, { ...entry, value }, entry);
}

function rowReplies([member, score]: Ranked): Reply[] {
  return [bulk(member), scoreReply(score)];
}
