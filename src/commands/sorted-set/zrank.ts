// ZRANK and ZREVRANK: a member's place in the order of scores, from either end.
//
// WITHSCORE is Redis 7.2's: a stock 7.0 refuses a fourth word by arity.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { introduced, key, optional, string, word } from "../syntax.ts";
import { writeScore } from "./score-text.ts";

const withScore = introduced("7.2.0", optional(word("WITHSCORE")));

export const zrank = defineCommand({
  name: "zrank",
  summary: "Returns the rank of a member of a sorted set by ascending scores, maybe with its score.",
  since: "2.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), string("member"), withScore],
  class: "exact",
  history: [["7.2.0", "`WITHSCORE`."]],
  run: (context) => tellRank(context, false),
});

export const zrevrank = defineCommand({
  name: "zrevrank",
  summary: "Returns the rank of a member of a sorted set by descending scores, maybe with its score.",
  since: "2.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), string("member"), withScore],
  class: "exact",
  history: [["7.2.0", "`WITHSCORE`."]],
  run: (context) => tellRank(context, true),
});

function tellRank({ keyspace, args, reply }: CommandContext, isReverse: boolean): void {
  if (args.count > 4) return reply.error(errors.arity(isReverse ? "zrevrank" : "zrank"));
  const hasScore = args.count === 4;
  if (hasScore && !args.is(3, "withscore")) return reply.error(errors.syntax);
  const set = keyspace.readSortedSet(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  const rank = set.rank(args, 2);
  if (rank < 0) {
    if (hasScore) reply.nullArray();
    else reply.null();
    return;
  }
  if (hasScore) reply.array(2);
  reply.int(isReverse ? set.length - 1 - rank : rank);
  if (hasScore) writeScore(reply, set.score);
}
