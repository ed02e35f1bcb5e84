// PUBSUB: who listens to what.

import type { Call, OracleCommand } from "../../command.ts";
import { fits } from "../../glob.ts";
import { array, bulk, integer, type Reply, unordered } from "../../reply.ts";
import { listenersOf, namesOf, type SubscriptionKind } from "../../subscriptions.ts";
import { wrongUse } from "../connection/client-others.ts";

export const inspectionCommands: readonly OracleCommand[] = [
  {
    name: "pubsub|channels",
    arity: -2,
    class: "unordered",
    run: (call) => channels(call, "channels"),
  },
  {
    name: "pubsub|numpat",
    arity: 2,
    class: "exact",
    run: ({ model }) => integer(namesOf(model, "patterns").size),
  },
  { name: "pubsub|numsub", arity: -2, class: "exact", run: (call) => listeners(call, "channels") },
  {
    name: "pubsub|shardchannels",
    arity: -2,
    class: "unordered",
    run: (call) => channels(call, "shardChannels"),
  },
  {
    name: "pubsub|shardnumsub",
    arity: -2,
    class: "exact",
    run: (call) => listeners(call, "shardChannels"),
  },
];

function channels(call: Call, kind: SubscriptionKind): Reply {
  const { model, words } = call;
  if (words.length > 3) return wrongUse(call, "PUBSUB");
  const pattern = words[2];
  const names = [...namesOf(model, kind)].filter((name) => pattern === undefined || fits(pattern, name));
  return unordered(names.map(bulk));
}

function listeners({ model, words }: Call, kind: SubscriptionKind): Reply {
  return array(words.slice(2).flatMap((name) => [bulk(name), integer(listenersOf(model, kind, name))]));
}
