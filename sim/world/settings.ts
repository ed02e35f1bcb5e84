// Settings: a node's configuration as the text of its file, and as the server has it.

import type { Config } from "../../src/config/config.ts";

/** The text of a configuration file. Without save points of its own, nothing is saved unless someone asks. */
export function configText(config: Readonly<Record<string, string>>): string {
  return Object.entries({ save: "", ...config })
    .map(([name, value]) => `${name} ${value === "" || /["'\s]/.test(value) ? quoted(name, value) : value}\n`)
    .join("");
}

// Lists stay several words; only what is empty or holds quotes needs them.
function quoted(name: string, value: string): string {
  const isList = ["save", "bind", "client-output-buffer-limit"].includes(name);
  return isList && value !== "" ? value : JSON.stringify(value);
}

// All directives as the server has them: a rewritten file says other than the plan. Its users stand under USERS.
export function settingsOf(config: Config): Record<string, string> {
  const settings = Object.fromEntries(config.get("*", "shards"));
  return config.userLines.length === 0
    ? settings
    : { ...settings, [USERS]: JSON.stringify(config.userLines) };
}

/** Whether a node keeps what it holds over a restart: in a log, or in snapshots by save points. */
export function keepsData(config: Readonly<Record<string, string>>): boolean {
  return config["appendonly"] === "yes" || (config["save"] ?? "") !== "";
}

/** Where settings hold the lines of users, as JSON; it is the name of no directive. */
export const USERS = "user";

/** The name of each user in the configuration file, and its rules. */
export function usersOf(settings: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return JSON.parse(settings[USERS] ?? "[]") as readonly (readonly string[])[];
}
