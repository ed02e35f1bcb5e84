// XTRIM: drop entries from the beginning of a stream.

import { EVENT_STREAM } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";
import { readTrimOptions, TrimOptions, trimSyntax } from "./trim-options.ts";

const options = new TrimOptions();

export const xtrim = defineCommand({
  name: "xtrim",
  summary: "Drops the oldest entries of a stream and returns how many.",
  since: "5.0.0",
  group: "stream",
  complexity:
    "O(N), with N being the number of evicted entries. Constant times are very small however, since entries are " +
    "organized in macro nodes containing multiple entries that can be released with a single deallocation.",
  flags: ["write"],
  syntax: [key("RW delete"), trimSyntax],
  class: "exact",
  tips: ["nondeterministic_output"],
  history: [["6.2.0", "Took trimming by `MINID`, and `LIMIT`."]],
  run(context) {
    const { keyspace, args, reply } = context;
    if (readTrimOptions(context, options, true) === 0) return;
    const stream = keyspace.streamForUpdate(args, 1);
    if (stream === undefined) return reply.error(errors.wrongType);
    const dropped = stream.exists ? stream.trim(options, true) : 0;
    if (dropped > 0) keyspace.notify(EVENT_STREAM, "xtrim", args, 1);
    reply.int(dropped);
  },
});
