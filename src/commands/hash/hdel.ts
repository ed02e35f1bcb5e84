// HDEL: deletes fields; a hash without fields is no longer there.

import { EVENT_GENERIC, EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const hdel = defineCommand({
  name: "hdel",
  summary: "Deletes fields of a hash and tells how many there were.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "fast"],
  syntax: [key("RW delete"), repeated(string("field"))],
  class: "exact",
  history: [["2.4.0", "Several fields may be given."]],
  run({ keyspace, args, reply }) {
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    let deleted = 0;
    for (let i = 2; i < args.count && hash.exists; i++) if (hash.delete(args, i)) deleted++;
    if (deleted > 0) {
      keyspace.notify(EVENT_HASH, "hdel", args, 1);
      if (!hash.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
    }
    reply.int(deleted);
  },
});
