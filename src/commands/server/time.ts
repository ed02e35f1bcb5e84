// TIME: the server's wall clock.

import { defineCommand } from "../define.ts";

export const time = defineCommand({
  name: "time",
  summary: "Tells the server's time in seconds and microseconds.",
  since: "2.6.0",
  group: "server",
  complexity: "O(1)",
  flags: ["loading", "stale", "fast"],
  syntax: [],
  tips: ["nondeterministic_output"],
  class: "time",
  run({ reply, server }) {
    const us = Math.floor(server.wallUs());
    reply.array(2);
    reply.bulkInt(Math.floor(us / 1_000_000));
    reply.bulkInt(us % 1_000_000);
  },
});
