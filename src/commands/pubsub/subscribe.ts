// SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE: messages from channels, from all channels that match a pattern, or from
// shard channels, from now on. Each name is confirmed by a message of its own.

import { errors } from "../../resp/errors.ts";
import type { ChannelKind, CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { block, pattern, repeated, string } from "../syntax.ts";
import { confirm } from "./confirmation.ts";

const common = {
  group: "pubsub",
  flags: ["pubsub", "noscript", "loading", "stale"],
  class: "exact",
} as const;

export const subscribe = defineCommand({
  ...common,
  name: "subscribe",
  summary: "Receives what is published to the channels.",
  since: "2.0.0",
  complexity: "O(N) where N is the number of channels to subscribe to.",
  syntax: [repeated(string("channel"))],
  run: (context) => begin(context, "subscribe", "channel"),
});

export const psubscribe = defineCommand({
  ...common,
  name: "psubscribe",
  summary: "Receives what is published to channels that match the patterns.",
  since: "2.0.0",
  complexity: "O(N) where N is the number of patterns the client is already subscribed to.",
  syntax: [repeated(block("pattern", pattern("pattern")))],
  run: (context) => begin(context, "psubscribe", "pattern"),
});

export const ssubscribe = defineCommand({
  ...common,
  name: "ssubscribe",
  summary: "Receives what is published to the shard channels.",
  since: "7.0.0",
  complexity: "O(N) where N is the number of shard channels to subscribe to.",
  syntax: [repeated(string("shardchannel"))],
  keySpecs: [{ flags: "not_key", begin: { index: 1 }, find: { lastKey: -1, step: 1, limit: 0 } }],
  run(context) {
    if (context.client.isInExec === true) context.reply.error(errors.denyBlocking("SSUBSCRIBE", "a "));
    else begin(context, "ssubscribe", "shard");
  },
});

function begin(context: CommandContext, word: string, kind: ChannelKind): void {
  const { args, client, server } = context;
  for (let i = 1; i < args.count; i++) {
    const name = args.text(i);
    server.pubsub.subscribe(client, kind, name);
    confirm(context, word, kind, name);
  }
}
