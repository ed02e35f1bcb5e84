// HELP of the container commands: a list of what their subcommands are.

import type { CommandDeclaration } from "../define.ts";

/** The form a HELP's first line takes for each container. */
export function helpLines(container: string, lines: readonly string[]): readonly string[] {
  return [
    `${container.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
    ...lines,
    "HELP",
    "    Print this help.",
  ];
}

/** Declares the HELP subcommand of a server container; `lines` name and explain its subcommands. */
export function helpCommand(options: {
  readonly container: string;
  readonly since: string;
  readonly lines: readonly string[];
  readonly acl?: readonly string[];
}): CommandDeclaration {
  const { container, since, lines, acl = [] } = options;
  const text = helpLines(container, lines);
  return {
    name: "help",
    summary: `Lists the subcommands of ${container.toUpperCase()}.`,
    since,
    group: "server",
    complexity: "O(1)",
    flags: ["loading", "stale"],
    acl,
    syntax: [],
    class: "shape",
    run({ reply }) {
      reply.array(text.length);
      for (const line of text) reply.simple(line);
    },
  };
}
