// HELP of XGROUP and XINFO.

import { type CommandDeclaration, defineCommand } from "../define.ts";
import { helpLines } from "../server/help.ts";

export function streamHelp(container: string, lines: readonly string[]): CommandDeclaration {
  const text = helpLines(container, lines);
  return defineCommand({
    name: "help",
    summary: `Lists the subcommands of ${container.toUpperCase()}.`,
    since: "5.0.0",
    group: "stream",
    complexity: "O(1)",
    flags: ["loading", "stale"],
    syntax: [],
    class: "shape",
    run({ reply }) {
      reply.array(text.length);
      for (const line of text) reply.simple(line);
    },
  });
}
