// WAITAOF: holds the client until its changes are synced in the append-only log. There are no replicas, so whoever asks for
// one waits for the whole time.
//
// As in Redis 7.2, with one difference: inside of a transaction what the transaction itself has changed counts, so that the
// first number says no more than is true.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import { readTimeout } from "../blocking-timeout.ts";
import { defineCommand } from "../define.ts";
import { integer } from "../syntax.ts";

export const waitaof = defineCommand({
  name: "waitaof",
  summary:
    "Waits until the changes of this connection are synced in the append-only log, and tells in how many.",
  since: "7.2.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["blocking"],
  acl: ["connection", "-keyspace"],
  syntax: [integer("numlocal"), integer("numreplicas"), integer("timeout", "milliseconds")],
  class: "shape",
  tips: ["request_policy:all_shards", "response_policy:agg_min"],
  run(context) {
    const { args, client, reply, server } = context;
    const logs = args.bigInteger(1);
    if (logs === undefined) return reply.error(errors.notAnInteger);
    if (logs < 0n || logs > 1n) return reply.error(errors.notZeroOrOne);
    const replicas = args.bigInteger(2);
    if (replicas === undefined) return reply.error(errors.notAnInteger);
    if (replicas < 0n) return reply.error(errors.mustBePositive);
    const timeoutMs = readTimeout(context, 3, "ms");
    if (Number.isNaN(timeoutMs)) return;
    const isLocal = logs === 1n;
    if (isLocal && !server.config.appendonly) return reply.error(errors.noLogToWaitFor);
    const log = { position: client.loggedTo, isLocal, isOfReplicas: replicas > 0n };
    const isSynced = server.persistence.isSynced(log.position);
    const isOver = (isSynced || !isLocal) && !log.isOfReplicas;
    if (!isOver && client.isInExec !== true) {
      return client.block(context, { type: TYPE_STRING, firstKey: 1, lastKey: 0, timeoutMs, log });
    }
    reply.array(2);
    reply.int(isSynced ? 1 : 0);
    reply.int(0);
  },
});
