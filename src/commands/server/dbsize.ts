// DBSIZE: how many keys the selected database has.

import { defineCommand } from "../define.ts";

export const dbsize = defineCommand({
  name: "dbsize",
  summary: "Counts the keys of the selected database.",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  acl: ["keyspace"],
  syntax: [],
  tips: ["request_policy:all_shards", "response_policy:agg_sum"],
  class: "exact",
  run({ reply, server, client }) {
    reply.int(server.everything.size(client.db));
  },
});
