// PING: a sign of life, or the message it came with.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { optional, string } from "../syntax.ts";

export const ping = defineCommand({
  name: "ping",
  summary: "Answers PONG, or the message given.",
  since: "1.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["fast"],
  syntax: [optional(string("message"))],
  class: "exact",
  tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
  run({ args, reply }) {
    if (args.count === 1) return reply.simple("PONG");
    if (args.count > 2) return reply.error(errors.arity("ping"));
    reply.bulk(args.bytes, args.start(1), args.end(1));
  },
});
