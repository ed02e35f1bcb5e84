// MULTI: begins a transaction: from here to EXEC commands are queued.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";

export const multi = defineCommand({
  name: "multi",
  summary: "Begins a transaction.",
  since: "1.2.0",
  group: "transactions",
  complexity: "O(1)",
  flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    const { transaction } = client;
    if (transaction.isOpen) return reply.error(errors.nestedMulti);
    transaction.open();
    reply.ok();
  },
});
