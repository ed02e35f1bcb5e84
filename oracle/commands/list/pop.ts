// LPOP, RPOP, LMPOP: elements taken from an end.

import type { Call, OracleCommand } from "../../command.ts";
import { arityError, errors } from "../../errors.ts";
import { type End, endOf, listAt, type PopOptions, popMany, take } from "../../lists.ts";
import { int64 } from "../../numbers.ts";
import { array, bulk, error, nil, nilArray, type Reply } from "../../reply.ts";
import { syntaxError, wrongType } from "../../strings.ts";
import { settled } from "../../waiting.ts";

export const popCommands: readonly OracleCommand[] = [
  { name: "lpop", arity: -2, class: "exact", run: (call) => pop(call, "left") },
  { name: "rpop", arity: -2, class: "exact", run: (call) => pop(call, "right") },
  {
    name: "lmpop",
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
  },
];

function pop(call: Call, end: End): Reply {
  const { words } = call;
  const key = words[1] as string;
  if (words.length > 3) return error(arityError(words[0]?.toLowerCase() as string));
  const isCounted = words.length === 3;
  const count = isCounted ? int64(words[2] as string) : 1n;
  if (count === undefined || count < 0n) return error(errors.mustBePositive);
  const entry = listAt(call, key);
  if (entry === "wrong type") return wrongType;
  if (entry === undefined) return isCounted ? nilArray : nil;
  const taken = take(call, key, { entry, end, count: Number(count) });
  return isCounted ? array(taken.map(bulk)) : bulk(taken[0] as string);
}

/** What LMPOP and BLMPOP take from word `at` on, or the error. */
export function popOptions(words: readonly string[], at: number): PopOptions | Reply {
  const keyCount = int64(words[at] as string);
  if (keyCount === undefined || keyCount < 1n) return error(errors.numkeysNotPositive);
  const endAt = at + 1 + Number(keyCount);
  const end = endOf(words[endAt] ?? "");
  if (end === undefined) return syntaxError;
  let count: bigint | undefined;
  for (let i = endAt + 1; i < words.length; i += 2) {
    const value = words[i + 1];
    if (count !== undefined || (words[i] as string).toUpperCase() !== "COUNT" || value === undefined)
      return syntaxError;
    count = int64(value);
    if (count === undefined || count < 1n) return error(errors.countNotPositive);
  }
  return { keys: words.slice(at + 1, endAt), end, count: Number(count ?? 1n) };
}
