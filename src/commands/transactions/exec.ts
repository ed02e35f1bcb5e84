// EXEC: runs what was queued since MULTI, with nothing of other clients in between.
//
// Nothing runs when a command could not be queued, or when a watched key has changed: an error then, or a null.
// A command that fails while EXEC runs does not stop the others.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";

export const exec = defineCommand({
  name: "exec",
  summary: "Runs the queued commands and ends the transaction.",
  since: "1.2.0",
  group: "transactions",
  complexity: "Depends on commands in the transaction",
  flags: ["noscript", "loading", "stale", "skip_slowlog"],
  syntax: [],
  class: "exact",
  run({ client, reply }) {
    const { transaction } = client;
    if (!transaction.isOpen) return reply.error(errors.execWithoutMulti);
    if (!transaction.isRefused && !transaction.hasChanged) return client.runQueued();
    if (transaction.isRefused) reply.error(errors.execAbort);
    else reply.nullArray();
    transaction.discard();
  },
});
