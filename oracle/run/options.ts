// Options of the oracle run, read from the command line.

import { parseArgs } from "node:util";

export type Against =
  | { readonly kind: "server" }
  | { readonly kind: "stock" }
  | { readonly kind: "address"; readonly host: string; readonly port: number };

export type Options = {
  readonly ops: number;
  readonly seed: number;
  readonly seeds: number;
  readonly shards: readonly number[];
  readonly against: Against;
  readonly replay: string | undefined;
  /** Draw only these commands, by full name. Empty: all. */
  readonly only: readonly string[];
  readonly stateEvery: number;
  readonly isShrunk: boolean;
  readonly jobs: number;
  readonly portBase: number;
  readonly differencesMax: number;
  readonly isQuiet: boolean;
  /** False: differences are told but not filed, and files of earlier ones are not performed. */
  readonly isFiled: boolean;
};

export const usage = `usage: npm run oracle -- [options]
  --ops N            operations in all, divided among the seeds (100000)
  --seed S           the first seed (drawn and printed when not given)
  --seeds K          how many seeds: S, S + 1, ... (1)
  --shards LIST      shards of the server in process; stretches take turns over the list (1,4)
  --against WHAT     server: in process. stock: a redis-server started here. HOST:PORT: emptied first! (server)
  --replay FILE      no run: the oracle answers a recorded file of calls and replies, one JSON object per line
  --only NAMES       draw only these commands, by comma; a subcommand as client|list
  --state-every N    at most so many operations between two comparisons of all that is stored (20000)
  --no-shrink        tell a difference as it was met
  --no-files         neither perform oracle/regressions nor add to it
  --max-differences N  stop after so many kinds of difference (10)
  --jobs J           processes that share the seeds (1)
  --port N           for a stock server (21200)
  --quiet            no table, no progress`;

/** Throws with the usage on words that are not understood. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      ops: { type: "string", default: "100000" },
      seed: { type: "string" },
      seeds: { type: "string", default: "1" },
      shards: { type: "string", default: "1,4" },
      against: { type: "string", default: "server" },
      replay: { type: "string" },
      only: { type: "string" },
      "state-every": { type: "string", default: "20000" },
      "no-shrink": { type: "boolean", default: false },
      "no-files": { type: "boolean", default: false },
      "max-differences": { type: "string", default: "10" },
      jobs: { type: "string", default: "1" },
      port: { type: "string", default: "21200" },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) throw new Error(usage);
  const shards = values.shards.split(",").map(whole);
  if (shards.some((count) => count < 1)) throw new Error(`--shards ${values.shards}\n${usage}`);
  return {
    ops: whole(values.ops),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : whole(values.seed),
    seeds: Math.max(whole(values.seeds), 1),
    shards,
    against: readAgainst(values.against),
    replay: values.replay,
    only: values.only === undefined ? [] : values.only.toLowerCase().split(","),
    stateEvery: Math.max(whole(values["state-every"]), 100),
    isShrunk: !values["no-shrink"],
    jobs: Math.max(whole(values.jobs), 1),
    portBase: whole(values.port),
    differencesMax: whole(values["max-differences"]),
    isQuiet: values.quiet,
    isFiled: !values["no-files"],
  };
}

/** The command that does the same once more. */
export function repeatCommand(options: Options, seed: number, ops: number): string {
  const words = ["npm run oracle --", `--seed ${seed} --ops ${ops} --shards ${options.shards.join(",")}`];
  const { against, only, stateEvery } = options;
  if (against.kind === "stock") words.push("--against stock");
  if (against.kind === "address") words.push(`--against ${against.host}:${against.port}`);
  if (only.length > 0) words.push(`--only '${only.join(",")}'`);
  if (stateEvery !== 20_000) words.push(`--state-every ${stateEvery}`);
  return words.join(" ");
}

function readAgainst(text: string): Against {
  if (text === "server" || text === "stock") return { kind: text };
  const address = /^(.+):(\d+)$/.exec(text);
  if (address === null) throw new Error(`--against ${text}\n${usage}`);
  return { kind: "address", host: address[1] ?? "", port: Number(address[2]) };
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${text}\n${usage}`);
  return number;
}
