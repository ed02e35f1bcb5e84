// SMOVE: a member of one set becomes one of another.

import { EVENT_GENERIC, EVENT_SET } from "../../keyspace/key-events.ts";
import { SetView } from "../../keyspace/set-view.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { isSameKey } from "../generic/rename.ts";
import { key, string } from "../syntax.ts";

const destination = new SetView();

export const smove = defineCommand({
  name: "smove",
  summary: "Moves a member from one set to another.",
  since: "1.0.0",
  group: "set",
  complexity: "O(1)",
  flags: ["write", "fast"],
  syntax: [key("RW access delete", "source"), key("RW insert", "destination"), string("member")],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const from = keyspace.setForUpdate(args, 1);
    const to = keyspace.setForUpdate(args, 2, destination);
    // Without a source nobody asks what the destination holds.
    if (from !== undefined && !from.exists) return reply.int(0);
    if (from === undefined || to === undefined) return reply.error(errors.wrongType);
    if (isSameKey(context)) return reply.int(from.has(args, 3) ? 1 : 0);
    if (!from.remove(args, 3)) return reply.int(0);
    keyspace.notify(EVENT_SET, "srem", args, 1);
    if (!from.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
    if (to.add(args, 3)) keyspace.notify(EVENT_SET, "sadd", args, 2);
    reply.int(1);
  },
});
