// WATCH and UNWATCH: keys whose change makes the next EXEC do nothing.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated } from "../syntax.ts";

export const watch = defineCommand({
  name: "watch",
  summary: "Watches keys: when one changes, the next transaction does nothing.",
  since: "2.2.0",
  group: "transactions",
  complexity: "O(1) for every key.",
  flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
  syntax: [repeated(key("RO"))],
  class: "exact",
  run({ args, client, reply }) {
    const { transaction } = client;
    if (transaction.isOpen) return reply.error(errors.watchInMulti);
    // With one change the transaction is lost already.
    if (!transaction.hasChanged) {
      for (let i = 1; i < args.count; i++) transaction.watch(client.db, args, i);
    }
    reply.ok();
  },
});

export const unwatch = defineCommand({
  name: "unwatch",
  summary: "Watches no key any more.",
  since: "2.2.0",
  group: "transactions",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    client.transaction.unwatch();
    reply.ok();
  },
});
