// The simulator's program: `npm run sim`. Runs regressions, the corpus and fresh seeds, and says what they found.
//
// The last line is `N passed, N failed, N skipped`; the exit code is 0 only when nothing failed. A large batch also
// fails for what it never met: a fault that never fired, a mark that was never reached, a check that looked at nothing.

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { batchPage } from "../report/batch-page.ts";
import { Recorder } from "../report/recorder.ts";
import type { BatchSummary, CanaryTime, SeedResult } from "../report/result.ts";
import { signatures } from "../report/tally.ts";
import { timelinePage } from "../report/timeline-page.ts";
import { scenarios } from "../workloads/scenarios.ts";
import { type BatchResult, catalogue, LARGE_BATCH, runBatch, settingsOf, subjectsOf } from "./batch.ts";
import { runPlan } from "./one.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { planOfSubject } from "./perform.ts";
import { root } from "./regression-file.ts";
import { repeatCommand } from "./repeat.ts";
import { readSeed } from "./seeds.ts";
import { Workforce } from "./workforce.ts";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(`${usage}\n\nscenarios`);
    for (const [name, { title }] of Object.entries(scenarios)) console.log(`  ${name.padEnd(18)} ${title}`);
    return 0;
  }
  const options = readOptions(args);
  if (typeof options === "string") {
    console.error(`${options}; --help tells what there is`);
    return 2;
  }
  if (options.scenario !== undefined && scenarios[options.scenario] === undefined) {
    console.error(`no scenario ${options.scenario}; there are: ${Object.keys(scenarios).join(", ")}`);
    return 2;
  }
  if (options.printsTrace) return printTrace(options);
  return runSeeds(options);
}

async function runSeeds(options: Options): Promise<number> {
  const base = options.base ?? readSeed(`0x${randomBytes(8).toString("hex")}`) ?? "0x0";
  const isSingle = options.seed !== undefined || options.plan !== undefined;
  const subjects = subjectsOf(options, base);
  const baseText = isSingle ? "" : `, base ${base}`;
  const what = options.scenario === undefined ? "all scenarios" : options.scenario;
  console.log(
    `${subjects.length} runs of about ${options.commands} commands: ${what}, ${options.profile}${baseText}`,
  );
  const workforce = new Workforce({ jobs: Math.min(options.jobs, subjects.length) });
  const startedMs = performance.now();
  let nextToldMs = startedMs + 5000;
  try {
    const result = await runBatch(subjects, options, workforce, {
      progress: (done, planned, tally) => {
        if (options.isQuiet || performance.now() < nextToldMs) return;
        nextToldMs = performance.now() + 5000;
        const perSecond = Math.round(tally.commands / ((performance.now() - startedMs) / 1000));
        console.log(`  ${done} of ${planned} runs, ${perSecond} commands/s, ${tally.failed.length} failed`);
      },
      failed: printFailure,
      line: (text) => console.log(text),
    });
    const summary = summaryOf(result, options, isSingle ? undefined : base, performance.now() - startedMs);
    if (options.report !== undefined) writeReport(options.report, summary, result);
    return conclude(result, summary, isSingle ? "" : `base ${base}; `);
  } finally {
    workforce.close();
  }
}

function printFailure({ seed, scenario, profile, file, violations }: SeedResult): void {
  console.log(`\nFAIL ${scenario} (${profile}) ${file ?? seed}`);
  for (const { check, kind, atUs, text } of violations.slice(0, 3))
    console.log(`  ${check}: ${kind}, at ${(atUs / 1000).toFixed(3)} ms\n    ${text.slice(0, 600)}`);
}

function conclude(
  { tally, failures, leftOut, twice }: BatchResult,
  summary: BatchSummary,
  base: string,
): number {
  const { reds, redsCount, realMs } = summary;
  console.log("");
  const found = signatures(tally.failed);
  if (found.length > 0) {
    console.log("violations, and in how many seeds:");
    for (const [signature, seeds] of found) console.log(`  ${`${seeds}`.padStart(5)}  ${signature}`);
  }
  for (const { repeat } of failures.slice(0, 10)) console.log(`repeat: ${repeat}`);
  if (redsCount) for (const red of reds) console.log(`ZERO ${red}`);
  const hit = (lines: readonly { readonly times: number }[]): string =>
    `${lines.filter(({ times }) => times > 0).length}/${lines.length}`;
  const today = summary.faults.filter(({ waitsFor }) => waitsFor === undefined);
  const handled = today.filter((line) => line.handled > 0).length;
  const perCore = Math.round((tally.commands * 1000) / Math.max(1, tally.cpuMs));
  console.log(
    `${tally.seeds} runs (${twice} twice), ${tally.commands} commands, ${(tally.virtualUs / 3.6e9).toFixed(1)} h of virtual time in ${(realMs / 1000).toFixed(1)} s; ${perCore} commands for each second of a processor`,
  );
  console.log(
    `faults fired ${hit(today)}, handled ${handled}/${today.length}; marks ${hit(summary.marks)}; buggify ${hit(summary.buggify)}; commands ${Object.keys(summary.shapes).length}/${catalogue.commands.length}; ${Object.keys(summary.looks).length} things looked at`,
  );
  if (!redsCount && reds.length > 0)
    console.log(`${reds.length} things never met, which counts from ${LARGE_BATCH} seeds on`);
  if (leftOut > 0) console.log(`time was up: ${leftOut} runs left out`);
  const failed = tally.failed.length + (redsCount ? reds.length : 0) + (leftOut > 0 ? 1 : 0);
  console.log(`${base}commit ${summary.commit}, Node.js ${summary.nodeVersion}`);
  console.log(`${tally.seeds - tally.failed.length} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

function summaryOf(
  { tally, failures, twice }: BatchResult,
  options: Options,
  base: string | undefined,
  realMs: number,
): BatchSummary {
  const isWhole = options.scenario === undefined && options.checks === "all" && base !== undefined;
  return {
    title: `Simulation, ${options.scenario ?? "all scenarios"}, ${options.profile}`,
    at: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit: commit(),
    nodeVersion: process.version,
    base,
    seeds: tally.seeds,
    twice,
    commands: tally.commands,
    virtualUs: tally.virtualUs,
    realMs,
    cpuMs: tally.cpuMs,
    scenarios: tally.scenarios,
    failures,
    faults: tally.faultLines(catalogue),
    marks: tally.markLines(catalogue),
    buggify: tally.buggifyLines(catalogue),
    looks: tally.looks,
    shapes: tally.shapes,
    reds: tally.reds(catalogue),
    redsCount: isWhole && options.profile !== "calm" && tally.seeds >= LARGE_BATCH,
    canaries: options.report === undefined ? [] : canariesIn(options.report),
  };
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function writeReport(folder: string, summary: BatchSummary, { timelines }: BatchResult): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.html"), batchPage(summary));
  for (const { name, page } of timelines) writeFileSync(join(folder, name), page);
  console.log(`report: ${resolve(folder, "index.html")}`);
}

// What `npm run canary -- --report DIR` left there.
function canariesIn(folder: string): readonly CanaryTime[] {
  const path = join(folder, "canaries.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as CanaryTime[]) : [];
}

// A single run, with all of its events, in this process.
function printTrace(options: Options): number {
  const subject = subjectsOf({ ...options, hasCorpus: false, seeds: 0 }, "0x0")[0];
  if (subject === undefined) {
    console.error("--trace needs --seed or --plan");
    return 2;
  }
  const recorder = new Recorder();
  const plan = planOfSubject(subject);
  const run = runPlan(plan, { checks: settingsOf(options).checks, trace: "full", recorder });
  for (const line of run.trace) console.log(line);
  for (const { check, kind, text } of run.violations) console.log(`VIOLATION ${check}: ${kind}\n  ${text}`);
  console.log(
    `trace ${run.traceHash}, ${run.commands} commands, ${(run.virtualUs / 1e6).toFixed(3)} virtual seconds`,
  );
  if (options.report !== undefined) {
    mkdirSync(options.report, { recursive: true });
    const { events, first } = recorder;
    const title = `${plan.scenario} ${plan.seed}`;
    const page = timelinePage({ title, plan, events, first, repeat: repeatCommand(subject) });
    writeFileSync(join(options.report, "timeline.html"), page);
    console.log(`timeline: ${resolve(options.report, "timeline.html")}`);
  }
  const isGood = run.violations.length === 0;
  console.log(isGood ? "1 passed, 0 failed, 0 skipped" : "0 passed, 1 failed, 0 skipped");
  return isGood ? 0 : 1;
}
