// ZRANGE, the older commands that it stands for, and ZRANGESTORE: members between two ranks, scores or members.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, block, double, integer, introduced, key, oneOf, optional, string, word } from "../syntax.ts";
import { Gathered } from "./gathered.ts";
import { type RangeForm, RangeQuery } from "./range-query.ts";

const query = new RangeQuery();
const gathered = new Gathered();

const complexity = "O(log(N)+M) for M members returned from a set of N.";
const limit = optional(after("LIMIT", block("offset_count", integer("offset"), integer("count"))));
const withScores = optional(word("WITHSCORES"));
const sortBy = optional(oneOf("sortby", word("BYSCORE"), word("BYLEX")));

export const zrange = defineCommand({
  name: "zrange",
  summary: "Returns the members of a sorted set between two ranks, two scores, or two members.",
  since: "1.2.0",
  group: "sorted-set",
  complexity,
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    string("start"),
    string("stop"),
    introduced("6.2.0", sortBy),
    introduced("6.2.0", optional(word("REV"))),
    introduced("6.2.0", limit),
    withScores,
  ],
  class: "exact",
  history: [["6.2.0", "`REV`, `BYSCORE`, `BYLEX` and `LIMIT`."]],
  run: (context) => writeRange(context, anyForm),
});
const anyForm: RangeForm = { keyAt: 1, hasScores: true };

export const zrevrange = defineCommand({
  name: "zrevrange",
  summary: "Returns the members of a sorted set between two ranks, counted from the highest score.",
  since: "1.2.0",
  group: "sorted-set",
  complexity,
  flags: ["readonly"],
  syntax: [key("RO access"), integer("start"), integer("stop"), withScores],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`ZRANGE` with the `REV` argument" },
  run: (context) => writeRange(context, fromHighest),
});
const fromHighest: RangeForm = { kind: "rank", isReverse: true, keyAt: 1, hasScores: true };

export const zrangebyscore = defineCommand({
  name: "zrangebyscore",
  summary: "Returns the members of a sorted set with scores between two bounds.",
  since: "1.0.5",
  group: "sorted-set",
  complexity,
  flags: ["readonly"],
  syntax: [key("RO access"), double("min"), double("max"), introduced("2.0.0", withScores), limit],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`ZRANGE` with the `BYSCORE` argument" },
  history: [["2.0.0", "`WITHSCORES`."]],
  run: (context) => writeRange(context, byScore),
});
const byScore: RangeForm = { kind: "score", isReverse: false, keyAt: 1, hasScores: true };

export const zrevrangebyscore = defineCommand({
  name: "zrevrangebyscore",
  summary: "Returns the members of a sorted set with scores between two bounds, the highest first.",
  since: "2.2.0",
  group: "sorted-set",
  complexity,
  flags: ["readonly"],
  syntax: [key("RO access"), double("max"), double("min"), withScores, limit],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`ZRANGE` with the `REV` and `BYSCORE` arguments" },
  history: [["2.1.6", "Bounds may be exclusive."]],
  run: (context) => writeRange(context, byScoreDown),
});
const byScoreDown: RangeForm = { kind: "score", isReverse: true, keyAt: 1, hasScores: true };

export const zrangebylex = defineCommand({
  name: "zrangebylex",
  summary: "Returns the members of a sorted set between two bounds, in the order of bytes.",
  since: "2.8.9",
  group: "sorted-set",
  complexity,
  flags: ["readonly"],
  syntax: [key("RO access"), string("min"), string("max"), limit],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`ZRANGE` with the `BYLEX` argument" },
  run: (context) => writeRange(context, byLex),
});
const byLex: RangeForm = { kind: "lex", isReverse: false, keyAt: 1, hasScores: true };

export const zrevrangebylex = defineCommand({
  name: "zrevrangebylex",
  summary:
    "Returns the members of a sorted set between two bounds, in the order of bytes from the last one down.",
  since: "2.8.9",
  group: "sorted-set",
  complexity,
  flags: ["readonly"],
  syntax: [key("RO access"), string("max"), string("min"), limit],
  class: "exact",
  deprecated: { since: "6.2.0", replacedBy: "`ZRANGE` with the `REV` and `BYLEX` arguments" },
  run: (context) => writeRange(context, byLexDown),
});
const byLexDown: RangeForm = { kind: "lex", isReverse: true, keyAt: 1, hasScores: true };

export const zrangestore = defineCommand({
  name: "zrangestore",
  summary: "Stores the members of a sorted set between two ranks, scores or members at another key.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: "O(log(N)+M) for M members stored from a set of N.",
  flags: ["write", "denyoom"],
  syntax: [
    key("OW update", "dst"),
    key("RO access", "src"),
    string("min"),
    string("max"),
    sortBy,
    optional(word("REV")),
    limit,
  ],
  class: "exact",
  run: storeRange,
});
const stored: RangeForm = { keyAt: 2, hasScores: false };

function writeRange(context: CommandContext, form: RangeForm): void {
  const { keyspace, args, reply } = context;
  if (!query.read(context, form)) return;
  const set = keyspace.readSortedSet(args, form.keyAt);
  if (set === undefined) return reply.error(errors.wrongType);
  query.locate(set);
  query.writeTo(reply, set);
}

function storeRange(context: CommandContext): void {
  const { keyspace, args, reply } = context;
  if (!query.read(context, stored)) return;
  const set = keyspace.readSortedSet(args, 2);
  if (set === undefined) return reply.error(errors.wrongType);
  query.locate(set);
  gathered.clear();
  for (let more = set.seek(query.first), left = query.count; more && left > 0; left--) {
    gathered.add(set.member, set.score);
    if (left > 1) query.advance(set);
  }
  const { count } = gathered;
  const wasThere = gathered.store(keyspace, args, 1, query.isByRank ? "count" : "nothing");
  if (count > 0) keyspace.notify(EVENT_ZSET, "zrangestore", args, 1);
  else if (wasThere) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  reply.int(count);
}
