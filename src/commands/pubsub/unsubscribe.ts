// UNSUBSCRIBE, PUNSUBSCRIBE and SUNSUBSCRIBE: the opposites. Without a name they end all subscriptions of the kind.
//
// Each name is confirmed, also one that was not subscribed to; when all are meant and there are none, one message
// without a name says so.

import type { ChannelKind, CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { optional, pattern, repeated, string } from "../syntax.ts";
import { confirm } from "./confirmation.ts";

const common = {
  group: "pubsub",
  flags: ["pubsub", "noscript", "loading", "stale"],
  class: "unordered",
} as const;

export const unsubscribe = defineCommand({
  ...common,
  name: "unsubscribe",
  summary: "Receives no more from the channels, or from any channel.",
  since: "2.0.0",
  complexity: "O(N) where N is the number of clients already subscribed to a channel.",
  syntax: [optional(repeated(string("channel")))],
  run: (context) => end(context, "unsubscribe", "channel"),
});

export const punsubscribe = defineCommand({
  ...common,
  name: "punsubscribe",
  summary: "Receives no more by the patterns, or by any pattern.",
  since: "2.0.0",
  complexity:
    "O(N+M) where N is the number of patterns the client is already subscribed and M is the number of total patterns " +
    "subscribed in the system (by any client).",
  syntax: [optional(repeated(pattern("pattern")))],
  run: (context) => end(context, "punsubscribe", "pattern"),
});

export const sunsubscribe = defineCommand({
  ...common,
  name: "sunsubscribe",
  summary: "Receives no more from the shard channels, or from any shard channel.",
  since: "7.0.0",
  complexity: "O(N) where N is the number of clients already subscribed to a shard channel.",
  syntax: [optional(repeated(string("shardchannel")))],
  keySpecs: [{ flags: "not_key", begin: { index: 1 }, find: { lastKey: -1, step: 1, limit: 0 } }],
  run: (context) => end(context, "sunsubscribe", "shard"),
});

function end(context: CommandContext, word: string, kind: ChannelKind): void {
  const { args, client, server } = context;
  const { pubsub } = server;
  if (args.count > 1) {
    for (let i = 1; i < args.count; i++) endOne(context, word, kind, args.text(i));
    return;
  }
  const names = pubsub.namesOf(client, kind);
  if (names.length === 0) confirm(context, word, kind, undefined);
  for (const name of names) endOne(context, word, kind, name);
}

function endOne(context: CommandContext, word: string, kind: ChannelKind, name: string): void {
  context.server.pubsub.unsubscribe(context.client, kind, name);
  confirm(context, word, kind, name);
}
