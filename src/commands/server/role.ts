// ROLE: what this server is in a replication. It is always a master, and those replicas are told that have all of
// the data.

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
  run({ reply, server }) {
    const { replication } = server;
    const online = [...replication.replicas()].filter(({ state }) => state === "online");
    reply.array(3);
    reply.bulkText("master");
    reply.int(replication.offset);
    reply.array(online.length);
    for (const { address, port, acknowledged } of online) {
      reply.array(3);
      reply.bulkText(address);
      reply.bulkText(`${port}`);
      reply.bulkText(`${acknowledged}`);
    }
  },
});
