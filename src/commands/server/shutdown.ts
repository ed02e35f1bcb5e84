// SHUTDOWN: stops the server. A success has no reply: the connection closes.
//
// A last snapshot is written if SAVE asks for it, or without a modifier if there are save points. When that fails the
// server goes on, unless FORCE tells to ignore it.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { introduced, oneOf, optional, word } from "../syntax.ts";

export const shutdown = defineCommand({
  name: "shutdown",
  summary: "Stops the server.",
  since: "1.0.0",
  group: "server",
  complexity:
    "O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1)",
  history: [["7.0.0", "Takes `NOW`, `FORCE` and `ABORT`."]],
  flags: ["admin", "noscript", "loading", "stale", "no_multi", "allow_busy"],
  syntax: [
    optional(oneOf("nosave_save", word("NOSAVE"), word("SAVE"))),
    optional(introduced("7.0.0", word("NOW"))),
    optional(introduced("7.0.0", word("FORCE"))),
    optional(introduced("7.0.0", word("ABORT"))),
  ],
  class: "exact",
  run({ args, reply, server }) {
    let isNosave = false;
    let isSave = false;
    let isForced = false;
    let isAbort = false;
    let hasOther = false;
    for (let i = 1; i < args.count; i++) {
      if (args.is(i, "abort")) {
        isAbort = true;
        continue;
      }
      hasOther = true;
      if (args.is(i, "nosave")) isNosave = true;
      else if (args.is(i, "save")) isSave = true;
      else if (args.is(i, "force")) isForced = true;
      else if (!args.is(i, "now")) return reply.error(errors.syntax);
    }
    if ((isAbort && hasOther) || (isNosave && isSave)) return reply.error(errors.syntax);
    if (isAbort) return reply.error(errors.noShutdown);
    // Whoever stops the server in the middle of a script says so.
    if (server.scripting.busy !== "" && !isNosave) return reply.error(server.scripting.busy);
    server.log("warning", "User requested shutdown...");
    const mode = isSave ? "save" : isNosave ? "nosave" : "default";
    if (server.shutdown(mode, isForced)) return;
    server.log("warning", "Errors trying to shut down the server. Check the logs for more information.");
    reply.error(errors.shutdownFailed);
  },
});
