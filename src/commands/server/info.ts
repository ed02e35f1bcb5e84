// INFO: what the server tells about itself, in sections of "field:value" lines.

import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { optional, repeated, string } from "../syntax.ts";
import {
  clientLines,
  type Lines,
  memoryLines,
  persistenceLines,
  replicationLines,
  serverLines,
  statsLines,
} from "./info-sections.ts";
import {
  clusterLines,
  commandStatsLines,
  cpuLines,
  errorStatsLines,
  keyspaceLines,
  latencyStatsLines,
  moduleLines,
  oracleLines,
} from "./info-tables.ts";

type Section = {
  readonly title: string;
  /** Part of an INFO that names no section. */
  readonly isDefault: boolean;
  /** This server's own: "everything" shows it only where there is something to show. */
  readonly isOwn?: true;
  readonly lines: (context: CommandContext) => Lines;
};

/** In the order they are printed, whatever order they are asked for in. */
const sections: readonly Section[] = [
  { title: "Server", isDefault: true, lines: serverLines },
  { title: "Clients", isDefault: true, lines: clientLines },
  { title: "Memory", isDefault: true, lines: memoryLines },
  { title: "Persistence", isDefault: true, lines: persistenceLines },
  { title: "Stats", isDefault: true, lines: statsLines },
  { title: "Replication", isDefault: true, lines: replicationLines },
  { title: "CPU", isDefault: true, lines: cpuLines },
  { title: "Modules", isDefault: true, lines: moduleLines },
  { title: "Commandstats", isDefault: false, lines: commandStatsLines },
  { title: "Errorstats", isDefault: true, lines: errorStatsLines },
  { title: "Latencystats", isDefault: false, lines: latencyStatsLines },
  { title: "Cluster", isDefault: true, lines: clusterLines },
  { title: "Keyspace", isDefault: true, lines: keyspaceLines },
  { title: "Oracle", isDefault: false, isOwn: true, lines: oracleLines },
];

export const info = defineCommand({
  name: "info",
  summary: "Reports facts and figures of the server.",
  since: "1.0.0",
  group: "server",
  complexity: "O(1)",
  history: [["7.0.0", "Takes several sections."]],
  flags: ["loading", "stale"],
  acl: ["dangerous"],
  syntax: [optional(repeated(string("section")))],
  tips: ["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
  class: "shape",
  run(context) {
    const { args, reply } = context;
    const asked = new Set<string>();
    for (let i = 1; i < args.count; i++) asked.add(args.text(i).toLowerCase());
    reply.verbatim("txt", infoText(context, asked));
  },
});

/** INFO's text. `asked`: section names in lower case, "default", "all" or "everything"; none means default. */
function infoText(context: CommandContext, asked: ReadonlySet<string>): string {
  const isAll = asked.has("all") || asked.has("everything");
  const isDefault = asked.size === 0 || asked.has("default");
  const texts: string[] = [];
  for (const section of sections) {
    const isNamed = asked.has(section.title.toLowerCase());
    const isInAll = isAll && (section.isOwn !== true || context.server.oracleFigures?.() !== undefined);
    if (!isNamed && !isInAll && !(isDefault && section.isDefault)) continue;
    texts.push([`# ${section.title}`, ...section.lines(context), ""].join("\r\n"));
  }
  return texts.join("\r\n");
}
