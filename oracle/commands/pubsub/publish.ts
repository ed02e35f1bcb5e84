// PUBLISH and SPUBLISH: a message to all that listen, answered with how many those are.

import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { publish, publishToShard } from "../../subscriptions.ts";

export const publishCommands: readonly OracleCommand[] = [
  {
    name: "publish",
    arity: 3,
    class: "exact",
    run: ({ model, words }) => integer(publish(model, words[1] as string, words[2] as string)),
  },
  {
    name: "spublish",
    arity: 3,
    class: "exact",
    run: ({ model, words }) => integer(publishToShard(model, words[1] as string, words[2] as string)),
  },
];
