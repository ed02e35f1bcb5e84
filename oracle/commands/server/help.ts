// HELP of the commands with subcommands: lines of text, in every server's own words.

import type { Call } from "../../command.ts";
import { chosen, type Reply } from "../../reply.ts";

/** Some lines, each a simple string. */
export function helpText(_call: Call): Reply {
  return chosen("lines of text", (answer) => {
    return (
      answer.kind === "array" &&
      answer.items.length > 0 &&
      answer.items.every((line) => line.kind === "simple")
    );
  });
}
