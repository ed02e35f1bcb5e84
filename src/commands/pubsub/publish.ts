// PUBLISH and SPUBLISH: a message to all who have subscribed to a channel; patterns do not match shard channels.

import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { string } from "../syntax.ts";

const common = {
  group: "pubsub",
  flags: ["pubsub", "loading", "stale", "fast", "may_replicate"],
  class: "exact",
} as const;

export const publish = defineCommand({
  ...common,
  name: "publish",
  summary: "Sends a message to the subscribers of a channel.",
  since: "2.0.0",
  complexity:
    "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed " +
    "patterns (by any client).",
  syntax: [string("channel"), string("message")],
  run: (context) => send(context, "channel"),
});

export const spublish = defineCommand({
  ...common,
  name: "spublish",
  summary: "Sends a message to the subscribers of a shard channel.",
  since: "7.0.0",
  complexity: "O(N) where N is the number of clients subscribed to the receiving shard channel.",
  syntax: [string("shardchannel"), string("message")],
  keySpecs: [{ flags: "not_key", begin: { index: 1 }, find: { lastKey: 0, step: 1, limit: 0 } }],
  run: (context) => send(context, "shard"),
});

function send({ args, reply, server }: CommandContext, kind: "channel" | "shard"): void {
  const { bytes } = args;
  const channel = bytes.subarray(args.start(1), args.end(1));
  const message = bytes.subarray(args.start(2), args.end(2));
  reply.int(server.pubsub.publish(kind, channel, message));
}
