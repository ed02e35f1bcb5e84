// ZCOUNT and ZLEXCOUNT: how many members a range of scores, or of members, holds.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { double, key, string } from "../syntax.ts";
import { LexRange } from "./lex-range.ts";
import { ScoreRange } from "./score-range.ts";

const scores = new ScoreRange();
const members = new LexRange();

export const zcount = defineCommand({
  name: "zcount",
  summary: "Returns how many members of a sorted set have scores between two bounds.",
  since: "2.0.0",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), double("min"), double("max")],
  class: "exact",
  run({ keyspace, args, reply }) {
    if (!scores.read(args, 2, 3)) return reply.error(errors.scoreBounds);
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    scores.locate(set);
    reply.int(scores.end - scores.first);
  },
});

export const zlexcount = defineCommand({
  name: "zlexcount",
  summary: "Returns how many members of a sorted set lie between two bounds, in the order of bytes.",
  since: "2.8.9",
  group: "sorted-set",
  complexity: "O(log(N)) in a set of N members.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), string("min"), string("max")],
  class: "exact",
  run({ keyspace, args, reply }) {
    if (!members.read(args, 2, 3)) return reply.error(errors.lexBounds);
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.int(members.count(set));
  },
});
