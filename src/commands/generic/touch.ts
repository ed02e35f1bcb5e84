// TOUCH: counts as an access to the keys, for eviction's sake.

import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";

export const touch = defineCommand({
  name: "touch",
  summary: "Marks keys as just used and tells how many there are.",
  since: "3.2.1",
  group: "generic",
  complexity: "O(N) for N keys.",
  flags: ["readonly", "fast"],
  syntax: [repeated(key("RO"))],
  class: "exact",
  tips: ["request_policy:multi_shard", "response_policy:agg_sum"],
  run({ keyspace, args, reply }) {
    keyspace.isTouching = true; // CLIENT NO-TOUCH is about all commands but this one.
    let found = 0;
    for (let i = 1; i < args.count; i++) if (keyspace.read(args, i) !== undefined) found++;
    reply.int(found);
  },
});
