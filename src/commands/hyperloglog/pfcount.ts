// PFCOUNT: about how many different elements were added to one HyperLogLog, or to several altogether.
//
// The count of a single one is kept in its value until the next element changes it: a change that is counted, though
// the command only reads.

import type { Databases } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { errors } from "../../resp/errors.ts";
import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";
import { countRegisters } from "./hyperloglog.ts";
import { REGISTERS } from "./registers.ts";
import { countChanges, makeRaw, openStored, stored } from "./stored.ts";

const keyNotes = "RW because it may change the internal representation of the key, and propagate to replicas";

const registers = new Uint8Array(REGISTERS);

export const pfcount = defineCommand({
  name: "pfcount",
  summary: "Returns about how many different elements HyperLogLogs have seen altogether.",
  since: "2.8.9",
  group: "hyperloglog",
  complexity: "O(1) for one key, and very little when its count is cached; O(N) for N keys.",
  flags: ["readonly", "may_replicate"], // It stores what it counted.
  syntax: [repeated(key("RW access", "key", keyNotes))],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    if (args.count > 2) return countUnion(context);
    const entry = keyspace.read(args, 1);
    if (entry === undefined) return reply.int(0);
    const error = openStored(keyspace, entry);
    if (error !== undefined) return reply.error(error);
    makeRaw(keyspace, entry);
    if (stored.isStale) {
      const count = stored.count();
      if (Number.isNaN(count)) return reply.error(errors.corruptHyperLogLog);
      cache(entry, count);
      return writeCount(reply, count);
    }
    const cached = stored.cachedCount;
    if (Number.isSafeInteger(cached)) reply.int(cached);
    else reply.bigInt(stored.cachedCountExactly);
  },
});

function cache(entry: EntryView, count: number): void {
  stored.cachedCount = count;
  countChanges(entry, (entry.owner as Databases).dirty, 1);
}

function countUnion({ keyspace, args, reply }: CommandContext): void {
  registers.fill(0);
  for (let i = 1; i < args.count; i++) {
    const entry = keyspace.read(args, i);
    if (entry === undefined) continue;
    const error = openStored(keyspace, entry);
    if (error !== undefined) return reply.error(error);
    if (!stored.raiseInto(registers)) return reply.error(errors.corruptHyperLogLog);
  }
  writeCount(reply, countRegisters(registers));
}

// Registers that no elements can have made may estimate more than a reply holds.
function writeCount(reply: ReplyWriter, count: number): void {
  if (Number.isSafeInteger(count)) reply.int(count);
  else reply.bigInt(BigInt(count));
}
