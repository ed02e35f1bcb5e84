// MGET: the strings at several keys. A key without a string, whatever it holds, answers null.

import { TYPE_STRING } from "../../store/entry.ts";
import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";

export const mget = defineCommand({
  name: "mget",
  summary: "Returns the string values of several keys, null for each that holds none.",
  since: "1.0.0",
  group: "string",
  complexity: "O(N) where N is the number of keys.",
  flags: ["readonly", "fast"],
  syntax: [repeated(key("RO access"))],
  class: "exact",
  tips: ["request_policy:multi_shard"],
  run({ keyspace, args, reply }) {
    reply.array(args.count - 1);
    for (let i = 1; i < args.count; i++) {
      const entry = keyspace.read(args, i);
      if (entry === undefined || entry.type !== TYPE_STRING) reply.null();
      else reply.bulkData(entry.data, entry.valueStart, entry.valueEnd);
    }
  },
});
