// PFADD: adds elements to a HyperLogLog, which the first call makes.

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, optional, repeated, string } from "../syntax.ts";
import { countChanges, createStored, makeRaw, openStored, stored } from "./stored.ts";

export const pfadd = defineCommand({
  name: "pfadd",
  summary: "Adds elements to a HyperLogLog and tells whether its count may have changed.",
  since: "2.8.9",
  group: "hyperloglog",
  complexity: "O(1) for each element.",
  flags: ["write", "denyoom", "fast"],
  syntax: [key("RW insert"), optional(repeated(string("element")))],
  class: "exact",
  run({ keyspace, args, reply, server }) {
    const found = keyspace.write(args, 1);
    const error = found === undefined ? undefined : openStored(keyspace, found);
    if (error !== undefined) return reply.error(error);
    const entry = found ?? createStored(keyspace, args, 1);
    makeRaw(keyspace, entry);
    let updates = found === undefined ? 1 : 0;
    const owner = entry.owner as Databases;
    const dirtyBefore = owner.dirty - updates;
    const { hllSparseMaxBytes } = server.config;
    for (let i = 2; i < args.count; i++) {
      const added = stored.add(args.bytes, args.start(i), args.end(i), hllSparseMaxBytes);
      if (added < 0) {
        owner.dirty = dirtyBefore;
        return reply.error(errors.corruptHyperLogLog);
      }
      updates += added;
    }
    if (updates > 0) {
      stored.makeStale();
      countChanges(entry, dirtyBefore, updates);
      keyspace.notify(EVENT_STRING, "pfadd", args, 1);
    }
    reply.int(updates > 0 ? 1 : 0);
  },
});
