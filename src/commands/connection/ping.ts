// PING: a sign of life, or the message it came with. A subscriber in RESP2 gets it in the form of a message.

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
  run({ args, client, reply }) {
    if (args.count > 2) return reply.error(errors.arity("ping"));
    if (client.isSubscriber && client.protocol === 2) {
      reply.array(2);
      reply.bulkText("pong");
      if (args.count === 1) return reply.bulkText("");
    } else if (args.count === 1) return reply.simple("PONG");
    reply.bulk(args.bytes, args.start(1), args.end(1));
  },
});
