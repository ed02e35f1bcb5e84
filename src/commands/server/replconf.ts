// REPLCONF: what a replica says of itself before it asks for the data, and how far it has followed afterwards.
//
// ACK and GETACK are not answered, whoever sends them, as in Redis. Options before one that is refused hold.

import { splitArguments } from "../../config/split-arguments.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { noWishes, type ReplicaWishes } from "./replication-view.ts";

/** A longer name is refused. */
const ADDRESS_BYTES_MAX = 255;

export const replconf = defineCommand({
  name: "replconf",
  summary: "Takes what a replica says of itself and of how far it has followed.",
  since: "3.0.0",
  group: "server",
  complexity: "O(1)",
  flags: ["admin", "noscript", "loading", "stale", "allow_busy"],
  docFlags: ["syscmd"],
  syntax: [],
  arity: -1,
  class: "exact",
  run(context) {
    const { args, client, reply } = context;
    if (args.count % 2 === 0) return reply.error(errors.syntax);
    for (let i = 1; i < args.count; i += 2) {
      if (args.is(i, "ack")) return acknowledge(context, i + 1);
      if (args.is(i, "getack")) return;
      client.replicaWishes ??= noWishes();
      const fault = take(context, client.replicaWishes, i);
      if (fault !== undefined) return reply.error(fault);
    }
    reply.ok();
  },
});

function acknowledge({ args, client, server }: CommandContext, i: number): void {
  const offset = args.bigInteger(i);
  if (client.replica !== undefined && offset !== undefined) {
    server.replication.acknowledge(client, Number(offset));
  }
}

// Takes one option with its value; why it cannot.
function take({ args }: CommandContext, wishes: ReplicaWishes, i: number): string | undefined {
  if (args.is(i, "listening-port")) {
    const port = args.bigInteger(i + 1);
    if (port === undefined) return errors.notAnInteger;
    wishes.port = Number(BigInt.asIntN(32, port)); // Redis keeps it as one of 32 bits.
  } else if (args.is(i, "ip-address")) {
    const length = args.length(i + 1);
    if (length > ADDRESS_BYTES_MAX) return errors.replicaAddressTooLong(length);
    wishes.address = args.text(i + 1);
  } else if (args.is(i, "capa")) {
    if (args.is(i + 1, "eof")) wishes.takesMark = true;
  } else if (args.is(i, "rdb-only")) {
    const value = args.bigInteger(i + 1);
    if (value === undefined) return errors.notAnInteger;
    if (value !== 0n && value !== 1n) return errors.replicaFlag;
    wishes.isSnapshotOnly = value === 1n;
  } else if (args.is(i, "rdb-filter-only")) return takeFilter(wishes, args.text(i + 1));
  else return errors.unknownReplicaOption(args.textBeforeNul(i));
  return undefined;
}

// The parts that are wanted, as words of one text; none stands for none at all.
function takeFilter(wishes: ReplicaWishes, text: string): string | undefined {
  const words = splitArguments(text);
  if (words === undefined) return errors.badReplicaFilter;
  wishes.withoutKeys = true;
  wishes.withoutLibraries = true;
  for (const each of words) {
    if (each.toLowerCase() !== "functions") return errors.unknownReplicaFilter(each);
    wishes.withoutLibraries = false;
  }
  return undefined;
}
