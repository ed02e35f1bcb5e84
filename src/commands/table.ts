// Table: the commands that are implemented, as Markdown, one row for each group.
//
// Role: pure; the README's table is this text, written by src/testing/readme.ts. It derives from the declarations
// alone, so that a command cannot be there without being listed, nor listed without being there.

import type { CommandDeclaration, CommandGroup } from "./define.ts";

/** Commands that a stock Redis 7.0 counts (COMMAND COUNT), subcommands not among them. */
export const stockCommandCount = 240;

const titles: Readonly<Record<CommandGroup, string>> = {
  string: "Strings",
  bitmap: "Bitmaps",
  generic: "Keys",
  connection: "Connection",
  server: "Server",
  list: "Lists",
  hash: "Hashes",
  set: "Sets",
  "sorted-set": "Sorted sets",
  stream: "Streams",
  geo: "Geography",
  hyperloglog: "HyperLogLog",
  pubsub: "Pub/sub",
  scripting: "Scripting",
  transactions: "Transactions",
  cluster: "Cluster",
};

/** How many of the stock server's commands are declared, and a table of their names by group. */
export function commandTable(declarations: readonly CommandDeclaration[]): string {
  const subcommandCount = declarations.reduce((sum, { subcommands }) => sum + (subcommands?.length ?? 0), 0);
  const laterCount = declarations.filter(isOfLaterVersion).length;
  const lines = [
    `${declarations.length - laterCount} of the ${stockCommandCount} commands of a stock Redis 7.0 are there, ` +
      `with ${subcommandCount} subcommands, and ${laterCount} commands of later versions.`,
    "",
    "| group | commands |",
    "| --- | --- |",
  ];
  for (const [group, title] of Object.entries(titles)) {
    const members = declarations.filter((each) => each.group === group).sort(byName);
    if (members.length > 0)
      lines.push(`| ${title} (${members.length}) | ${members.map(nameOf).join(", ")} |`);
  }
  return lines.join("\n");
}

/** Whether it is of a version later than 7.0. */
export function isOfLaterVersion({ since }: CommandDeclaration): boolean {
  const [major = 0, minor = 0] = since.split(".").map(Number);
  return major > 7 || (major === 7 && minor > 0);
}

function nameOf({ name, subcommands }: CommandDeclaration): string {
  const own = `\`${name.toUpperCase()}\``;
  if (subcommands === undefined) return own;
  const names = subcommands.map((each) => each.name.toUpperCase()).sort();
  return `${own} (${names.join(", ")})`;
}

function byName(a: CommandDeclaration, b: CommandDeclaration): number {
  return a.name < b.name ? -1 : 1;
}
