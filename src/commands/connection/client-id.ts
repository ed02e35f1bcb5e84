// CLIENT ID and CLIENT GETREDIR: numbers by which connections refer to each other.

import { defineCommand } from "../define.ts";

export const clientId = defineCommand({
  name: "id",
  summary: "Returns the connection's id, which is never used twice.",
  since: "5.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [],
  class: "shape",
  run({ client, reply }) {
    reply.int(client.id);
  },
});

export const clientGetredir = defineCommand({
  name: "getredir",
  summary: "Returns the id of the connection that gets this one's invalidation messages, or -1.",
  since: "6.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    // -1: it does not track keys; 0: it gets its messages itself.
    reply.int(client.tracking?.redirect ?? -1);
  },
});
