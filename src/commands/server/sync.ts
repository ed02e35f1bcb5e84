// SYNC and PSYNC: the connection becomes a replica's. It is sent a snapshot of this moment, and then whatever changes, as
// requests.
//
// PSYNC is answered with where the stream stands before that. It may say from where on the stream is wanted; what has been
// sent to everybody is not kept here, so that always all of the data is sent, as a Redis may do as well.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { integer, string } from "../syntax.ts";

const common = {
  group: "server",
  complexity: "",
  flags: ["admin", "noscript", "no_async_loading", "no_multi"],
  class: "exact",
} as const;

export const sync = defineCommand({
  ...common,
  name: "sync",
  summary: "Sends all of the data, and then all changes, to a replica of the old protocol.",
  since: "1.0.0",
  syntax: [],
  run(context) {
    if (mayBegin(context)) context.server.replication.sync(context.client, true, false);
  },
});

export const psync = defineCommand({
  ...common,
  name: "psync",
  summary: "Sends all of the data, and then all changes, to a replica.",
  since: "2.8.0",
  syntax: [string("replicationid"), integer("offset")],
  arity: -3,
  run(context) {
    const { args, client, reply, server } = context;
    if (client.replica !== undefined) return;
    if (args.count > 3 && args.is(3, "failover")) return reply.error(errors.psyncFailoverOfMaster);
    if (!mayBegin(context)) return;
    if (args.bigInteger(2) === undefined) return reply.error(errors.notAnInteger);
    server.replication.sync(client, false, !args.text(1).startsWith("?"));
  },
});

function mayBegin({ client, reply }: CommandContext): boolean {
  if (client.replica !== undefined) return false; // It is one already.
  if (reply.position > 0 || client.queuedOutputBytes > 0) {
    reply.error(errors.syncBehindReplies);
    return false;
  }
  const wishes = client.replicaWishes;
  if (wishes !== undefined && (wishes.withoutKeys || wishes.withoutLibraries) && !wishes.takesMark) {
    reply.error(errors.filterNeedsMark);
    return false;
  }
  return true;
}
