// PFMERGE: a HyperLogLog becomes the union of itself and others.

import type { Databases } from "../../keyspace/databases.ts";
import { EVENT_STRING } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";
import { REGISTERS } from "./registers.ts";
import { countChanges, createStored, makeRaw, openStored, stored } from "./stored.ts";

const registers = new Uint8Array(REGISTERS);

export const pfmerge = defineCommand({
  name: "pfmerge",
  summary: "Adds what several HyperLogLogs have seen to another one.",
  since: "2.8.9",
  group: "hyperloglog",
  complexity: "O(N) for N keys, each of them costly.",
  flags: ["write", "denyoom"],
  syntax: [key("RW access insert", "destkey"), repeated(key("RO access", "sourcekey"))],
  arity: -2, // Without sources the destination is made when it is missing.
  class: "exact",
  run({ keyspace, args, reply, server }) {
    let isDense = false;
    registers.fill(0);
    for (let i = 1; i < args.count; i++) {
      const entry = keyspace.read(args, i);
      if (entry === undefined) continue;
      const error = openStored(keyspace, entry);
      if (error !== undefined) return reply.error(error);
      if (stored.isDense) isDense = true;
      if (!stored.raiseInto(registers)) return reply.error(errors.corruptHyperLogLog);
    }
    const found = keyspace.write(args, 1);
    if (found !== undefined) openStored(keyspace, found); // Its value was read above.
    const entry = found ?? createStored(keyspace, args, 1);
    makeRaw(keyspace, entry);
    const dirtyBefore = (entry.owner as Databases).dirty - (found === undefined ? 1 : 0);
    if (isDense) stored.becomeDense();
    for (let i = 0; i < REGISTERS; i++) {
      const value = registers[i] as number;
      if (value > 0) stored.raise(i, value, server.config.hllSparseMaxBytes);
    }
    stored.makeStale();
    countChanges(entry, dirtyBefore, 1);
    keyspace.notify(EVENT_STRING, "pfadd", args, 1);
    reply.ok();
  },
});
