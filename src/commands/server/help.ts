// HELP of the container commands: a list of what their subcommands are.

import type { ReplyWriter } from "../../resp/reply-writer.ts";
import type { CommandContext } from "../context.ts";
import type { CommandDeclaration } from "../define.ts";

export type Help = CommandDeclaration & { readonly run: (context: CommandContext) => void };

/** The form a HELP's first line takes for each container. */
export function helpLines(container: string, lines: readonly string[]): readonly string[] {
  return [
    `${container.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`,
    ...lines,
    "HELP",
    "    Print this help.",
  ];
}

/** The reply of a HELP. */
export function replyLines(reply: ReplyWriter, lines: readonly string[]): void {
  reply.array(lines.length);
  for (const line of lines) reply.simple(line);
}

/** Declares the HELP subcommand of a container; `lines` name and explain its subcommands. */
export function helpCommand(options: {
  readonly container: string;
  /** The container's; absent: the server's own. */
  readonly group?: CommandDeclaration["group"];
  readonly since: string;
  readonly lines: readonly string[];
  readonly acl?: readonly string[];
}): Help {
  const { container, group = "server", since, lines, acl = [] } = options;
  const text = helpLines(container, lines);
  return {
    name: "help",
    summary: `Lists the subcommands of ${container.toUpperCase()}.`,
    since,
    group,
    complexity: "O(1)",
    flags: ["loading", "stale"],
    acl,
    syntax: [],
    class: "shape",
    run: ({ reply }) => replyLines(reply, text),
  };
}
