// Tree: a folder in which one run of the Tcl suite takes place.
//
//   tests/assets, helpers, support, unit ...   links into the source tree
//   tests/tmp                                   this run's own
//   src/redis-server                            starts the server under test; a link when that is the stock one
//   src/redis-cli, redis-benchmark ...          links to the installed programs
//
// Role: lets several runs share one source tree without meeting. Invariant: the source tree is only read.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../servers/find-program.ts";
import { candidateCommand } from "../servers/pair.ts";
import { makeTlsFiles } from "./tls.ts";

const root = join(import.meta.dirname, "..", "..");
const tools = ["redis-cli", "redis-benchmark", "redis-check-aof", "redis-check-rdb"];

const made = new Set<string>();
process.on("exit", () => {
  for (const folder of made) removeTree(folder);
});

/** Makes a folder for one run; `ownWords` are added to the harness's arguments, `isTls` adds certificates. */
export function makeTree(
  source: string,
  kind: "stock" | "shadis",
  { ownWords = [], isTls = false }: { readonly ownWords?: readonly string[]; readonly isTls?: boolean } = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), "tcl-"));
  made.add(folder);
  mkdirSync(join(folder, "tests", "tmp"), { recursive: true });
  mkdirSync(join(folder, "src"));
  for (const name of readdirSync(join(source, "tests"))) {
    if (name !== "tmp" && name !== "tls")
      symlinkSync(join(source, "tests", name), join(folder, "tests", name));
  }
  for (const name of ["redis.conf", "utils", "deps"]) {
    if (existsSync(join(source, name))) symlinkSync(join(source, name), join(folder, name));
  }
  for (const name of kind === "stock" ? ["redis-server", ...tools] : tools) {
    const path = findProgram(name);
    if (path !== undefined) symlinkSync(path, join(folder, "src", name));
  }
  if (kind === "shadis") {
    const wrapper = join(folder, "src", "redis-server");
    const words = candidateCommand().map((word) => (/^(\.\/)?src\//.test(word) ? join(root, word) : word));
    writeFileSync(wrapper, wrapperText(words, ownWords));
    chmodSync(wrapper, 0o755);
  }
  if (isTls) makeTlsFiles(folder);
  return folder;
}

export function removeTree(folder: string): void {
  made.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

// The shell gives its process to the server, so that the pid the harness knows is the server's. Paths in the
// command are absolute: the harness starts servers from the tree's folder.
// Our own words come last, behind the configuration file, and only where there is one: some tests try bad words.
function wrapperText(words: readonly string[], ownWords: readonly string[]): string {
  const quoted = (all: readonly string[]): string =>
    all.map((word) => ` '${word.replaceAll("'", `'\\''`)}'`).join("");
  const start = `exec${quoted(words)} "$@"`;
  return `#!/bin/sh\ncase "$1" in -*|"") ${start} ;; *) ${start}${quoted(ownWords)} ;; esac\n`;
}
