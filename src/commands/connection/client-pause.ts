// CLIENT PAUSE and CLIENT UNPAUSE: hold back everybody's commands, or only those that write, for a while.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { integer, introduced, oneOf, optional, word } from "../syntax.ts";

export const clientPause = defineCommand({
  name: "pause",
  summary: "Holds back commands of all connections for a time in milliseconds.",
  since: "2.9.50",
  group: "connection",
  complexity: "O(1)",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [
    integer("timeout", "milliseconds"),
    optional(introduced("6.2.0", oneOf("mode", word("WRITE"), word("ALL")))),
  ],
  class: "exact",
  history: [["6.2.0", "`CLIENT PAUSE WRITE` mode added along with the `mode` option."]],
  run({ args, keyspace, reply, server }) {
    if (args.count > 4) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "CLIENT"));
    const isWrite = args.count === 4 && args.is(3, "write");
    if (args.count === 4 && !isWrite && !args.is(3, "all")) return reply.error(errors.pauseMode);
    const timeoutMs = args.bigInteger(2);
    if (timeoutMs === undefined) return reply.error(errors.timeoutNotAnInteger);
    if (timeoutMs < 0n) return reply.error(errors.timeoutNegative);
    // 7.0.15 lets the sum wrap: a time too far ahead lies in the past, and nothing is held back.
    const untilMs = timeoutMs === 0n ? 0n : BigInt.asIntN(64, timeoutMs + BigInt(keyspace.nowMs));
    server.pause(Number(untilMs), isWrite ? "write" : "all");
    reply.ok();
  },
});

export const clientUnpause = defineCommand({
  name: "unpause",
  summary: "Ends what CLIENT PAUSE began.",
  since: "6.2.0",
  group: "connection",
  complexity: "O(N) Where N is the number of paused clients",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    server.unpause();
    reply.ok();
  },
});
