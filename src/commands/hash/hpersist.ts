// HPERSIST: fields of a hash that expire no more.
//
// For each field: -2 there is no such field, -1 it does not expire anyway, 1 it would have.

import { EVENT_HASH } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";
import { fieldsSyntax, readFields } from "./field-arguments.ts";

const NO_FIELD = -2;
const NO_TIME = -1;
const ENDED = 1;

export const hpersist = defineCommand({
  name: "hpersist",
  summary: "Takes the expiry away from fields of a hash.",
  since: "7.4.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["write", "fast"],
  syntax: [key("RW update"), fieldsSyntax],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const hash = keyspace.hashForUpdate(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    const first = readFields(context, 2, errors.fieldCountNotPositive);
    if (first === 0) return;
    let ended = 0;
    reply.array(args.count - first);
    for (let i = first; i < args.count; i++) {
      if (!hash.get(args, i)) reply.int(NO_FIELD);
      else if (hash.fieldExpireAtMs === 0) reply.int(NO_TIME);
      else {
        // All together are one change.
        hash.setExpiry(args, i, 0, ended === 0 ? 1 : 0);
        ended++;
        reply.int(ENDED);
      }
    }
    if (ended > 0) keyspace.notify(EVENT_HASH, "hpersist", args, 1);
  },
});
