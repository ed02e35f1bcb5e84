// LATENCY: which events took long, and how long commands take.
//
// An event's name ends at a NUL byte, as in Redis, where it is a C string.

import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import { type Command, type CommandDeclaration, defineCommand } from "../define.ts";
import { countLatencies, cumulativeLatencies } from "../latency-histogram.ts";
import { optional, repeated, string } from "../syntax.ts";
import { helpCommand } from "./help.ts";
import { everyCommand } from "./info-tables.ts";
import { latencyDoctor, latencyGraph } from "./latency-report.ts";

const common = {
  group: "server",
  since: "2.8.13",
  complexity: "O(1)",
  flags: ["admin", "noscript", "loading", "stale"],
  tips: ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
  class: "shape",
} as const;

const doctor: CommandDeclaration = {
  ...common,
  name: "doctor",
  summary: "Reports on slow events in sentences, with advice.",
  syntax: [],
  run({ reply, server }) {
    reply.verbatim("txt", latencyDoctor(server.latency, server.wallMs() / 1000));
  },
};

const graph: CommandDeclaration = {
  ...common,
  name: "graph",
  summary: "Draws the latency of one event over time.",
  syntax: [string("event")],
  run({ args, reply, server }) {
    const event = args.textBeforeNul(2);
    const series = server.latency.history(event);
    if (series === undefined) return reply.error(errors.noLatencySamples(event));
    reply.verbatim("txt", latencyGraph(series, server.wallMs() / 1000));
  },
};

const histogram: CommandDeclaration = {
  ...common,
  name: "histogram",
  summary: "Tells how many calls of each command took up to how long.",
  since: "7.0.0",
  complexity: "O(N) where N is the number of commands with latency information being retrieved.",
  syntax: [optional(repeated(string("command")))],
  run({ args, reply, server }) {
    const asked =
      args.count === 2 ? [...everyCommand(server.commands.values())] : namedCommands(args, server.commands);
    const measured = asked.filter(({ stats }) => stats.histogram !== undefined);
    reply.map(measured.length);
    for (const { fullName, stats } of measured) {
      const counts = stats.histogram ?? new Float64Array(0);
      const pairs = cumulativeLatencies(counts);
      reply.bulkText(fullName);
      reply.map(2);
      reply.bulkText("calls");
      reply.int(countLatencies(counts));
      reply.bulkText("histogram_usec");
      reply.map(pairs.length);
      for (const [us, count] of pairs) {
        reply.int(us);
        reply.int(count);
      }
    }
  },
};

const history: CommandDeclaration = {
  ...common,
  name: "history",
  summary: "Returns the samples of one event.",
  syntax: [string("event")],
  run({ args, reply, server }) {
    const samples = server.latency.history(args.textBeforeNul(2))?.samples ?? [];
    reply.array(samples.length);
    for (const { unixSeconds, durationMs } of samples) {
      reply.array(2);
      reply.int(unixSeconds);
      reply.int(Math.floor(durationMs));
    }
  },
};

const latest: CommandDeclaration = {
  ...common,
  name: "latest",
  summary: "Returns the latest and the worst sample of each event.",
  syntax: [],
  run({ reply, server }) {
    const all = server.latency.latest();
    reply.array(all.length);
    for (const { event, maxMs, samples } of all) {
      const last = samples[samples.length - 1];
      reply.array(4);
      reply.bulkText(event);
      reply.int(last?.unixSeconds ?? 0);
      reply.int(Math.floor(last?.durationMs ?? 0));
      reply.int(Math.floor(maxMs));
    }
  },
};

const reset: CommandDeclaration = {
  ...common,
  name: "reset",
  summary: "Forgets the samples of the given events, or of all.",
  syntax: [optional(repeated(string("event")))],
  tips: ["request_policy:all_nodes", "response_policy:all_succeeded"],
  run({ args, reply, server }) {
    let count = args.count === 2 ? server.latency.reset() : 0;
    for (let i = 2; i < args.count; i++) count += server.latency.reset(args.textBeforeNul(i));
    reply.int(count);
  },
};

const help = helpCommand({
  container: "latency",
  since: "2.8.13",
  lines: [
    "DOCTOR",
    "    Report on slow events in sentences, with advice.",
    "GRAPH <event>",
    "    Draw the latency of an event over time.",
    "HISTORY <event>",
    "    Return the samples of an event: unix time and milliseconds.",
    "LATEST",
    "    Return the latest and the worst sample of each event.",
    "RESET [<event> ...]",
    "    Forget the samples of the given events, or of all.",
    "HISTOGRAM [<command> ...]",
    "    Tell how many calls of the given commands, or of all, took up to how long.",
  ],
});

export const latency = defineCommand({
  name: "latency",
  summary: "Shows what made the server slow.",
  since: "2.8.13",
  group: "server",
  complexity: "Depends on subcommand.",
  flags: [],
  syntax: [],
  class: "exact",
  subcommands: [doctor, graph, help, histogram, history, latest, reset],
});

// Each name with its subcommands; a name that no command has is passed over.
function namedCommands(args: Args, commands: ReadonlyMap<string, Command>): readonly Command[] {
  const found: Command[] = [];
  for (let i = 2; i < args.count; i++) {
    const [name = "", sub, ...more] = args.text(i).toLowerCase().split("|");
    const container = more.length > 0 ? undefined : commands.get(name);
    const asked = sub === undefined ? container : container?.byName.get(sub);
    if (asked !== undefined) found.push(...everyCommand([asked]));
  }
  return found;
}
