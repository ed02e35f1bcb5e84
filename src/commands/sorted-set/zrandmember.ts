// ZRANDMEMBER: one member drawn at random, or several: different ones, or with a negative count maybe the same again.

import type { SortedSetView } from "../../keyspace/sorted-set-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { block, integer, key, optional, word } from "../syntax.ts";
import { writeScore } from "./score-text.ts";

const INT64_MAX = 2n ** 63n - 1n;

export const zrandmember = defineCommand({
  name: "zrandmember",
  summary: "Returns members of a sorted set drawn at random, maybe with their scores.",
  since: "6.2.0",
  group: "sorted-set",
  complexity: "O(N) for N members returned.",
  flags: ["readonly"],
  syntax: [
    key("RO access"),
    optional(block("options", integer("count", "count"), optional(word("WITHSCORES")))),
  ],
  class: "random",
  tips: ["nondeterministic_output"],
  run(context) {
    const { keyspace, args, reply, server } = context;
    if (args.count > 2) return drawSeveral(context);
    const set = keyspace.readSortedSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.exists) return reply.null();
    set.random(server.rng);
    set.member.writeTo(reply);
  },
});

function drawSeveral({ keyspace, args, reply, server }: CommandContext): void {
  const big = args.bigInteger(2);
  if (big === undefined) return reply.error(errors.notAnInteger);
  if (big < -INT64_MAX) return reply.error(errors.countOutOfRange);
  const hasScores = args.count === 4 && args.is(3, "withscores");
  if (args.count > 4 || (args.count === 4 && !hasScores)) return reply.error(errors.syntax);
  if (hasScores && (big < -INT64_MAX / 2n || big > INT64_MAX / 2n)) {
    return reply.error(errors.valueOutOfRange);
  }
  const set = keyspace.readSortedSet(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  const wanted = Number(big);
  const count = wanted < 0 ? -wanted : Math.min(wanted, set.length);
  if (!set.exists || count === 0) return reply.array(0);
  reply.array(hasScores && reply.protocol === 2 ? count * 2 : count);
  if (wanted < 0) {
    for (let i = 0; i < count; i++) {
      set.random(server.rng);
      write(reply, set, hasScores);
    }
  } else {
    set.sample(count, server.rng, () => write(reply, set, hasScores));
  }
}

function write(reply: ReplyWriter, set: SortedSetView, hasScores: boolean): void {
  if (hasScores && reply.protocol === 3) reply.array(2);
  set.member.writeTo(reply);
  if (hasScores) writeScore(reply, set.score);
}
