// Settings: a node's configuration as the text of its file, and as the server has it.

import type { Config } from "../../src/config/config.ts";

/** The text of a configuration file. */
export function configText(config: Readonly<Record<string, string>>): string {
  return Object.entries(config)
    .map(([name, value]) => `${name} ${value === "" || /["'\s]/.test(value) ? quoted(name, value) : value}\n`)
    .join("");
}

// Lists stay several words; only what is empty or holds quotes needs them.
function quoted(name: string, value: string): string {
  const isList = ["save", "bind", "client-output-buffer-limit"].includes(name);
  return isList && value !== "" ? value : JSON.stringify(value);
}

// All directives as the server has them: a rewritten file says other than the plan.
export function settingsOf(config: Config): Record<string, string> {
  return Object.fromEntries(config.get("*", "shards"));
}
