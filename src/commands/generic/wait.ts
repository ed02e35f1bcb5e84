// WAIT: holds the client until replicas have its writes. There are no replicas, so whoever asks for one waits for the
// whole time, as on a stock server without any.

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
    const { args, client, reply } = context;
    const wanted = args.bigInteger(1);
    if (wanted === undefined) return reply.error(errors.notAnInteger);
    const timeoutMs = readTimeout(context, 2, "ms");
    if (Number.isNaN(timeoutMs)) return;
    if (wanted <= 0n || client.isInExec === true) return reply.int(0);
    // No key ends it: only time does, or CLIENT UNBLOCK.
    client.block(context, { type: TYPE_STRING, firstKey: 1, lastKey: 0, timeoutMs, isCounting: true });
  },
});
