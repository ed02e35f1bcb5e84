// ZCARD, ZSCORE and ZMSCORE: how many members there are, and their scores.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";
import { writeScore } from "./score-text.ts";

export const zcard = defineCommand({
  name: "zcard",
  summary: "Returns how many members a sorted set has.",
  since: "1.2.0",
  group: "sorted-set",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.int(set.length);
  },
});

export const zscore = defineCommand({
  name: "zscore",
  summary: "Returns the score of a member of a sorted set.",
  since: "1.2.0",
  group: "sorted-set",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), string("member")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    if (set.find(args, 2)) writeScore(reply, set.score);
    else reply.null();
  },
});

export const zmscore = defineCommand({
  name: "zmscore",
  summary: "Returns the scores of several members of a sorted set.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: "O(N) for N members.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), repeated(string("member"))],
  class: "exact",
  run({ keyspace, args, reply }) {
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    reply.array(args.count - 2);
    for (let i = 2; i < args.count; i++) {
      if (set.find(args, i)) writeScore(reply, set.score);
      else reply.null();
    }
  },
});
