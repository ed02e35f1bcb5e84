// PFDEBUG: looks into a HyperLogLog: its registers, its runs, its encoding.

import type { Databases } from "../../keyspace/databases.ts";
import type { EntryView } from "../../keyspace/entry-view.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { key, string } from "../syntax.ts";
import { REGISTERS } from "./registers.ts";
import { isLongZeros, runEnd, runLength, runValue } from "./sparse.ts";
import { makeRaw, openStored, stored } from "./stored.ts";

export const pfdebug = defineCommand({
  name: "pfdebug",
  summary: "Shows how a HyperLogLog is represented, or makes it dense.",
  since: "2.8.9",
  group: "hyperloglog",
  complexity: "O(1), though not a small one.",
  flags: ["write", "denyoom", "admin"],
  syntax: [string("subcommand"), key("RW access")],
  docFlags: ["syscmd"],
  class: "exact",
  run(context) {
    const { keyspace, args, reply } = context;
    const entry = keyspace.write(args, 2);
    if (entry === undefined) return reply.error(errors.hyperLogLogMissing);
    const error = openStored(keyspace, entry);
    if (error !== undefined) return reply.error(error);
    makeRaw(keyspace, entry);
    if (args.is(1, "getreg")) getRegisters(context, entry);
    else if (args.is(1, "decode")) decode(context, entry);
    else if (args.is(1, "encoding")) reply.simple(stored.isDense ? "dense" : "sparse");
    else if (args.is(1, "todense")) makeDense(context, entry);
    else reply.error(errors.unknownPfdebug(args.textBeforeNul(1)));
  },
});

function getRegisters({ reply }: CommandContext, entry: EntryView): void {
  if (!convert(entry)) return reply.error(errors.corruptHyperLogLog);
  reply.array(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) reply.int(stored.register(i));
}

function makeDense({ reply }: CommandContext, entry: EntryView): void {
  const wasDense = stored.isDense;
  if (!convert(entry)) return reply.error(errors.corruptHyperLogLog);
  reply.int(wasDense ? 0 : 1);
}

// Makes the value dense, and counts that as one change; false when it is corrupt. As in Redis those who watch the key
// are not told: what it counts is the same.
function convert(entry: EntryView): boolean {
  if (stored.isDense) return true;
  const owner = entry.owner as Databases;
  const { dirty, watched } = owner;
  owner.watched = undefined;
  const isDense = stored.becomeDense();
  owner.watched = watched;
  if (isDense) owner.dirty = dirty + 1;
  return isDense;
}

function decode({ reply }: CommandContext, { bytes, valueEnd }: EntryView): void {
  if (stored.isDense) return reply.error(errors.hyperLogLogNotSparse);
  const runs: string[] = [];
  for (let at = stored.registersAt; at < valueEnd; at = runEnd(bytes, at, valueEnd)) {
    const length = runLength(bytes, at, valueEnd);
    const value = runValue(bytes, at);
    if (value > 0) runs.push(`v:${value},${length}`);
    else runs.push(`${isLongZeros(bytes[at] as number) ? "Z" : "z"}:${length}`);
  }
  reply.bulkText(runs.join(" "));
}
