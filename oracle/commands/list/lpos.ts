// LPOS: where an element stands.

import type { OracleCommand } from "../../command.ts";
import { listAt } from "../../lists.ts";
import { int64, int64Min } from "../../numbers.ts";
import { array, error, integer, nil, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";

type Options = { rank: bigint; count: bigint | undefined; lengthMax: bigint };

export const lpos: OracleCommand = {
  name: "lpos",
  arity: -3,
  class: "exact",
  run(call) {
    const [, key = "", element = ""] = call.words;
    const options = optionsOf(call.words);
    if ("kind" in options) return options;
    const entry = listAt(call, key);
    if (entry === "wrong type") return wrongType;
    const found = entry === undefined ? [] : placesOf([...entry.value], element, options);
    if (options.count !== undefined) return array(found.map(integer));
    return found[0] === undefined ? nil : integer(found[0]);
  },
};

function optionsOf(words: readonly string[]): Options | Reply {
  const options: Options = { rank: 1n, count: undefined, lengthMax: 0n };
  for (let i = 3; i < words.length; i += 2) {
    const name = (words[i] as string).toUpperCase();
    const value = words[i + 1];
    if (value === undefined || !["RANK", "COUNT", "MAXLEN"].includes(name)) return syntaxError;
    const number = int64(value);
    if (name === "RANK") {
      if (number === undefined) return notAnInteger;
      if (number === 0n) return error(rankZero);
      options.rank = number;
    } else if (number === undefined || number < 0n) return error(`ERR ${name} can't be negative`);
    else if (name === "COUNT") options.count = number;
    else options.lengthMax = number;
  }
  return options;
}

const rankZero =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
  "or use negative to start from the end of the list";

function placesOf(value: readonly string[], element: string, { rank, count, lengthMax }: Options): number[] {
  const isBackward = rank < 0n;
  const places = [...value.keys()];
  if (isBackward) places.reverse();
  const looked = lengthMax === 0n ? places : places.slice(0, Number(lengthMax));
  const matching = looked.filter((i) => value[i] === element);
  // The lowest rank has no positive, and skips nothing.
  const skipped = rank === int64Min ? 0 : Number(isBackward ? -rank : rank) - 1;
  const wanted = count === 0n ? matching.length : Number(count ?? 1n);
  return matching.slice(skipped, skipped + wanted);
}
