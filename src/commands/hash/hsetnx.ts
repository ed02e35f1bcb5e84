// HSETNX: a field of a hash, unless it is there.

import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, string } from "../syntax.ts";

export const hsetnx = defineCommand({
  name: "hsetnx",
  summary: "Sets a field of a hash unless it is there.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW insert"), string("field"), string("value")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    if (hash.get(args, 2)) return reply.int(0);
    hash.set(args, 2, 3);
    keyspace.notify(EVENT_HASH, "hset", args, 1);
    reply.int(1);
  },
});
