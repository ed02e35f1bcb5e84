// ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX: remove the members of a range.

import { EVENT_GENERIC, EVENT_ZSET } from "../../keyspace/key-events.ts";
import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { double, integer, key, string } from "../syntax.ts";
import { LexRange } from "./lex-range.ts";
import { RankRange } from "./rank-range.ts";
import { ScoreRange } from "./score-range.ts";

const ranks = new RankRange();
const scores = new ScoreRange();
const members = new LexRange();

export const zremrangebyrank = defineCommand({
  name: "zremrangebyrank",
  summary: "Removes the members of a sorted set between two ranks and tells how many there were.",
  since: "2.0.0",
  group: "sorted-set",
  complexity: "O(log(N)+M) for M members removed from a set of N.",
  flags: ["write"],
  syntax: [key("RW delete"), integer("start"), integer("stop")],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    if (!ranks.read(args, 2, 3)) return reply.error(errors.notAnInteger);
    const set = keyspace.sortedSetForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    ranks.locate(set.length);
    remove(context, set, ranks.first, ranks.end, "zremrangebyrank");
  },
});

export const zremrangebyscore = defineCommand({
  name: "zremrangebyscore",
  summary:
    "Removes the members of a sorted set with scores between two bounds and tells how many there were.",
  since: "1.2.0",
  group: "sorted-set",
  complexity: "O(log(N)+M) for M members removed from a set of N.",
  flags: ["write"],
  syntax: [key("RW delete"), double("min"), double("max")],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    if (!scores.read(args, 2, 3)) return reply.error(errors.scoreBounds);
    const set = keyspace.sortedSetForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    scores.locate(set);
    remove(context, set, scores.first, scores.end, "zremrangebyscore");
  },
});

export const zremrangebylex = defineCommand({
  name: "zremrangebylex",
  summary:
    "Removes the members of a sorted set between two bounds in the order of bytes and tells how many there were.",
  since: "2.8.9",
  group: "sorted-set",
  complexity: "O(log(N)+M) for M members removed from a set of N.",
  flags: ["write"],
  syntax: [key("RW delete"), string("min"), string("max")],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    if (!members.read(args, 2, 3)) return reply.error(errors.lexBounds);
    const set = keyspace.sortedSetForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    members.locate(set, false);
    remove(context, set, members.first, members.end, "zremrangebylex");
  },
});

function remove(
  { keyspace, args, reply }: CommandContext,
  set: SortedSetView,
  first: number,
  end: number,
  event: string,
): void {
  const count = end - first;
  if (count > 0) {
    set.removeRange(first, count);
    keyspace.notify(EVENT_ZSET, event, args, 1);
    if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  }
  reply.int(count);
}
