// Regressions: every difference ever found, shrunk, one file each; all later runs perform them first.
//
// A file stays when its cause is fixed. Those that move the clock are for a server in this process alone.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Operation,
  readScript,
  type Script,
  type Setting,
  writeOperation,
  writeSetting,
} from "./operation.ts";

const folder = join(import.meta.dirname, "..", "regressions");

export type Regression = { readonly name: string; readonly script: Script };

export function readRegressions(): Regression[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => ({ name, script: readScript(readFileSync(join(folder, name), "latin1")) }));
}

export function needsVirtualClock({ operations }: Script): boolean {
  return operations.some(({ kind }) => kind === "advance");
}

/** Writes the next file and returns its path in the repository. `remarks` are single lines. */
export function fileRegression(parts: {
  readonly command: string;
  readonly remarks: readonly string[];
  readonly setting: Setting | undefined;
  readonly operations: readonly Operation[];
}): string {
  mkdirSync(folder, { recursive: true });
  const lines = [
    ...parts.remarks.map((line) => `# ${line.replace(/[\r\n]/g, " ")}`),
    ...(parts.setting === undefined ? [] : [writeSetting(parts.setting)]),
    ...parts.operations.map((operation) => writeOperation(operation)),
  ];
  const command = parts.command.replace(/[^a-z0-9]+/gi, "-").slice(0, 30);
  for (let number = readRegressions().length + 1; ; number++) {
    const name = `${`${number}`.padStart(4, "0")}-${command}.txt`;
    const isTaken = readdirSync(folder).some((other) => other.startsWith(name.slice(0, 5)));
    if (isTaken) continue;
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`, { encoding: "latin1", flag: "wx" });
    return `oracle/regressions/${name}`;
  }
}
