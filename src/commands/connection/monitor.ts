// MONITOR: turns the connection into a listener to every command that is run.
//
// Asked again, it answers nothing, as Redis does: the connection carries the feed already.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";

export const monitor = defineCommand({
  name: "monitor",
  summary: "Streams every command that the server runs to this connection.",
  since: "1.0.0",
  group: "server",
  complexity: "",
  flags: ["admin", "noscript", "loading", "stale"],
  syntax: [],
  class: "exact",
  run({ client, reply }): void {
    if (client.isInExec === true) return reply.error(errors.denyBlocking("MONITOR", ""));
    if (client.isMonitor) return;
    client.isMonitor = true;
    reply.ok();
  },
});
