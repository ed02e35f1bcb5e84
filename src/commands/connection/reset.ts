// RESET: makes the connection as it was when it was opened.
//
// As in 7.0.15, CLIENT NO-EVICT stays as it is. CLIENT NO-TOUCH, which came later, is switched off as it is
// there. Names of the client library stay too: they describe who is connected.

import { defineCommand } from "../define.ts";

export const reset = defineCommand({
  name: "reset",
  summary: "Gives the connection back the state it was opened with.",
  since: "6.2.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
  syntax: [],
  class: "exact",
  run({ client, keyspace, reply, server }) {
    client.transaction.discard();
    server.tracking.stop(client);
    server.pubsub.forget(client);
    client.isMonitor = false;
    client.db = 0;
    keyspace.db = 0;
    client.protocol = 2;
    reply.protocol = 2;
    server.acl.logout(client);
    client.name = "";
    client.isNoTouch = false;
    client.isReadonly = false;
    // A CLIENT REPLY SKIP just before still swallows this one reply.
    if (client.replyMode !== "skip") client.replyMode = "on";
    reply.simple("RESET");
  },
});
