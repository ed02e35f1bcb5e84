// Coverage table: which commands of a stock Redis are there, and which are not, as Markdown.
//
// Role: pure; src/testing/readme.ts writes it into the README from the declarations, and the commands suite
// compares those with what a running server says.

import { fullNames, type StockCommand } from "./command-list.ts";

const titles: Readonly<Record<string, string>> = {
  string: "Strings",
  bitmap: "Bitmaps",
  generic: "Keys",
  list: "Lists",
  hash: "Hashes",
  set: "Sets",
  "sorted-set": "Sorted sets",
  stream: "Streams",
  geo: "Geography",
  hyperloglog: "HyperLogLog",
  pubsub: "Pub/sub",
  transactions: "Transactions",
  scripting: "Scripting",
  connection: "Connection",
  server: "Server",
  cluster: "Cluster",
};

/** `names` are the full names of what is there: "get", "client|list". */
export function coverageTable(stock: readonly StockCommand[], names: ReadonlySet<string>): string {
  const all = stock.flatMap(fullNames);
  const lines = [
    `${count(stock, names)} of ${stock.length} commands; with subcommands ${all.filter((name) => names.has(name)).length} of ${all.length}.`,
    "",
    "| group | there | not there |",
    "| --- | ---: | --- |",
  ];
  for (const [group, title] of Object.entries(titles)) {
    const members = stock.filter((each) => each.group === group).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (members.length === 0) continue;
    const missing = members.flatMap((each) => missingOf(each, names));
    lines.push(`| ${title} | ${count(members, names)} of ${members.length} | ${missing.join(", ") || "-"} |`);
  }
  return lines.join("\n");
}

function count(commands: readonly StockCommand[], names: ReadonlySet<string>): number {
  return commands.filter(({ name }) => names.has(name)).length;
}

// A whole command, or those of its subcommands that are not there.
function missingOf(command: StockCommand, names: ReadonlySet<string>): string[] {
  if (!names.has(command.name)) return [`\`${command.name.toUpperCase()}\``];
  return fullNames(command)
    .filter((name) => !names.has(name))
    .map((name) => `\`${name.replace("|", " ").toUpperCase()}\``);
}
