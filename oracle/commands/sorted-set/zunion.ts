// ZUNION, ZINTER, ZDIFF: sorted sets made of sorted sets and sets.

import type { Call, OracleCommand } from "../../command.ts";
import { parseDouble } from "../../doubles.ts";
import { int64 } from "../../numbers.ts";
import { error, type Reply } from "../../reply.ts";
import { type Ranked, ranked } from "../../sorted-sets.ts";
import { notAnInteger, syntaxError, wrongType } from "../../strings.ts";
import { rowsReply } from "./zrange.ts";

export type ScoreAlgebra = "union" | "inter" | "diff";
type Aggregate = "SUM" | "MIN" | "MAX";
/** What is at a key, as scores; members of a set count 1 each. */
export type Source = { readonly scores: ReadonlyMap<string, number>; weight: number };

export const zunion: OracleCommand = command("union");
export const zinter: OracleCommand = command("inter");
export const zdiff: OracleCommand = command("diff");

function command(algebra: ScoreAlgebra): OracleCommand {
  const name = `z${algebra}`;
  return {
    name,
    arity: -3,
    class: "exact",
    run(call) {
      const found = combination(call, { name, at: 1, algebra });
      return "kind" in found ? found : rowsReply(call, ranked(found.scores), found.hasScores);
    },
  };
}

export type Combination = { readonly scores: ReadonlyMap<string, number>; readonly hasScores: boolean };

/** What a call makes of its sources, whose number is word `at`; or the error. */
export function combination(
  call: Call,
  { name, at, algebra }: { readonly name: string; readonly at: number; readonly algebra: ScoreAlgebra },
): Combination | Reply {
  const sources = sourcesAt(call, name, at);
  if ("kind" in sources) return sources;
  const { words } = call;
  let aggregate: Aggregate = "SUM";
  let hasScores = false;
  for (let i = at + 1 + sources.length; i < words.length; ) {
    const option = (words[i] as string).toUpperCase();
    if (option === "WEIGHTS" && algebra !== "diff" && i + sources.length < words.length) {
      for (const [j, source] of sources.entries()) {
        const weight = parseDouble(words[i + 1 + j] as string);
        if (weight === undefined) return error("ERR weight value is not a float");
        source.weight = weight;
      }
      i += 1 + sources.length;
    } else if (option === "AGGREGATE" && algebra !== "diff" && i + 1 < words.length) {
      const wanted = (words[i + 1] as string).toUpperCase();
      if (wanted !== "SUM" && wanted !== "MIN" && wanted !== "MAX") return syntaxError;
      aggregate = wanted;
      i += 2;
    } else if (option === "WITHSCORES" && at === 1) {
      hasScores = true;
      i++;
    } else {
      return syntaxError;
    }
  }
  return { scores: combined(algebra, sources, aggregate), hasScores };
}

/** The sources behind their number, or the error. Types are checked before options are read. */
export function sourcesAt(call: Call, name: string, at: number): Source[] | (Reply & object) {
  const { model, session, words } = call;
  const count = int64(words[at] as string);
  if (count === undefined) return notAnInteger;
  if (count < 1n) return error(`ERR at least 1 input key is needed for '${name}' command`);
  if (count > words.length - at - 1) return syntaxError;
  const sources: Source[] = [];
  for (const key of words.slice(at + 1, at + 1 + Number(count))) {
    const entry = model.use(session.db, key);
    if (entry === undefined) sources.push({ scores: new Map(), weight: 1 });
    else if (entry.type === "zset") sources.push({ scores: entry.value, weight: 1 });
    else if (entry.type !== "set") return wrongType;
    else sources.push({ scores: new Map([...entry.value].map((member) => [member, 1])), weight: 1 });
  }
  return sources;
}

export function combined(
  algebra: ScoreAlgebra,
  sources: readonly Source[],
  aggregate: Aggregate,
): ReadonlyMap<string, number> {
  if (algebra === "diff") {
    const [first, ...rest] = sources;
    return new Map(
      [...(first?.scores ?? [])].filter(([member]) => !rest.some(({ scores }) => scores.has(member))),
    );
  }
  // From the smallest to the largest: sums are rounded in this order.
  const ordered = sources.toSorted((a, b) => a.scores.size - b.scores.size);
  const result = new Map<string, number>();
  for (const { scores, weight } of algebra === "union" ? ordered : ordered.slice(0, 1)) {
    for (const [member, score] of scores) {
      const value = numberOr0(score * weight);
      const before = result.get(member);
      result.set(member, before === undefined ? value : aggregated(aggregate, before, value));
    }
  }
  return algebra === "union" ? result : new Map(intersected(ordered.slice(1), result, aggregate));
}

function* intersected(
  others: readonly Source[],
  first: ReadonlyMap<string, number>,
  aggregate: Aggregate,
): Generator<Ranked> {
  for (const [member, start] of first) {
    let value = start;
    let isEverywhere = true;
    for (const { scores, weight } of others) {
      const score = scores.get(member);
      if (score === undefined) isEverywhere = false;
      else value = aggregated(aggregate, value, score * weight);
    }
    if (isEverywhere) yield [member, value];
  }
}

// No comparison is true of what is not a number.
function aggregated(aggregate: Aggregate, before: number, value: number): number {
  if (aggregate === "SUM") return numberOr0(before + value);
  const isTaken = aggregate === "MIN" ? value < before : value > before;
  return isTaken ? value : before;
}

// Infinite minus infinite, or 0 times infinite, counts 0.
function numberOr0(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
