// BGSAVE: writes a snapshot of the data as it is now, while clients go on being served.
//
// SCHEDULE waits while the append-only log is being written anew, which is a snapshot too. Inside of EXEC it is always
// scheduled, as in Redis: the transaction's other commands are part of the snapshot then.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { introduced, optional, word } from "../syntax.ts";

export const bgsave = defineCommand({
  name: "bgsave",
  summary: "Writes a snapshot of all data to disk in the background.",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  history: [["3.2.2", "Takes `SCHEDULE`."]],
  flags: ["admin", "noscript", "no_async_loading"],
  syntax: [optional(introduced("3.2.2", word("SCHEDULE", "schedule")))],
  class: "exact",
  run({ args, reply, server, client }) {
    if (args.count > 2 || (args.count === 2 && !args.is(1, "schedule"))) return reply.error(errors.syntax);
    const { persistence } = server;
    if (persistence.isSaving) return reply.error(errors.savingAlready);
    if (persistence.isRewriting && args.count === 1 && client.isInExec !== true) {
      return reply.error(errors.savingNotNow);
    }
    if (persistence.isRewriting || client.isInExec === true) {
      persistence.scheduleSaving();
      return reply.simple("Background saving scheduled");
    }
    persistence.startSaving();
    reply.simple("Background saving started");
  },
});
