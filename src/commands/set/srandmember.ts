// SRANDMEMBER: one member drawn at random, or several: different ones, or with a negative count maybe the same again.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { integer, introduced, key, optional } from "../syntax.ts";

const INT64_MIN = -(2n ** 63n);

export const srandmember = defineCommand({
  name: "srandmember",
  summary: "Returns members of a set drawn at random.",
  since: "1.0.0",
  group: "set",
  complexity: "O(N) for N members returned.",
  flags: ["readonly"],
  syntax: [key("RO access"), introduced("2.6.0", optional(integer("count", "count")))],
  class: "random",
  tips: ["nondeterministic_output"],
  history: [["2.6.0", "A count may be given."]],
  run(context) {
    const { keyspace, args, reply, server } = context;
    if (args.count > 3) return reply.error(errors.syntax);
    if (args.count === 3) return drawSeveral(context);
    const set = keyspace.readSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.exists) return reply.null();
    set.random(server.rng);
    set.member.writeTo(reply);
  },
});

function drawSeveral({ keyspace, args, reply, server, client }: CommandContext): void {
  let wanted = args.safeInteger(2);
  if (Number.isNaN(wanted)) {
    const big = args.bigInteger(2);
    if (big === undefined) return reply.error(errors.notAnInteger);
    if (big === INT64_MIN) return reply.error(errors.countOutOfRange);
    wanted = Number(big);
  }
  const set = keyspace.readSet(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  const count = wanted < 0 ? -wanted : Math.min(wanted, set.length);
  if (!set.exists || count === 0) return reply.array(0);
  reply.array(count);
  if (wanted < 0) {
    // Nine hundred million members are not drawn for a client that is gone.
    for (let i = 0; i < count && !client.isClosed; i++) {
      set.random(server.rng);
      set.member.writeTo(reply);
    }
  } else {
    set.sample(count, server.rng, () => set.member.writeTo(reply));
  }
}
