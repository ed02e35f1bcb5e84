// Pub/sub: conversations of a client that subscribes to nothing. Subscribers are in pubsub.test.ts.

import type { Case, Exemptions } from "./case.ts";

export const pubsubCases: readonly Case[] = [
  {
    name: "PUBLISH without subscribers, and PUBSUB",
    calls: [
      "PUBLISH channel message",
      'SPUBLISH "\\x00" ""',
      "PUBLISH channel",
      "SPUBLISH channel message more",
      "PUBSUB CHANNELS",
      "PUBSUB CHANNELS c*",
      "PUBSUB CHANNELS a b",
      "PUBSUB NUMSUB",
      "PUBSUB NUMSUB a b",
      "PUBSUB NUMPAT",
      "PUBSUB SHARDCHANNELS",
      "PUBSUB SHARDNUMSUB a",
      "PUBSUB HELP",
      "PUBSUB NONSENSE",
    ],
  },
];

const talksLater = "answers with messages: pubsub.test.ts";

export const pubsubExemptions: Exemptions = {
  subscribe: talksLater,
  psubscribe: talksLater,
  ssubscribe: talksLater,
  unsubscribe: talksLater,
  punsubscribe: talksLater,
  sunsubscribe: talksLater,
};
