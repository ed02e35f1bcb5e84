// ZRANGE, its older forms for one kind of range, and ZRANGESTORE.

import { type EntryOf, entryAt, isTooLongForSortedSet, limit, store } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { int64 } from "../../numbers.ts";
import { oneOf } from "../../one-of.ts";
import { array, bulk, error, integer, type Reply } from "../../reply.ts";
import { type Ranked, ranked, scoreReply } from "../../sorted-sets.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";
import {
  byRank,
  byScore,
  type MemberRange,
  memberEnds,
  memberRange,
  memberStarts,
  rankRange,
  runBack,
  runFrom,
  scoreRange,
} from "./ranges.ts";

type By = "rank" | "score" | "lex";
/** `by` and `isReverse`: what the name of the command says already. */
type Form = {
  readonly name: string;
  readonly arity: number;
  readonly by?: By;
  readonly isReverse?: boolean;
  readonly isStored?: boolean;
};

export const zrange: OracleCommand = command({ name: "zrange", arity: -4 });
export const zrangestore: OracleCommand = command({ name: "zrangestore", arity: -5, isStored: true });
export const zrevrange: OracleCommand = command({
  name: "zrevrange",
  arity: -4,
  by: "rank",
  isReverse: true,
});
export const zrangebyscore: OracleCommand = command({
  name: "zrangebyscore",
  arity: -4,
  by: "score",
  isReverse: false,
});
export const zrevrangebyscore: OracleCommand = command({
  name: "zrevrangebyscore",
  arity: -4,
  by: "score",
  isReverse: true,
});
export const zrangebylex: OracleCommand = command({
  name: "zrangebylex",
  arity: -4,
  by: "lex",
  isReverse: false,
});
export const zrevrangebylex: OracleCommand = command({
  name: "zrevrangebylex",
  arity: -4,
  by: "lex",
  isReverse: true,
});

function command(form: Form): OracleCommand {
  return { name: form.name, arity: form.arity, class: "exact", run: (call) => range(call, form) };
}

type Options = { by: By; isReverse: boolean; hasScores: boolean; offset: bigint; limit: bigint };

function range(call: Call, form: Form): Reply {
  const at = form.isStored === true ? 2 : 1;
  const options = optionsOf(call.words, at + 3, form);
  if ("kind" in options) return options;
  const { by, isReverse } = options;
  const ends = [call.words[at + 1] as string, call.words[at + 2] as string] as const;
  // By rank both ends stay where they are; otherwise the higher one is given first.
  const [low, high] = isReverse && by !== "rank" ? [ends[1], ends[0]] : ends;
  const select = selection(options, low, high);
  if (typeof select !== "function") return select;
  const entry = entryAt(call, call.words[at] as string, "zset");
  if (entry === "wrong type") return wrongType;
  const runs = entry === undefined ? [[]] : select(entry);
  return oneOf(
    call,
    runs.map((run) => {
      if (form.isStored !== true) return { reply: rowsReply(call, run, options.hasScores) };
      return { reply: integer(run.length), adopt: () => storeRun(call, run, by) };
    }),
  );
}

// Members come one by one, and those before the one that is too much for a listpack have lost the sign of a zero. Only of a
// range by rank it is known before how many there are.
function storeRun(call: Call, run: readonly Ranked[], by: By): void {
  const { model } = call;
  const packedMax = limit(model, "zset-max-listpack-entries");
  let isPacked = by !== "rank" || run.length <= packedMax;
  const value = new Map<string, number>();
  for (const [member, score] of run) {
    if (value.size + 1 > packedMax || isTooLongForSortedSet(model, member)) isPacked = false;
    value.set(member, isPacked && score === 0 ? 0 : score);
  }
  const encoding = isPacked ? "listpack" : "skiplist";
  store(call, call.words[1] as string, { type: "zset", value, encoding }, undefined);
}

/** Members in the order given, with scores as pairs in RESP3 and one behind the other in RESP2. */
export function rowsReply({ session }: Call, rows: readonly Ranked[], hasScores: boolean): Reply {
  if (!hasScores) return array(rows.map(([member]) => bulk(member)));
  const pairs = rows.map(([member, score]) => [bulk(member), scoreReply(score)]);
  return array(session.protocol === 3 ? pairs.map(array) : pairs.flat());
}

function optionsOf(words: readonly string[], from: number, form: Form): Options | Reply {
  const options: Options = {
    by: form.by ?? "rank",
    isReverse: form.isReverse ?? false,
    hasScores: false,
    offset: 0n,
    limit: -1n,
  };
  // What was said once may not be said again.
  let isByOpen = form.by === undefined;
  let isReverseOpen = form.isReverse === undefined;
  for (let i = from; i < words.length; i++) {
    const name = (words[i] as string).toUpperCase();
    if (name === "WITHSCORES" && form.isStored !== true) {
      options.hasScores = true;
    } else if (name === "LIMIT" && i + 2 < words.length) {
      const offset = int64(words[++i] as string);
      const limit = int64(words[++i] as string);
      if (offset === undefined || limit === undefined) return notAnInteger;
      options.offset = offset;
      options.limit = limit;
    } else if (name === "REV" && isReverseOpen) {
      options.isReverse = true;
      isReverseOpen = false;
    } else if ((name === "BYSCORE" || name === "BYLEX") && isByOpen) {
      options.by = name === "BYSCORE" ? "score" : "lex";
      isByOpen = false;
    } else {
      return syntaxError;
    }
  }
  return mistakeIn(options) ?? options;
}

// A limit of -1 is as good as none.
function mistakeIn({ by, limit, hasScores }: Options): Reply | undefined {
  if (limit !== -1n && by === "rank") {
    return error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  }
  if (hasScores && by === "lex") {
    return error("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
  }
  return undefined;
}

/** The members of an entry, in the order of the reply; more than one list where several answers are right. */
type Selection = (entry: EntryOf<"zset">) => readonly (readonly Ranked[])[];

function selection(options: Options, low: string, high: string): Selection | Reply {
  switch (options.by) {
    case "rank": {
      const ranks = rankRange(low, high);
      if ("kind" in ranks) return ranks;
      return ({ value }) => [byRank(inOrder(ranked(value), options), ranks)];
    }
    case "score": {
      const scores = scoreRange(low, high);
      if ("kind" in scores) return scores;
      return ({ value }) => [limited(inOrder(byScore(ranked(value), scores), options), options)];
    }
    case "lex": {
      const members = memberRange(low, high);
      return "kind" in members ? members : (entry) => byMember(entry, members, options);
    }
  }
}

function inOrder(rows: readonly Ranked[], { isReverse }: Options): readonly Ranked[] {
  return isReverse ? rows.toReversed() : rows;
}

// A negative offset goes past all, a negative limit is none.
function limited(rows: readonly Ranked[], { offset, limit }: Options): readonly Ranked[] {
  if (offset < 0n) return [];
  const from = Number(offset);
  return limit < 0n ? rows.slice(from) : rows.slice(from, from + Number(limit));
}

// Members that the offset leaves out need not be within the range, which shows where scores differ.
function byMember(
  entry: EntryOf<"zset">,
  members: MemberRange,
  options: Options,
): readonly (readonly Ranked[])[] {
  const rows = ranked(entry.value);
  const { isReverse, offset } = options;
  const rest = { ...options, offset: 0n };
  const runs = isReverse
    ? memberEnds(entry, rows, members).map((end) => {
        if (runBack(rows, end, members).length === 0 || offset < 0n) return [];
        return limited(runBack(rows, end - Number(offset), members), rest);
      })
    : memberStarts(entry, rows, members).map((start) => {
        if (runFrom(rows, start, members).length === 0 || offset < 0n) return [];
        return limited(runFrom(rows, start + Number(offset), members), rest);
      });
  return runs.length === 0 ? [[]] : runs;
}
