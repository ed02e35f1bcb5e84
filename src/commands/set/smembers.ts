// SMEMBERS: all members of a set.

import type { SetView } from "../../keyspace/set-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const smembers = defineCommand({
  name: "smembers",
  summary: "Returns all members of a set.",
  since: "1.0.0",
  group: "set",
  complexity: "O(N) for N members.",
  flags: ["readonly"],
  syntax: [key("RO access")],
  class: "unordered",
  tips: ["nondeterministic_output_order"],
  run({ keyspace, args, reply }) {
    const set = keyspace.readSet(args, 1);
    if (set === undefined) return reply.error(errors.wrongType);
    writeMembers(set, reply);
  },
});

/** Replies with all members of `set`. */
export function writeMembers(set: SetView, reply: ReplyWriter): void {
  reply.set(set.length);
  set.rewind();
  while (set.next()) set.member.writeTo(reply);
}
