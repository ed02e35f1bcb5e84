// Batch: many seeds over a few processes: which run, what they found, and what a large batch should have met.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buggifyNames, markNames } from "../../src/lib/probe.ts";
import { allChecks } from "../checks/all.ts";
import type { Profile } from "../plan.ts";
import type { Failure, SeedResult } from "../report/result.ts";
import { type Catalogue, signatureOf, Tally } from "../report/tally.ts";
import { commandNames } from "../workloads/command-name.ts";
import { scenarios } from "../workloads/scenarios.ts";
import { faults } from "../world/faults.ts";
import type { Job, JobResult, Settings, Subject } from "./job.ts";
import type { Options } from "./options.ts";
import { fileRegression, planText, regressionFiles, root } from "./regression-file.ts";
import { repeatCommand } from "./repeat.ts";
import { type CorpusSeed, readCorpus, seedOf } from "./seeds.ts";
import { sizeOf } from "./shrink.ts";
import type { Workforce } from "./workforce.ts";

/** So many seeds must have met everything that can be met. */
export const LARGE_BATCH = 500;
/** Signatures that are shrunk; the rest are of the same kind or can wait. */
const SHRUNK_MAX = 3;
const SHRINK_RUNS_MAX = 300;
const SHRINK_MS_MAX = 60_000;
/** A batch that finds so much has found enough. */
const FAILED_MAX = 100;

export const catalogue: Catalogue = {
  faults: faults.map(({ name, today }) => ({ name, waitsFor: today === true ? undefined : today })),
  marks: markNames,
  buggify: buggifyNames,
  commands: commandNames,
  checks: allChecks.map(({ check }) => check.name),
};

export type BatchResult = {
  readonly tally: Tally;
  readonly twice: number;
  readonly failures: readonly Failure[];
  /** Seeds that were not run because time was up. */
  readonly leftOut: number;
  readonly timelines: readonly { readonly name: string; readonly page: string }[];
};

export type Told = {
  progress(done: number, planned: number, tally: Tally): void;
  failed(result: SeedResult): void;
  line(text: string): void;
};

/** What a batch runs, the known first. */
export function subjectsOf(options: Options, base: string): Subject[] {
  const settings = settingsOf(options);
  if (options.plan !== undefined) return [{ kind: "file", file: options.plan, settings }];
  if (options.seed !== undefined) return [{ kind: "seed", seed: options.seed, settings }];
  const known: Subject[] = options.hasCorpus
    ? [
        ...regressionFiles().map((file): Subject => ({ kind: "file", file, settings })),
        ...corpus().map(
          (each): Subject => ({ kind: "seed", seed: each.seed, settings: bound(each, settings) }),
        ),
      ]
    : [];
  const fresh = Array.from(
    { length: options.seeds },
    (_, index): Subject => ({ kind: "seed", seed: seedOf(base, index), settings }),
  );
  return [...known, ...fresh];
}

export function settingsOf({ scenario, profile, shards, commands, checks: wanted }: Options): Settings {
  return { scenario, profile, shards, commands, checks: wanted };
}

function corpus(): CorpusSeed[] {
  const path = join(root, "sim/seeds.txt");
  return existsSync(path) ? readCorpus(readFileSync(path, "utf8")) : [];
}

function bound({ scenario, profile }: CorpusSeed, settings: Settings): Settings {
  if (scenario !== undefined && scenarios[scenario] === undefined)
    throw new Error(`seeds.txt: no scenario ${scenario}`);
  return {
    ...settings,
    scenario: scenario ?? settings.scenario,
    profile: (profile as Profile) ?? settings.profile,
  };
}

export async function runBatch(
  subjects: readonly Subject[],
  options: Options,
  workforce: Workforce,
  told: Told,
): Promise<BatchResult> {
  const tally = new Tally();
  const failed: { readonly subject: Subject; readonly result: SeedResult }[] = [];
  const startedMs = performance.now();
  let leased = 0;
  let done = 0;
  let twice = 0;
  const isLate = (): boolean =>
    options.timeLimitS !== undefined && performance.now() - startedMs > options.timeLimitS * 1000;
  const next = (): Job | undefined => {
    const subject = subjects[leased];
    if (subject === undefined || failed.length >= FAILED_MAX || isLate()) return undefined;
    // Evenly over the batch, and the first always.
    const isTwice = (leased * options.twicePercent) % 100 < options.twicePercent;
    leased++;
    if (isTwice) twice++;
    return { kind: "run", subject, isTwice };
  };
  await workforce.drain(next, (job, outcome) => {
    done++;
    const result = resultOf(job.subject, outcome);
    tally.add(result);
    if (result.violations.length > 0) {
      failed.push({ subject: job.subject, result });
      told.failed(result);
    }
    told.progress(done, subjects.length, tally);
  });
  const { failures, timelines } = await explain(failed, options, workforce, told);
  return { tally, twice, failures, leftOut: subjects.length - leased, timelines };
}

// A process that died took its run with it: that run is what is to be looked at.
function resultOf(subject: Subject, outcome: JobResult | Error): SeedResult {
  if (!(outcome instanceof Error) && outcome.kind === "run") return outcome.result;
  const text = outcome instanceof Error ? outcome.message : "a run was answered by something else";
  const { settings } = subject;
  return {
    seed: subject.kind === "seed" ? subject.seed : "?",
    scenario: settings.scenario ?? "?",
    profile: settings.profile,
    file: subject.kind === "file" ? subject.file : undefined,
    commands: 0,
    virtualUs: 0,
    cpuMs: 0,
    traceHash: "",
    violations: [{ check: "harness", kind: "the process died", atUs: 0, text }],
    fired: {},
    handled: {},
    marks: {},
    buggified: {},
    looks: {},
    shapes: {},
  };
}

async function explain(
  failed: readonly { readonly subject: Subject; readonly result: SeedResult }[],
  options: Options,
  workforce: Workforce,
  told: Told,
): Promise<Pick<BatchResult, "failures" | "timelines">> {
  const failures: Failure[] = [];
  const timelines: { name: string; page: string }[] = [];
  const seen = new Set<string>();
  for (const { subject, result } of failed) {
    const { seed, scenario, profile, file, violations } = result;
    const failure: Failure = { seed, scenario, profile, file, violations, repeat: repeatCommand(subject) };
    const signature = violations[0] === undefined ? "" : signatureOf(violations[0]);
    if (!options.shrinks || seen.has(signature) || seen.size >= SHRUNK_MAX) {
      failures.push(failure);
      continue;
    }
    seen.add(signature);
    told.line(`\nshrinking ${file ?? seed}: ${signature}`);
    const shrunk = await shrunkOf(subject, signature, workforce);
    if (typeof shrunk === "string") {
      told.line(`  ${shrunk}`);
      failures.push(failure);
      continue;
    }
    const { plan, runs, timeline, trace, text } = shrunk;
    const isKnown = file?.startsWith("sim/regressions/") === true;
    const path = isKnown
      ? file
      : options.files
        ? fileRegression({ taught: text.slice(0, 300), signature, plan })
        : undefined;
    const name = `timeline-${seed.slice(2)}.html`;
    timelines.push({ name, page: timeline });
    const lines = plan.clients.flatMap(({ id, steps }) =>
      steps.map((step) => `client ${id}: ${JSON.stringify(step).slice(0, 200)}`),
    );
    const steps = plan.clients.reduce((sum, client) => sum + client.steps.length, 0);
    failures.push({
      ...failure,
      shrunk: {
        steps,
        faults: sizeOf(plan) - steps,
        runs,
        plan: path ?? "not filed (--file does)",
        timeline: options.report === undefined ? undefined : name,
        lines,
      },
    });
    told.line(`  ${text.slice(0, 600)}`);
    told.line(
      `  ${steps} steps, ${sizeOf(plan) - steps} faults, ${runs} runs${path === undefined ? "" : `: ${path}`}`,
    );
    told.line(planText(plan).trimEnd().slice(0, 6000));
    told.line(`last events:\n${trace.map((line) => `  ${line}`).join("\n")}`);
  }
  return { failures, timelines };
}

async function shrunkOf(
  subject: Subject,
  signature: string,
  workforce: Workforce,
): Promise<(JobResult & { kind: "shrink" }) | string> {
  try {
    const limits = { runsMax: SHRINK_RUNS_MAX, msMax: SHRINK_MS_MAX };
    const found = await workforce.perform({ kind: "shrink", subject, signature, ...limits });
    return found.kind === "shrink" ? found : "a shrink was answered by something else";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
