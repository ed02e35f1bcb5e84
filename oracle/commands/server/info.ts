// INFO: text in sections. Which sections is checked, and what the model knows: how many keys there are.

import type { Call, OracleCommand } from "../../command.ts";
import type { Database, Model } from "../../model.ts";
import { text } from "../../texts.ts";

const sectionsByDefault: readonly string[] = [
  "Server",
  "Clients",
  "Memory",
  "Persistence",
  "Stats",
  "Replication",
  "CPU",
  "Modules",
  "Errorstats",
  "Cluster",
  "Keyspace",
];
const sectionsOnDemand: readonly string[] = ["Commandstats", "Latencystats"];
const sections = [...sectionsByDefault, ...sectionsOnDemand];

export const info: OracleCommand = {
  name: "info",
  arity: -1,
  class: "shape",
  run(call) {
    const wanted = wantedSections(call);
    const { model } = call;
    return text(call, `the sections ${[...wanted].join(", ")}`, (found) => {
      const lines = found.split("\r\n");
      const headers = lines.filter((line) => line.startsWith("# ")).map((line) => line.slice(2));
      if (new Set(headers).size !== headers.length) return false;
      // A server may have sections of its own.
      const known = headers.filter((header) => sections.includes(header));
      if (known.length !== wanted.size || known.some((header) => !wanted.has(header))) return false;
      return !wanted.has("Keyspace") || hasKeyCounts(model, lines);
    });
  },
};

function wantedSections({ words }: Call): ReadonlySet<string> {
  const wanted = new Set<string>();
  const names = words.length === 1 ? ["default"] : words.slice(1);
  for (const name of names.map((given) => given.toLowerCase())) {
    if (name === "default") for (const section of sectionsByDefault) wanted.add(section);
    else if (name === "all" || name === "everything") for (const section of sections) wanted.add(section);
    else for (const section of sections) if (section.toLowerCase() === name) wanted.add(section);
  }
  return wanted;
}

// One line for each database that is not empty: "db0:keys=2,expires=1,avg_ttl=0". Keys whose time is over may count.
function hasKeyCounts(model: Model, lines: readonly string[]): boolean {
  const counts = new Map<number, { readonly keys: number; readonly expires: number }>();
  for (const line of lines) {
    const match = /^db(\d+):keys=(\d+),expires=(\d+),avg_ttl=-?\d+$/.exec(line);
    if (match !== null) counts.set(Number(match[1]), { keys: Number(match[2]), expires: Number(match[3]) });
  }
  return model.databases.every((database: Database, db) => {
    const { keys, expires } = counts.get(db) ?? { keys: 0, expires: 0 };
    const live = model.liveCount(db);
    let expiring = 0; // Fields that expire do not count.
    for (const key of database.expiring) if (database.get(key)?.expireAtMs !== undefined) expiring++;
    const over = database.size - live;
    return keys >= live && keys <= database.size && expires <= expiring && expires >= expiring - over;
  });
}
