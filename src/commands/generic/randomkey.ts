// RANDOMKEY: any key of the database.

import { defineCommand } from "../define.ts";

export const randomkey = defineCommand({
  name: "randomkey",
  summary: "Returns a key drawn at random.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly"],
  syntax: [],
  class: "random",
  tips: ["request_policy:all_shards", "nondeterministic_output"],
  run({ keyspace, reply }) {
    const entry = keyspace.random();
    if (entry === undefined) return reply.null();
    reply.bulk(entry.bytes, entry.keyStart, entry.keyEnd);
  },
});
