// ROLE: what this server is in a replication. It is always a master, and no replica can attach yet.

import { defineCommand } from "../define.ts";

export const role = defineCommand({
  name: "role",
  summary: "Tells the server's role in replication.",
  since: "2.8.12",
  group: "server",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale", "fast"],
  acl: ["admin", "dangerous"],
  syntax: [],
  class: "exact",
  run({ reply }) {
    reply.array(3);
    reply.bulkText("master");
    reply.int(0);
    reply.array(0);
  },
});
