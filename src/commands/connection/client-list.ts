// CLIENT LIST and CLIENT INFO: one line of facts for each connection, or for the one that asks.

import { errors } from "../../resp/errors.ts";
import type { ClientView, CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, block, integer, introduced, oneOf, optional, repeated, word } from "../syntax.ts";
import { clientLine } from "./client-line.ts";
import { type ClientType, clientTypeAt, isOfType } from "./client-type.ts";

export const clientInfo = defineCommand({
  name: "info",
  summary: "Describes the connection in one line.",
  since: "6.2.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [],
  class: "shape",
  tips: ["nondeterministic_output"],
  run(context) {
    context.reply.verbatim("txt", lineOf(context, context.client));
  },
});

export const clientList = defineCommand({
  name: "list",
  summary: "Describes connections, one line each: all of them, those of a type, or those with given ids.",
  since: "2.4.0",
  group: "connection",
  complexity: "O(N) where N is the number of client connections",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [
    optional(
      introduced(
        "5.0.0",
        after(
          "TYPE",
          oneOf(
            "normal_master_replica_pubsub",
            word("NORMAL"),
            word("MASTER"),
            word("REPLICA"),
            word("PUBSUB"),
          ),
        ),
      ),
    ),
    optional(introduced("6.2.0", after("ID", block("id", repeated(integer("client-id")))))),
  ],
  class: "shape",
  tips: ["nondeterministic_output"],
  history: [
    ["2.8.12", "Added unique client `id` field."],
    ["5.0.0", "Added optional `TYPE` filter."],
    ["6.0.0", "Added `user` field."],
    ["6.2.0", "Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID` filter."],
    ["7.0.0", "Added `resp`, `multi-mem`, `rbs` and `rbp` fields."],
    ["7.0.3", "Added `ssub` field."],
  ],
  run(context) {
    const { args, reply } = context;
    if (args.count === 2) return reply.verbatim("txt", linesOfAll(context));
    if (args.count === 4 && args.is(2, "type")) {
      const type = clientTypeAt(args, 3);
      if (type === undefined) return reply.error(errors.unknownClientType(args.textBeforeNul(3)));
      return reply.verbatim("txt", linesOfAll(context, type));
    }
    if (args.count === 3 || !args.is(2, "id")) return reply.error(errors.syntax);
    const lines = linesById(context);
    if (lines === undefined) return reply.error(errors.invalidClientId);
    reply.verbatim("txt", lines);
  },
});

/** A reply of more characters names no client a second time; one of V8's strings ends at 2^29 - 24. */
const REPEATED_CHARS_MAX = 64 * 1024 * 1024;

// Undefined when an id is no integer.
function linesById(context: CommandContext): string | undefined {
  const { args, server } = context;
  // A few bytes ask for a line of hundreds, and the asker's own takes a walk over all arguments.
  const known = new Map<number, string>();
  let lines = "";
  for (let i = 3; i < args.count; i++) {
    if (args.bigInteger(i) === undefined) return undefined;
    const id = args.safeInteger(i);
    const found = known.has(id) ? undefined : server.clientById(id);
    if (found !== undefined) known.set(id, lineOf(context, found));
    else if (lines.length > REPEATED_CHARS_MAX) continue;
    lines += known.get(id) ?? "";
  }
  return lines;
}

function linesOfAll(context: CommandContext, type?: ClientType): string {
  let lines = "";
  for (const each of context.server.clients()) {
    if (type === undefined || isOfType(each, type)) lines += lineOf(context, each);
  }
  return lines;
}

// Only the connection that asks is running a command.
function lineOf({ args, client, keyspace, server }: CommandContext, of: ClientView): string {
  return clientLine(of, {
    nowMs: keyspace.nowMs,
    pubsub: server.pubsub,
    running: of.id === client.id ? args : undefined,
  });
}
