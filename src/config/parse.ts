// The text of redis.conf: reading it, line by line, into a Config.
//
// Role: the syntax of lines, `include`, the directives that exist in files only, and the report of an error. It opens
// no file: the caller brings the texts. Later lines win over earlier ones, as in Redis.

import { type Config, isSensitiveName } from "./config.ts";
import { findEntry, lowerCase } from "./directives.ts";
import { trimLine } from "./rewrite.ts";
import { splitArguments } from "./split-arguments.ts";

export type Sources = {
  /** The configuration file's text, if there is one. */
  readonly file: string | undefined;
  /** What was read from the standard input, if it was asked for. */
  readonly input: string | undefined;
  /** The command line's options as lines (cli.ts). */
  readonly overrides: string | undefined;
};

/** The texts of the files that `include` names (several for a wildcard), or why they cannot be read. */
export type ReadIncluded = (
  path: string,
) =>
  | { readonly ok: true; readonly texts: readonly string[] }
  | { readonly ok: false; readonly error: string };

export type LoadResult = { readonly ok: true } | { readonly ok: false; readonly report: string };

// A file that includes itself would never end; Redis stops when it has no more memory.
const includeDepthMax = 16;

// Directives of older versions: read and forgotten, as Redis does.
const forgottenNames: ReadonlySet<string> = new Set([
  "list-max-ziplist-entries",
  "list-max-ziplist-value",
  "lua-replicate-commands",
]);

// Known to Redis and with arguments that would make sense to it, but not kept here.
const refusedReasons: ReadonlyMap<string, string> = new Map([
  ["rename-command", "renaming commands is not supported: the command would still answer to its old name"],
  ["loadmodule", "modules are not supported"],
]);

/** Reads all `sources` into `config`, file first. The report of an error is what goes to the standard error. */
export function loadConfig(
  config: Config,
  sources: Sources,
  options: { readonly version: string; readonly readIncluded: ReadIncluded },
): LoadResult {
  // One text, so that the lines of options are numbered after those of the file, as Redis numbers them.
  const text =
    (sources.file ?? "") +
    (sources.input ?? "") +
    (sources.overrides === undefined ? "" : `\n${sources.overrides}`);
  const failure = loadText(config, text, options.readIncluded, 0);
  if (failure === undefined) return { ok: true };
  const report = [
    "",
    `*** FATAL CONFIG FILE ERROR (Shadis ${options.version}) ***`,
    `Reading the configuration file, at line ${failure.lineNumber}`,
    `>>> '${shownLine(failure.line)}'`,
    failure.error,
    "",
  ];
  return { ok: false, report: report.join("\n") };
}

// What is printed stands in a log afterwards: no password, and none of a user's.
function shownLine(line: string): string {
  const name = /^\S+/.exec(line)?.[0] ?? "";
  if (lowerCase(name) === "user") return line.replace(/\s["']?[><#!].*$/, " (redacted)");
  return isSensitiveName(name) ? line.replace(/\s.*$/, " (redacted)") : line;
}

type Failure = { readonly lineNumber: number; readonly line: string; readonly error: string };

function loadText(
  config: Config,
  text: string,
  readIncluded: ReadIncluded,
  depth: number,
): Failure | undefined {
  for (const [i, raw] of text.split("\n").entries()) {
    const line = trimLine(raw);
    if (line === "" || line.startsWith("#")) continue;
    const fail = (error: string): Failure => ({ lineNumber: i + 1, line, error });
    const args = splitArguments(line);
    if (args === undefined) return fail("Unbalanced quotes in configuration line");
    const [first, ...rest] = args;
    if (first === undefined) continue;
    const name = lowerCase(first);
    if (name === "include" && rest.length === 1) {
      if (depth === includeDepthMax) return fail(`more than ${includeDepthMax} files include each other`);
      const included = readIncluded(rest[0] ?? "");
      if (!included.ok) return fail(included.error);
      for (const includedText of included.texts) {
        const failure = loadText(config, includedText, readIncluded, depth + 1);
        if (failure !== undefined) return failure;
      }
    } else {
      const error = loadLine(config, name, rest);
      if (error !== undefined) return fail(error);
    }
  }
  return undefined;
}

function loadLine(config: Config, name: string, args: readonly string[]): string | undefined {
  if (findEntry(name) !== undefined) return config.load(name, args);
  if (forgottenNames.has(name) && args.length === 1) return undefined;
  if (name === "user" && args.length > 0) return config.loadUser(args);
  const argsNeeded = name === "rename-command" ? args.length === 2 : args.length >= 1;
  const reason = refusedReasons.get(name);
  if (reason !== undefined && argsNeeded) return reason;
  if (name === "sentinel" && args.length > 0) return "sentinel directive while not in sentinel mode";
  if (name.includes(".")) {
    return args.length === 0 ? "Module config specified without value" : "modules are not supported";
  }
  return "Bad directive or wrong number of arguments";
}
