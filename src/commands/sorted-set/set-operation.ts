// Set operation: union, intersection and difference of sorted sets and sets, for the commands of both forms: those
// that reply and those that store.
//
// Scores are added in Redis's order, the shortest set first, since a sum of doubles depends on it.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { readCount } from "../count-argument.ts";
import { readIndex } from "../string/index-range.ts";
import { Gathered, type HashOf } from "./gathered.ts";
import { readScore } from "./score-text.ts";
import { SetSource } from "./set-source.ts";

export type SetOperation = "union" | "inter" | "diff";
type Aggregate = "sum" | "min" | "max";

/** What a command's name says. */
export type OperationForm = {
  readonly operation: SetOperation;
  /** Lower case, as in error texts and key events. */
  readonly name: string;
  /** Argument 1 is a key to store the result at. */
  readonly isStore?: boolean;
  /** Only the number of members is asked for. */
  readonly isCardinality?: boolean;
};

/** Sources that are kept for the next command. */
const KEPT_SOURCES = 16;

const sources: SetSource[] = [];
const gathered = new Gathered();
// Options of the running command.
const options = { aggregate: "sum" as Aggregate, hasScores: false, limit: 0 };

export function runOperation(context: CommandContext, form: OperationForm): void {
  const { keyspace, args, reply } = context;
  const countAt = form.isStore === true ? 2 : 1;
  const numkeys = readIndex(args, countAt);
  if (Number.isNaN(numkeys)) return reply.error(errors.notAnInteger);
  if (numkeys < 1) return reply.error(errors.noInputKey(form.name));
  if (numkeys > args.count - (countAt + 1)) return reply.error(errors.syntax);
  const error =
    open(context, countAt + 1, numkeys) ?? readOptions(context, form, countAt + 1 + numkeys, numkeys);
  if (error !== undefined) return reply.error(error);

  if (form.isCardinality === true) {
    reply.int(intersect(numkeys, options.limit, false));
  } else {
    gathered.clear();
    if (form.operation === "union") unite(numkeys, keyspace.databases[0] as HashOf);
    else if (form.operation === "inter") intersect(numkeys, 0, true);
    else subtract(numkeys);
    if (form.isStore === true) store(context, form.name);
    else gathered.writeTo(reply, options.hasScores);
  }
  if (sources.length > KEPT_SOURCES) sources.length = KEPT_SOURCES;
}

function open({ keyspace, args }: CommandContext, firstAt: number, numkeys: number): string | undefined {
  for (let k = 0; k < numkeys; k++) {
    sources[k] ??= new SetSource();
    if (!(sources[k] as SetSource).open(keyspace, args, firstAt + k)) return errors.wrongType;
  }
  return undefined;
}

function readOptions(
  context: CommandContext,
  form: OperationForm,
  firstAt: number,
  numkeys: number,
): string | undefined {
  const { args } = context;
  const isCardinality = form.isCardinality === true;
  const hasWeights = form.operation !== "diff" && !isCardinality;
  options.aggregate = "sum";
  options.hasScores = false;
  options.limit = 0;
  for (let i = firstAt; i < args.count; i++) {
    const behind = args.count - i - 1;
    if (hasWeights && behind >= numkeys && args.is(i, "weights")) {
      for (let k = 0; k < numkeys; k++) {
        const weight = readScore(args, ++i);
        if (weight === undefined) return errors.weightNotAFloat;
        (sources[k] as SetSource).weight = weight;
      }
    } else if (hasWeights && behind >= 1 && args.is(i, "aggregate")) {
      i++;
      if (args.is(i, "sum")) options.aggregate = "sum";
      else if (args.is(i, "min")) options.aggregate = "min";
      else if (args.is(i, "max")) options.aggregate = "max";
      else return errors.syntax;
    } else if (form.isStore !== true && !isCardinality && args.is(i, "withscores")) {
      options.hasScores = true;
    } else if (isCardinality && behind >= 1 && args.is(i, "limit")) {
      options.limit = readCount(args, ++i, 0);
      if (Number.isNaN(options.limit)) return errors.limitNegative;
    } else {
      return errors.syntax;
    }
  }
  return undefined;
}

function unite(numkeys: number, hashOf: HashOf): void {
  const ordered = byLength(numkeys);
  for (const source of ordered) {
    source.rewind();
    while (source.next()) {
      const score = orZero(source.score * source.weight);
      const { bytes, start, end } = source.member.text();
      const i = gathered.indexOf(source.member, hashOf.hashOf(bytes, start, end));
      if (i < 0) gathered.addNamed(source.member, score, hashOf);
      else gathered.scores[i] = aggregated(gathered.scores[i] as number, score);
    }
  }
}

// How many members all sources have; no more than `limit`, unless it is 0. Gathers them if asked.
function intersect(numkeys: number, limit: number, isGathering: boolean): number {
  const ordered = byLength(numkeys);
  const shortest = ordered[0] as SetSource;
  let count = 0;
  shortest.rewind();
  while (shortest.next()) {
    const member = shortest.member.text();
    let score = orZero(shortest.score * shortest.weight);
    let k = 1;
    for (; k < numkeys; k++) {
      const source = ordered[k] as SetSource;
      if (!source.find(member)) break;
      score = aggregated(score, source.score * source.weight);
    }
    if (k < numkeys) continue;
    if (isGathering) gathered.add(member, score);
    if (++count === limit) break;
  }
  return count;
}

function subtract(numkeys: number): void {
  const first = sources[0] as SetSource;
  first.rewind();
  while (first.next()) {
    const member = first.member.text();
    let k = 1;
    while (k < numkeys && !(sources[k] as SetSource).find(member)) k++;
    if (k === numkeys) gathered.add(member, first.score);
  }
}

function store({ keyspace, args, reply }: CommandContext, event: string): void {
  const { count } = gathered;
  const wasThere = gathered.store(keyspace, args, 1, "members");
  if (count > 0) keyspace.notify(EVENT_ZSET, event, args, 1);
  else if (wasThere) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  reply.int(count);
}

// The sort is stable, as Redis's is for so few.
function byLength(numkeys: number): SetSource[] {
  return sources.slice(0, numkeys).sort((a, b) => a.length - b.length);
}

function aggregated(a: number, b: number): number {
  if (options.aggregate === "sum") return orZero(a + b);
  if (options.aggregate === "min") return b < a ? b : a;
  return b > a ? b : a;
}

function orZero(score: number): number {
  return Number.isNaN(score) ? 0 : score;
}
