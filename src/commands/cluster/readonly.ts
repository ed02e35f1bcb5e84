// READONLY, READWRITE and ASKING: what cluster clients say before they read from replicas, or follow a key on its way to
// another node. A node that is alone has neither.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";

const common = {
  since: "3.0.0",
  group: "cluster",
  complexity: "O(1)",
  acl: ["connection"],
  syntax: [],
  class: "exact",
} as const;

export const asking = defineCommand({
  ...common,
  name: "asking",
  summary: "Says that the next request follows a redirection. Here nothing is redirected.",
  flags: ["fast"],
  run: (context) => {
    if (hasCluster(context)) context.reply.ok();
  },
});

export const readonly = defineCommand({
  ...common,
  name: "readonly",
  summary: "Allows reads from a replica.",
  flags: ["loading", "stale", "fast"],
  run: (context) => setReadonly(context, true),
});

export const readwrite = defineCommand({
  ...common,
  name: "readwrite",
  summary: "Ends what READONLY has allowed.",
  flags: ["loading", "stale", "fast"],
  run: (context) => setReadonly(context, false),
});

// Shown by CLIENT LIST.
function setReadonly(context: CommandContext, isReadonly: boolean): void {
  if (!hasCluster(context)) return;
  context.client.isReadonly = isReadonly;
  context.reply.ok();
}

function hasCluster({ reply, server }: CommandContext): boolean {
  if (server.cluster !== undefined) return true;
  reply.error(errors.clusterDisabled);
  return false;
}
