// ECHO: the message it came with.

import { defineCommand } from "../define.ts";
import { string } from "../syntax.ts";

export const echo = defineCommand({
  name: "echo",
  summary: "Returns the message given.",
  since: "1.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["loading", "stale", "fast"],
  syntax: [string("message")],
  class: "exact",
  run({ args, reply }) {
    reply.bulk(args.bytes, args.start(1), args.end(1));
  },
});
