// WAIT: holds the client until enough replicas have said that they have its writes.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import { defineCommand } from "../define.ts";
import { integer } from "../syntax.ts";

export const wait = defineCommand({
  name: "wait",
  summary: "Waits until enough replicas have the writes of this connection, and tells how many do.",
  since: "3.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["noscript"],
  acl: ["connection", "-keyspace"],
  syntax: [integer("numreplicas"), integer("timeout", "milliseconds")],
  class: "exact",
  tips: ["request_policy:all_shards", "response_policy:agg_min"],
  run(context) {
    const { args, client, reply, server } = context;
    const wanted = args.bigInteger(1);
    if (wanted === undefined) return reply.error(errors.notAnInteger);
    const timeoutMs = readTimeout(context, 2, "ms");
    if (Number.isNaN(timeoutMs)) return;
    const { replication } = server;
    // Where its changes end is known about: they are within the stream in any case.
    const offset = Math.min(client.replicatedTo ?? 0, replication.offset);
    const count = replication.acknowledgedBy(offset);
    if (wanted <= BigInt(count) || client.isInExec === true) return reply.int(count);
    // No key ends it: only replicas do, time, or CLIENT UNBLOCK.
    const acks = { offset, wanted: Number(wanted) };
    client.block(context, { type: TYPE_STRING, firstKey: 1, lastKey: 0, timeoutMs, acks });
    replication.askForAcknowledgement();
  },
});
