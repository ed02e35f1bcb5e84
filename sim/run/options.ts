// Options: the command line of the simulator's programs, checked before anything runs.

import { parseArgs } from "node:util";
import type { Profile } from "../plan.ts";
import { readSeed } from "./seeds.ts";

export type Options = {
  /** Fresh seeds beside corpus and regressions. */
  readonly seeds: number;
  /** Only this seed. */
  readonly seed: string | undefined;
  /** What fresh seeds are drawn from. */
  readonly base: string | undefined;
  readonly scenario: string | undefined;
  readonly profile: Profile;
  readonly shards: number | undefined;
  readonly commands: number;
  readonly jobs: number;
  /** A plan or a regression to run, instead of seeds. */
  readonly plan: string | undefined;
  readonly printsTrace: boolean;
  readonly report: string | undefined;
  readonly timeLimitS: number | undefined;
  readonly checks: "all" | "cheap" | readonly string[];
  readonly shrinks: boolean;
  readonly files: boolean;
  readonly hasCorpus: boolean;
  readonly isQuiet: boolean;
  /** The share of seeds that run twice, in percent. */
  readonly twicePercent: number;
};

export const usage = `npm run sim -- [options]

what runs
  --seeds N            fresh seeds beside the corpus and the regressions (100)
  --base 0x..          what fresh seeds are drawn from (drawn anew each time, and printed)
  --seed 0x..          this seed alone
  --plan FILE          this plan or regression alone
  --no-corpus          neither corpus nor regressions
  --scenario NAME      one scenario instead of the mix
  --profile NAME       calm, moderate or chaos (chaos)
  --shards N           shards of every node, instead of a drawn number
  --commands N         requests of a seed, about (2000)
  --checks LIST        all, cheap, or names separated by commas (all)

how
  --jobs N             processes (2)
  --twice PERCENT      share of seeds that run twice, with equal traces (5)
  --time-limit SECONDS stop leasing seeds after this long, and fail if it comes to that
  --no-shrink          do not look for a smaller plan that fails alike

what is left
  --trace              print every event of a single seed or plan
  --file               file each shrunk failure under sim/regressions
  --report DIR         write index.html, and a timeline for each failure, to DIR
  --quiet              no lines of progress`;

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values } = parsed;
  const profile = values.profile ?? "chaos";
  if (profile !== "calm" && profile !== "moderate" && profile !== "chaos") return `no profile ${profile}`;
  const seed = values.seed === undefined ? undefined : readSeed(values.seed);
  if (values.seed !== undefined && seed === undefined) return `${values.seed} is no seed of 64 bits`;
  const base = values.base === undefined ? undefined : readSeed(values.base);
  if (values.base !== undefined && base === undefined) return `${values.base} is no seed of 64 bits`;
  for (const name of ["seeds", "shards", "commands", "jobs", "twice", "time-limit"] as const) {
    const text = values[name];
    if (text !== undefined && !/^\d{1,9}$/.test(text)) return `--${name} takes a number, not ${text}`;
  }
  const checks = values.checks ?? "all";
  return {
    seeds: Number(values.seeds ?? 100),
    seed,
    base,
    scenario: values.scenario,
    profile,
    shards: values.shards === undefined ? undefined : Number(values.shards),
    commands: Number(values.commands ?? 2000),
    jobs: Math.max(1, Number(values.jobs ?? 2)),
    plan: values.plan,
    printsTrace: values.trace === true,
    report: values.report,
    timeLimitS: values["time-limit"] === undefined ? undefined : Number(values["time-limit"]),
    checks: checks === "all" || checks === "cheap" ? checks : checks.split(","),
    shrinks: values["no-shrink"] !== true,
    files: values.file === true,
    hasCorpus: values["no-corpus"] !== true,
    isQuiet: values.quiet === true,
    twicePercent: Number(values.twice ?? 5),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string" },
      seed: { type: "string" },
      base: { type: "string" },
      scenario: { type: "string" },
      profile: { type: "string" },
      shards: { type: "string" },
      commands: { type: "string" },
      jobs: { type: "string" },
      plan: { type: "string" },
      trace: { type: "boolean" },
      report: { type: "string" },
      "time-limit": { type: "string" },
      checks: { type: "string" },
      "no-shrink": { type: "boolean" },
      "no-corpus": { type: "boolean" },
      file: { type: "boolean" },
      quiet: { type: "boolean" },
      twice: { type: "string" },
    },
  });
}
