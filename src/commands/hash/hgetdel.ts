// HGETDEL: the values of fields of a hash, which are deleted. A hash without fields is no longer there.

import { EVENT_GENERIC, EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";
import { fieldsSyntax, readFields } from "./field-arguments.ts";

export const hgetdel = defineCommand({
  name: "hgetdel",
  summary: "Returns the values of fields of a hash and deletes the fields.",
  since: "8.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "fast"],
  syntax: [key("RW access delete"), fieldsSyntax],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    const first = readFields(context, 2, errors.fieldCountNotPositive);
    if (first === 0) return;
    let deleted = 0;
    reply.array(args.count - first);
    for (let i = first; i < args.count; i++) {
      if (hash.get(args, i)) {
        hash.value.writeTo(reply);
        hash.delete(args, i);
        deleted++;
      } else {
        reply.null();
      }
    }
    if (deleted === 0) return;
    keyspace.notify(EVENT_HASH, "hdel", args, 1);
    if (!hash.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
  },
});
