// ZADD and ZINCRBY: give members scores. ZINCRBY is ZADD with INCR, and like there words such as NX are options.

import { EVENT_ZSET } from "../../keyspace/key-events.ts";
import { PUT_ADDED, PUT_UPDATED, type SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import {
  block,
  double,
  integer,
  introduced,
  key,
  oneOf,
  optional,
  repeated,
  string,
  word,
} from "../syntax.ts";
import { readScore, writeScore } from "./score-text.ts";

const NX = 1;
const XX = 2;
const GT = 4;
const LT = 8;
const CH = 16;
const INCR = 32;

export const zadd = defineCommand({
  name: "zadd",
  summary: "Adds members to a sorted set, or gives those that are there new scores.",
  since: "1.2.0",
  group: "sorted-set",
  complexity: "O(log(N)) for each member, in a set of N.",
  flags: ["write", "denyoom", "fast"],
  syntax: [
    key("RW update"),
    introduced("3.0.2", optional(oneOf("condition", word("NX"), word("XX")))),
    introduced("6.2.0", optional(oneOf("comparison", word("GT"), word("LT")))),
    introduced("3.0.2", optional(word("CH", "change"))),
    introduced("3.0.2", optional(word("INCR", "increment"))),
    repeated(block("score_member", double("score"), string("member"))),
  ],
  class: "exact",
  history: [
    ["2.4.0", "Several members may be given."],
    ["3.0.2", "`XX`, `NX`, `CH` and `INCR`."],
    ["6.2.0", "`GT` and `LT`."],
  ],
  run: (context) => add(context, 0),
});

export const zincrby = defineCommand({
  name: "zincrby",
  summary: "Adds to the score of a member; a missing member counts as 0.",
  since: "1.2.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["write", "denyoom", "fast"],
  // Any double will do; COMMAND DOCS speaks of an integer, as Redis's does.
  syntax: [key("RW access update"), integer("increment"), string("member")],
  class: "exact",
  run: (context) => add(context, INCR),
});

function add(context: CommandContext, given: number): void {
  const { keyspace, args, reply } = context;
  let options = given;
  let at = 2;
  for (; at < args.count; at++) {
    const option = optionAt(context, at);
    if (option === 0) break;
    options |= option;
  }
  const words = args.count - at;
  if (words === 0 || words % 2 !== 0) return reply.error(errors.syntax);
  const comparison = options & (GT | LT);
  if ((options & NX) !== 0 && (options & XX) !== 0) return reply.error(errors.zaddNxXx);
  if (comparison === (GT | LT) || (comparison !== 0 && (options & NX) !== 0)) {
    return reply.error(errors.zaddGtLtNx);
  }
  const isIncrement = (options & INCR) !== 0;
  if (isIncrement && words > 2) return reply.error(errors.zaddIncrement);
  for (let i = at; i < args.count; i += 2) {
    if (readScore(args, i) === undefined) return reply.error(errors.notAFloat);
  }

  const set = keyspace.sortedSetForUpdate(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  if (isIncrement) return increment(context, set, at, options);
  let added = 0;
  let updated = 0;
  for (let i = at; i < args.count; i += 2) {
    const score = readScore(args, i) as number;
    if ((options & (NX | XX | GT | LT)) !== 0 && !isWanted(set, set.find(args, i + 1), score, options))
      continue;
    const done = set.put(args, i + 1, score);
    if (done === PUT_ADDED) added++;
    else if (done === PUT_UPDATED) updated++;
  }
  if (added + updated > 0) keyspace.notify(EVENT_ZSET, "zadd", args, 1);
  reply.int((options & CH) === 0 ? added : added + updated);
}

function increment(
  { keyspace, args, reply }: CommandContext,
  set: SortedSetView,
  at: number,
  options: number,
): void {
  let score = readScore(args, at) as number;
  const isThere = set.find(args, at + 1);
  if (isThere && (options & NX) !== 0) return reply.null();
  if (isThere) score += set.score;
  if (Number.isNaN(score)) return reply.error(errors.scoreIsNan);
  if (!isWanted(set, isThere, score, options)) return reply.null();
  const hasChanged = !isThere || set.score !== score;
  if (hasChanged) {
    set.put(args, at + 1, score);
    keyspace.notify(EVENT_ZSET, "zincr", args, 1);
  }
  writeScore(reply, score);
}

// Whether the options let a member have the new score; `set.score` is its old one.
function isWanted(set: SortedSetView, isThere: boolean, score: number, options: number): boolean {
  if (!isThere) return (options & XX) === 0;
  if ((options & NX) !== 0) return false;
  if ((options & GT) !== 0) return score > set.score;
  return (options & LT) === 0 || score < set.score;
}

function optionAt({ args }: CommandContext, i: number): number {
  const length = args.length(i);
  if (length === 2) {
    if (args.is(i, "nx")) return NX;
    if (args.is(i, "xx")) return XX;
    if (args.is(i, "ch")) return CH;
    if (args.is(i, "gt")) return GT;
    return args.is(i, "lt") ? LT : 0;
  }
  return length === 4 && args.is(i, "incr") ? INCR : 0;
}
