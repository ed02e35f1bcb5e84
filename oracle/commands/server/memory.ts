// MEMORY: figures of the server's own. What is checked is for which keys there are some.

import { container, type OracleCommand } from "../../command.ts";
import { int64 } from "../../numbers.ts";
import { between, chosen, nil, ofKind, ok } from "../../reply.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";
import { text } from "../../texts.ts";
import { helpText } from "./help.ts";

export const memory: OracleCommand = container("memory");

export const memoryUsage: OracleCommand = {
  name: "memory|usage",
  arity: -3,
  class: "shape",
  run({ model, session, words }) {
    for (let i = 3; i < words.length; i += 2) {
      const count = words[i + 1];
      if ((words[i] as string).toUpperCase() !== "SAMPLES" || count === undefined) return syntaxError;
      const samples = int64(count);
      if (samples === undefined) return notAnInteger;
      if (samples < 0n) return syntaxError;
    }
    const key = words[2] as string;
    if (model.get(session.db, key) !== undefined) return between(1, Number.MAX_SAFE_INTEGER);
    if (model.databases[session.db]?.get(key) === undefined) return nil;
    // Its time is over; until it is removed, a server may still size it.
    return chosen("null, or a size", (answer) => answer.kind === "null" || answer.kind === "integer");
  },
};

export const memoryDoctor: OracleCommand = {
  name: "memory|doctor",
  arity: 2,
  class: "shape",
  run: (call) => text(call, "advice"),
};

export const memoryHelp: OracleCommand = { name: "memory|help", arity: 2, class: "shape", run: helpText };

export const memoryMallocStats: OracleCommand = {
  name: "memory|malloc-stats",
  arity: 2,
  class: "shape",
  run: (call) => text(call, "figures of the allocator"),
};

export const memoryPurge: OracleCommand = { name: "memory|purge", arity: 2, class: "shape", run: () => ok };
export const memoryStats: OracleCommand = {
  name: "memory|stats",
  arity: 2,
  class: "shape",
  run: () => ofKind("map"),
};
