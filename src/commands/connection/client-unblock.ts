// CLIENT UNBLOCK: ends the waiting of a connection that waits for a key.
//
// A connection that CLIENT PAUSE holds back is not unblocked: its request has not begun.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { integer, oneOf, optional, word } from "../syntax.ts";

export const clientUnblock = defineCommand({
  name: "unblock",
  summary: "Ends the waiting of a blocked connection, as by its timeout or with an error.",
  since: "5.0.0",
  group: "connection",
  complexity: "O(log N) where N is the number of client connections",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [integer("client-id"), optional(oneOf("timeout_error", word("TIMEOUT"), word("ERROR")))],
  class: "exact",
  run({ args, reply, server }) {
    if (args.count > 4) return reply.error(errors.wrongSubcommand(args.textBeforeNul(1), "CLIENT"));
    if (args.count === 4 && !args.is(3, "timeout") && !args.is(3, "error")) {
      return reply.error(errors.unblockReason);
    }
    if (args.bigInteger(2) === undefined) return reply.error(errors.notAnInteger);
    const error = args.count === 4 && args.is(3, "error") ? errors.unblocked : undefined;
    reply.int(server.clientById(args.safeInteger(2))?.unblock(error) === true ? 1 : 0);
  },
});
