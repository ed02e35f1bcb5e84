// LASTSAVE: when the data was last written to disk, in seconds of Unix time. Before the first time, when the server started.

import { defineCommand } from "../define.ts";

export const lastsave = defineCommand({
  name: "lastsave",
  summary: "Tells when the last snapshot was written.",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  flags: ["loading", "stale", "fast"],
  acl: ["admin", "dangerous"],
  syntax: [],
  tips: ["nondeterministic_output"],
  class: "time",
  run({ reply, server }) {
    reply.int(server.persistence.figures.lastSave);
  },
});
