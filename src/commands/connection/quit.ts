// QUIT: ends the connection once its replies are sent. Arguments are ignored, as Redis ignores them.

import { defineCommand } from "../define.ts";

export const quit = defineCommand({
  name: "quit",
  summary: "Closes the connection.",
  since: "1.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
  syntax: [],
  arity: -1,
  class: "exact",
  run({ client, reply }) {
    reply.ok();
    client.closeAfterReply();
  },
});
