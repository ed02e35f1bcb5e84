// KEYS: all keys that match a pattern, in the order of their hashes.

import { globMatch } from "../../lib/glob.ts";
import { defineCommand } from "../define.ts";
import { pattern } from "../syntax.ts";
import { FoundKeys } from "./found-keys.ts";

const STAR = 42;
const found = new FoundKeys();

export const keys = defineCommand({
  name: "keys",
  summary: "Lists all keys that match a glob pattern.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(N) for the N keys of the database.",
  flags: ["readonly"],
  acl: ["dangerous"],
  syntax: [pattern("pattern")],
  class: "unordered",
  tips: ["request_policy:all_shards", "nondeterministic_output_order"],
  run({ keyspace, args, reply }) {
    const { bytes } = args;
    const start = args.start(1);
    const end = args.end(1);
    const takesAll = end - start === 1 && bytes[start] === STAR;
    keyspace.scan(0, Number.POSITIVE_INFINITY, (view) => {
      if (takesAll || globMatch(bytes, start, end, view.bytes, view.keyStart, view.keyEnd, false)) {
        found.add(view);
      }
    });
    found.writeTo(reply, keyspace.second);
  },
});
