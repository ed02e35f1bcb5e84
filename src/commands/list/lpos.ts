// LPOS: where elements that equal one stand, from the beginning, or with a negative rank from the end.

import type { ListView } from "../../keyspace/list-view.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { readCount } from "../count-argument.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, optional, string } from "../syntax.ts";

const INT64_MIN = -(2n ** 63n);

/** Positions found, until their number is known. Always emptied. */
const found: number[] = [];

/** What the options say. One serves every command of a thread. */
const options = {
  rank: 1,
  count: 1,
  hasCount: false,
  lengthMax: Number.POSITIVE_INFINITY,
  isRankLowest: false,
};

export const lpos = defineCommand({
  name: "lpos",
  summary: "Returns where elements stand in a list that equal one.",
  since: "6.0.6",
  group: "list",
  complexity: "O(N) for N elements looked at.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    string("element"),
    optional(after("RANK", integer("rank"))),
    optional(after("COUNT", integer("num-matches", "count"))),
    optional(after("MAXLEN", integer("len", "count"))),
  ],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    if (!readOptions(context)) return;
    const list = keyspace.readList(args, 1);
    if (list === undefined) return reply.error(errors.wrongType);
    const { hasCount } = options;
    list.setPattern(args, 2);
    find(list);
    if (hasCount) reply.array(found.length);
    else if (found.length === 0) reply.null();
    for (const position of found) reply.int(position);
    found.length = 0;
  },
});

// Fills `found` with the matches that are asked for.
function find(list: ListView): void {
  const { rank, count, lengthMax } = options;
  const fromTail = rank < 0;
  let skipped = Math.abs(rank) - 1;
  let left = lengthMax;
  let more = fromTail ? list.last() : list.first();
  for (; more && left > 0; left--) {
    if (list.matches() && --skipped < 0) {
      found.push(list.position);
      if (found.length === count) return;
    }
    more = fromTail ? list.previous() : list.next();
  }
}

// Reads what follows the element; false when refused, and then the error has been written.
function readOptions({ args, reply }: CommandContext): boolean {
  options.rank = 1;
  options.count = 1;
  options.hasCount = false;
  options.lengthMax = Number.POSITIVE_INFINITY;
  options.isRankLowest = false;
  for (let i = 3; i < args.count; i += 2) {
    const hasValue = i + 1 < args.count;
    const error = hasValue ? readOption(args, i) : errors.syntax;
    if (error === undefined) continue;
    reply.error(error);
    return false;
  }
  // Redis's negation of the lowest integer overflows: each match counts then, and no count is ever reached.
  if (options.isRankLowest && options.hasCount) options.count = Number.POSITIVE_INFINITY;
  return true;
}

// The error of the option at argument i, whose value follows.
function readOption(args: Args, i: number): string | undefined {
  if (args.is(i, "rank")) {
    const small = args.safeInteger(i + 1);
    const rank = Number.isNaN(small) ? args.bigInteger(i + 1) : small;
    if (rank === undefined) return errors.notAnInteger;
    if (rank === 0) return errors.rankZero;
    options.isRankLowest = rank === INT64_MIN;
    options.rank = options.isRankLowest ? -1 : Number(rank);
    return undefined;
  }
  if (args.is(i, "count")) {
    const count = readCount(args, i + 1, 0);
    if (Number.isNaN(count)) return errors.countNegative;
    options.hasCount = true;
    options.count = count || Number.POSITIVE_INFINITY;
    return undefined;
  }
  if (!args.is(i, "maxlen")) return errors.syntax;
  const lengthMax = readCount(args, i + 1, 0);
  if (Number.isNaN(lengthMax)) return errors.lengthNegative;
  options.lengthMax = lengthMax || Number.POSITIVE_INFINITY;
  return undefined;
}
