// SPOP: takes members drawn at random out of a set: one, or up to a number of them.

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_GENERIC, EVENT_SET } from "../../keyspace/key-events.ts";
import type { SetView } from "../../keyspace/set-view.ts";
import type { Rng } from "../../lib/rng.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { readIndex } from "../string/index-range.ts";
import { integer, introduced, key, optional } from "../syntax.ts";
import { writeMembers } from "./smembers.ts";

export const spop = defineCommand({
  name: "spop",
  summary: "Removes members of a set drawn at random and returns them.",
  since: "1.0.0",
  group: "set",
  complexity: "O(N) for N members removed.",
  flags: ["write", "fast"],
  syntax: [key("RW access delete"), introduced("3.2.0", optional(integer("count", "count")))],
  class: "random",
  tips: ["nondeterministic_output"],
  history: [["3.2.0", "A count may be given."]],
  run(context) {
    const { keyspace, args, reply, server } = context;
    if (args.count > 3) return reply.error(errors.syntax);
    if (args.count === 3) return popSeveral(context);
    const set = keyspace.setForUpdate(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    if (!set.exists) return reply.null();
    popOne(set, server.rng, reply);
    keyspace.notify(EVENT_SET, "spop", args, 1);
    if (!set.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  },
});

function popSeveral({ keyspace, args, reply, server }: CommandContext): void {
  const count = readIndex(args, 2);
  if (!(count >= 0)) return reply.error(errors.mustBePositive);
  const set = keyspace.setForUpdate(args, 1);
  if (set === undefined) return reply.error(errors.wrongType);
  if (!set.exists || count === 0) return reply.set(0);
  keyspace.notify(EVENT_SET, "spop", args, 1);
  if (count < set.length) {
    reply.set(count);
    for (let i = 0; i < count; i++) popOne(set, server.rng, reply);
    return;
  }
  writeMembers(set, reply);
  // One change per member, as when each of them is taken out by itself.
  const { owner } = set.entry;
  (owner as Databases).dirty += set.length - 1;
  set.removeKey();
  keyspace.notify(EVENT_GENERIC, "del", args, 1);
}

function popOne(set: SetView, rng: Rng, reply: ReplyWriter): void {
  set.random(rng);
  const { member } = set;
  member.writeTo(reply);
  const { bytes, start, end, data } = member.text();
  set.removeBytes(bytes, start, end, data);
}
