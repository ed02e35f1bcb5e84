// LATENCY: events that took long, once the monitor is switched on, and how long commands took.

import { type Call, container, type OracleCommand } from "../../command.ts";
import { formatted, word } from "../../errors.ts";
import { type Answer, array, between, chosen, error, integer, ofKind, type Reply } from "../../reply.ts";
import { text, textOf } from "../../texts.ts";
import { helpText } from "./help.ts";

export const latency: OracleCommand = container("latency");

export const latencyDoctor: OracleCommand = {
  name: "latency|doctor",
  arity: 2,
  class: "shape",
  run: (call) => text(call, "advice"),
};

export const latencyGraph: OracleCommand = {
  name: "latency|graph",
  arity: 3,
  class: "shape",
  run(call) {
    const none = formatted(`ERR No samples available for event '${word(call.words[2] as string)}'`);
    if (!call.model.hasLatencySamples) return error(none);
    const { protocol } = call.session;
    return chosen("a graph, or that there are no samples", (answer) =>
      answer.kind === "error" ? answer.text === none : textOf(answer, protocol) !== undefined,
    );
  },
};

export const latencyHelp: OracleCommand = { name: "latency|help", arity: 2, class: "shape", run: helpText };

export const latencyHistogram: OracleCommand = {
  name: "latency|histogram",
  arity: -2,
  class: "shape",
  run: () => ofKind("map"),
};

export const latencyHistory: OracleCommand = {
  name: "latency|history",
  arity: 3,
  class: "shape",
  run: (call) => samples(call, 2),
};

export const latencyLatest: OracleCommand = {
  name: "latency|latest",
  arity: 2,
  class: "shape",
  run: (call) => samples(call, 4),
};

export const latencyReset: OracleCommand = {
  name: "latency|reset",
  arity: -2,
  class: "shape",
  run({ model, words }) {
    if (!model.hasLatencySamples) return integer(0);
    return between(0, words.length > 2 ? words.length - 2 : Number.MAX_SAFE_INTEGER);
  },
};

// Rows of `width`; none while the monitor was never on.
function samples({ model }: Call, width: number): Reply {
  if (!model.hasLatencySamples) return array([]);
  return chosen(`rows of ${width}`, (answer) => {
    const isRow = (row: Answer): boolean => row.kind === "array" && row.items.length === width;
    return answer.kind === "array" && answer.items.every(isRow);
  });
}
