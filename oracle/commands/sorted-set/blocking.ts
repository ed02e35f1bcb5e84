// BZPOPMIN, BZPOPMAX, BZMPOP: as seen when they are answered.

import type { Call, OracleCommand } from "../../command.ts";
import { nilArray, type Reply } from "../../reply.ts";
import { served } from "../../waiting.ts";
import { type End, popMany, popOne, popOptions } from "./zpopmin.ts";

export const blockingSortedSetCommands: readonly OracleCommand[] = [
  { name: "bzpopmin", arity: -3, class: "exact", run: (call) => pop(call, "min") },
  { name: "bzpopmax", arity: -3, class: "exact", run: (call) => pop(call, "max") },
  {
    name: "bzmpop",
    arity: -5,
    class: "exact",
    run(call) {
      const options = popOptions(call.words, 2);
      if ("kind" in options) return options;
      const timeout = call.words[1] as string;
      const serve = (key: string) => popMany(call, key, options);
      return served(call, { keys: options.keys, timeout, none: nilArray, serve });
    },
  },
];

function pop(call: Call, end: End): Reply {
  const { words } = call;
  const timeout = words.at(-1) as string;
  const serve = (key: string) => popOne(call, key, end);
  return served(call, { keys: words.slice(1, -1), timeout, none: nilArray, serve });
}
