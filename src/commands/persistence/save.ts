// SAVE: writes a snapshot; nobody is served until it is on disk.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";

export const save = defineCommand({
  name: "save",
  summary: "Writes a snapshot of all data to disk, and serves nobody meanwhile.",
  since: "1.0.0",
  group: "server",
  complexity: "O(N) where N is the total number of keys in all databases",
  flags: ["admin", "noscript", "no_async_loading", "no_multi"],
  syntax: [],
  class: "exact",
  run({ reply, server }) {
    if (server.persistence.isSaving) return reply.error(errors.savingAlready);
    if (server.persistence.save()) reply.ok();
    else reply.error(errors.saveFailed);
  },
});
