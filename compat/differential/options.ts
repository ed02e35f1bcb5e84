// Options of the differential run, read from the command line.

import { parseArgs } from "node:util";

export type Options = {
  readonly calls: number;
  readonly seed: number;
  readonly portBase: number;
  readonly shards: number | undefined;
  readonly protocol: "2" | "3" | "both";
  readonly isCandidateStock: boolean;
  readonly differencesMax: number;
  /** Draw only these commands, by full name. */
  readonly only: readonly string[];
  /** Calls between two comparisons of the whole state. */
  readonly stateEvery: number;
  readonly isQuiet: boolean;
};

export const usage = `usage: npm run differential -- [--calls N] [--seed N] [--port-base N] [--shards N] [--resp 2|3|both]
  [--max-differences N] [--state-every N] [--only name,name] [--candidate-stock] [--quiet]`;

/** Throws with the usage on words that are not understood. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      calls: { type: "string", default: "20000" },
      seed: { type: "string" },
      "port-base": { type: "string", default: "7520" },
      shards: { type: "string" },
      resp: { type: "string", default: "both" },
      "candidate-stock": { type: "boolean", default: false },
      "max-differences": { type: "string", default: "20" },
      "state-every": { type: "string", default: "4000" },
      only: { type: "string" },
      quiet: { type: "boolean", default: false },
    },
  });
  const protocol = values.resp;
  if (protocol !== "2" && protocol !== "3" && protocol !== "both")
    throw new Error(`--resp ${protocol}\n${usage}`);
  return {
    calls: whole(values.calls),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : whole(values.seed),
    portBase: whole(values["port-base"]),
    shards: values.shards === undefined ? undefined : whole(values.shards),
    protocol,
    isCandidateStock: values["candidate-stock"],
    differencesMax: whole(values["max-differences"]),
    only: values.only === undefined ? [] : values.only.toLowerCase().split(","),
    stateEvery: whole(values["state-every"]),
    isQuiet: values.quiet,
  };
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${text}\n${usage}`);
  return number;
}
