// Shadow parts: what a shadow oracle is given of the server it follows, from the configuration and the ports.
//
// Role: src may not import the oracle, nor the oracle src; main.ts brings both together through this.

import type { CommandDeclaration } from "../commands/define.ts";
import { declarations } from "../commands/registry.ts";
import type { Config } from "../config/config.ts";
import { directives } from "../config/directives.ts";
import type { Disk } from "../env/disk.ts";
import type { Log } from "../env/log.ts";
import { type CallFacts, callFacts } from "./call-facts.ts";

export type ShadowParts = {
  readonly databases: number;
  readonly config: Readonly<Record<string, string>>;
  readonly oneIn: number;
  readonly keysMax: number;
  /** Users of the configuration or of the ACL file as they are now: the name of each, and its rules. */
  readonly users: () => readonly (readonly string[])[];
  readonly factsOf: (words: readonly string[]) => CallFacts | undefined;
  readonly log: (text: string) => void;
  readonly writeDifference?: (line: string) => void;
};

/** `served`: the commands that the server has. */
export function shadowParts(
  config: Config,
  disk: Disk,
  log: Log,
  served: readonly CommandDeclaration[] = declarations,
): ShadowParts {
  const warn = (text: string): void => log.write("warning", text);
  const { shadowOracle, shadowOracleFile } = config;
  return {
    databases: config.databases,
    config: Object.fromEntries(config.get(...directives.map(({ name }) => name))),
    oneIn: shadowOracle === "yes" ? 1 : Number(shadowOracle.slice(2)),
    keysMax: config.shadowOracleMaxKeys,
    users: () => usersOf(config, disk),
    factsOf: callFacts(served),
    log: warn,
    ...(shadowOracleFile === "" ? {} : { writeDifference: lineWriter(disk, shadowOracleFile, warn) }),
  };
}

function usersOf({ aclfile, userLines }: Config, disk: Disk): readonly (readonly string[])[] {
  if (aclfile === "") {
    // The default user is there before its line is read.
    return userLines.map(([name = "", ...rules]) => [
      name,
      ...(name === "default" ? ["reset"] : []),
      ...rules,
    ]);
  }
  const read = disk.readText(aclfile);
  const lines = read.ok ? read.text.split("\n").map((line) => line.trim().split(" ")) : [];
  const users = lines.filter(([first, name]) => first === "user" && name !== undefined);
  // Without a line the default user may do everything.
  return [["default", "on", "nopass", "~*", "&*", "+@all"], ...users.map((words) => words.slice(1))];
}

// Gives up at the first fault, since a full disk would be asked again and again.
function lineWriter(disk: Disk, path: string, warn: (text: string) => void): (line: string) => void {
  const state = { isBroken: false };
  return (line) => {
    if (state.isBroken) return;
    const fault = disk.appendText(path, line);
    if (fault === undefined) return;
    state.isBroken = true;
    warn(`Differences cannot be written to ${path}: ${fault.text}`);
  };
}
