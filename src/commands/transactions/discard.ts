// DISCARD: ends a transaction and drops what was queued; watched keys are watched no more.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";

export const discard = defineCommand({
  name: "discard",
  summary: "Drops the queued commands and ends the transaction.",
  since: "2.0.0",
  group: "transactions",
  complexity: "O(N), when N is the number of queued commands",
  flags: ["noscript", "loading", "stale", "fast", "allow_busy"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    const { transaction } = client;
    if (!transaction.isOpen) return reply.error(errors.discardWithoutMulti);
    transaction.discard();
    reply.ok();
  },
});
