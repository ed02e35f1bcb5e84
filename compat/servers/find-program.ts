// Find program: where on the PATH a program stands.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The program's full path, or undefined when it is not on the PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
