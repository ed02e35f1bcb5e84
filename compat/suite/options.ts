// Options of `npm run compat`, read from the command line.

import { parseArgs } from "node:util";

const suiteNames = ["blackbox", "commands", "clients", "tcl"] as const;
export type SuiteName = (typeof suiteNames)[number];

export type Options = {
  readonly suites: readonly SuiteName[];
  /** A server that runs already; without it one is started. */
  readonly running: { readonly host: string; readonly port: number } | undefined;
  /** The first of the ports that servers started here listen on. */
  readonly portBase: number;
  readonly shards: number | undefined;
  /** The server that is started has the shadow oracle beside it, which may find no difference. */
  readonly isShadowed: boolean;
  /** A source tree of Redis; without it one is fetched. */
  readonly redisSource: string | undefined;
  /** Unit files, as "unit/type/string" or "type/string"; none means all. */
  readonly files: readonly string[];
  readonly isSlow: boolean;
  /** Only the files that take a stock server no longer than ten seconds. */
  readonly isQuick: boolean;
  /** How many unit files run side by side. */
  readonly jobs: number;
  /** Where results are written as JSON, besides the place a --write has for them. */
  readonly jsonPath: string | undefined;
  /** Writes results and tables to where they are committed. */
  readonly isWriting: boolean;
  readonly isRatchetUpdate: boolean;
  /** Runs the stock server and writes the baseline. */
  readonly isBaseline: boolean;
};

export const usage = `usage: npm run compat -- [--suite blackbox|commands|clients|tcl|all] [--host HOST --port PORT]
  [--port-base N] [--shards N] [--shadow] [--json FILE] [--write]
  tcl: [--redis-src DIR] [--file unit/type/string ...] [--slow | --quick] [--jobs N] [--ratchet update] [--baseline]`;

/** Throws with the usage on words that are not understood. */
export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true, // More files after --file.
    options: {
      suite: { type: "string", multiple: true, default: ["all"] },
      host: { type: "string" },
      port: { type: "string" },
      "port-base": { type: "string", default: "21300" },
      shards: { type: "string" },
      shadow: { type: "boolean", default: false },
      "redis-src": { type: "string" },
      file: { type: "string", multiple: true, default: [] },
      slow: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      jobs: { type: "string", default: "2" },
      json: { type: "string" },
      write: { type: "boolean", default: false },
      ratchet: { type: "string" },
      baseline: { type: "boolean", default: false },
    },
  });
  const files = [...values.file, ...positionals].map((file) =>
    /^(unit|integration)\//.test(file) ? file : `unit/${file}`,
  );
  if (positionals.length > 0 && values.file.length === 0)
    throw new Error(`${positionals.join(" ")}?\n${usage}`);
  if (values.ratchet !== undefined && values.ratchet !== "update")
    throw new Error(`--ratchet ${values.ratchet}\n${usage}`);
  if ((values.host === undefined) !== (values.port === undefined))
    throw new Error(`--host and --port go together\n${usage}`);
  const { host, port } = values;
  return {
    suites: values.suite.flatMap((name) => name.split(",")).flatMap(suitesOf),
    running: host === undefined || port === undefined ? undefined : { host, port: whole(port) },
    portBase: whole(values["port-base"]),
    shards: values.shards === undefined ? undefined : whole(values.shards),
    isShadowed: values.shadow,
    redisSource: values["redis-src"],
    files,
    isSlow: values.slow,
    isQuick: values.quick,
    jobs: Math.max(1, whole(values.jobs)),
    jsonPath: values.json,
    isWriting: values.write,
    isRatchetUpdate: values.ratchet === "update",
    isBaseline: values.baseline,
  };
}

function suitesOf(name: string): readonly SuiteName[] {
  if (name === "all") return suiteNames;
  const found = suiteNames.find((each) => each === name);
  if (found === undefined) throw new Error(`--suite ${name}\n${usage}`);
  return [found];
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${text}\n${usage}`);
  return number;
}
