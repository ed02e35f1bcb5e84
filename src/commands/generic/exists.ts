// EXISTS: how many of the keys are there; one given twice counts twice.

import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";

export const exists = defineCommand({
  name: "exists",
  summary: "Counts which of the keys exist; a repeated key counts again.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(N) for N keys.",
  flags: ["readonly", "fast"],
  syntax: [repeated(key("RO"))],
  class: "exact",
  tips: ["request_policy:multi_shard", "response_policy:agg_sum"],
  history: [["3.0.3", "Several keys may be given."]],
  run({ keyspace, args, reply }) {
    let found = 0;
    for (let i = 1; i < args.count; i++) if (keyspace.inspect(args, i) !== undefined) found++;
    reply.int(found);
  },
});
