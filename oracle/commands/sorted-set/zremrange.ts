// ZREMRANGEBYRANK, ZREMRANGEBYSCORE, ZREMRANGEBYLEX: a range of members taken out.

import { type EntryOf, entryAt, store } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { oneOf } from "../../one-of.ts";
import { integer, type Reply } from "../../reply.ts";
import { type Ranked, ranked } from "../../sorted-sets.ts";
import { wrongType } from "../../strings.ts";
import { byRank, byScore, memberRange, rankRange, removalStarts, runFrom, scoreRange } from "./ranges.ts";

export const zremrangebyrank: OracleCommand = {
  name: "zremrangebyrank",
  arity: 4,
  class: "exact",
  run: (call) => removeRange(call, rankRange, (_, rows, range) => [byRank(rows, range)]),
};

export const zremrangebyscore: OracleCommand = {
  name: "zremrangebyscore",
  arity: 4,
  class: "exact",
  run: (call) => removeRange(call, scoreRange, (_, rows, range) => [byScore(rows, range)]),
};

export const zremrangebylex: OracleCommand = {
  name: "zremrangebylex",
  arity: 4,
  class: "exact",
  run: (call) =>
    removeRange(call, memberRange, (entry, rows, range) => {
      return removalStarts(entry, rows, range).map((start) => runFrom(rows, start, range));
    }),
};

// `runsOf` says which members go; more than one run where several answers are right.
function removeRange<Range extends object>(
  call: Call,
  rangeOf: (from: string, to: string) => Range | Reply,
  runsOf: (entry: EntryOf<"zset">, rows: readonly Ranked[], range: Range) => readonly (readonly Ranked[])[],
): Reply {
  const [, key = "", from = "", to = ""] = call.words;
  const range = rangeOf(from, to);
  if ("kind" in range) return range;
  const entry = entryAt(call, key, "zset");
  if (entry === "wrong type") return wrongType;
  if (entry === undefined) return integer(0);
  const runs = runsOf(entry, ranked(entry.value), range);
  const outcomes = (runs.length === 0 ? [[]] : runs).map((run) => ({
    reply: integer(run.length),
    adopt: () => remove(call, entry, run),
  }));
  return oneOf(call, outcomes);
}

function remove(call: Call, entry: EntryOf<"zset">, run: readonly Ranked[]): void {
  if (run.length === 0) return;
  const value = new Map(entry.value);
  for (const [member] of run) value.delete(member);
  store(call, call.words[1] as string, { ...entry, value }, entry);
}
