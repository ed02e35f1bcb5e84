// BGREWRITEAOF: writes the append-only log anew, as short as the data allows, while clients go on being served.
//
// Without a log it writes the base of one, as Redis does. While a snapshot is being written, and inside of EXEC, it waits.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";

export const bgrewriteaof = defineCommand({
  name: "bgrewriteaof",
  summary: "Writes the append-only log anew in the background.",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  flags: ["admin", "noscript", "no_async_loading"],
  syntax: [],
  class: "exact",
  run({ reply, server, client }) {
    switch (server.persistence.rewriteLog(client.isInExec === true)) {
      case "started":
        return reply.simple("Background append only file rewriting started");
      case "scheduled":
        return reply.simple("Background append only file rewriting scheduled");
      case "running":
        return reply.error(errors.rewritingAlready);
      case "failed":
        return reply.error(errors.rewriteFailed);
    }
  },
});
