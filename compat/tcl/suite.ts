// Suite: Redis's own Tcl tests against this server, unit file by unit file, judged by what a stock Redis passes.
//
// Role: the shell around outcome.ts and judgement.ts: fetches the tests, runs files side by side, prints what
// became of each, and keeps the baseline, the ratchet and the results.
// A test fails the run when it passed once (by the ratchet) and does not now, or when it fails without needing a
// command that is not there and without an exception. Before that is said, its file gets a second run, alone.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../servers/find-program.ts";
import { absentCommands } from "../suite/commands.ts";
import { add, type Counts, noCounts } from "../suite/counts.ts";
import type { Options } from "../suite/options.ts";
import { exceptions, needs } from "./exceptions.ts";
import {
  baselinePath,
  ratchetPath,
  readBaseline,
  readRatchet,
  readResults,
  resultsPath,
  sortedByName,
  writeJson,
} from "./files.ts";
import { type Baseline, judge, neededCounts, type Verdicts } from "./judgement.ts";
import { findSource, stockVersion } from "./source.ts";
import { replaceTable, tclReport } from "./table.ts";
import { tlsLacks } from "./tls.ts";
import { runUnit, type Target, type UnitResult } from "./unit-run.ts";
import { type Unit, units } from "./units.ts";

const quickSecondsMax = 10;
const portCount = 40;
const shownFaultsMax = 15;
const say = (line: string): void => console.log(line);

export async function runTcl(options: Options): Promise<Counts> {
  const reason = findProgram("tclsh") === undefined ? "tclsh is not on the PATH" : undefined;
  const source = reason === undefined ? findSource(options.redisSource, say) : { ok: false as const, reason };
  if (!source.ok) {
    say(`skipped: the Tcl suite needs the source of redis ${stockVersion}: ${source.reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const wanted = chooseUnits(options);
  const lack = wanted.some(({ isTls }) => isTls === true) ? tlsLacks() : undefined;
  if (lack !== undefined) say(`skipped: unit/tls: ${lack}`);
  const chosen = wanted.filter(({ isTls }) => isTls !== true || lack === undefined);
  if (options.isBaseline) return takeBaseline(options, source.folder, chosen);
  const judged = await runAll(options, source.folder, chosen);
  keep(options, judged);
  return add(summary(judged, options), { ...noCounts, skipped: wanted.length - chosen.length });
}

type Judged = { readonly unit: Unit; readonly verdicts: Verdicts; readonly flaky: readonly string[] };

function chooseUnits(options: Options): readonly Unit[] {
  const baseline = readBaseline();
  const unknown = options.files.filter((file) => !units.some((unit) => unit.file === file));
  if (unknown.length > 0) throw new Error(`no such unit file: ${unknown.join(", ")}`);
  const seconds = ({ file }: Unit): number => baseline.files[file]?.seconds ?? 0;
  return units
    .filter(({ file }) => options.files.length === 0 || options.files.includes(file))
    .filter((unit) => options.running === undefined || unit.mode === "external")
    .filter((unit) => !options.isQuick || seconds(unit) <= quickSecondsMax)
    .toSorted((a, b) => seconds(b) - seconds(a)); // The longest first, so that the last to end is short.
}

async function runAll(options: Options, source: string, chosen: readonly Unit[]): Promise<readonly Judged[]> {
  const target = targetOf(options);
  const absent = await absentCommands(options);
  const leftOut = ({ file }: Unit): string[] =>
    exceptions
      .filter((each) => each.file === file && each.isLeftOut === true && !options.isSlow)
      .map(({ test }) => test);
  const judged: Judged[] = [];
  const jobs = options.running === undefined ? options.jobs : 1;
  await inParallel(chosen, jobs, async (unit, job) => {
    const portBase = options.portBase + job * portCount;
    const run = (): Promise<UnitResult> =>
      runUnit({
        source,
        target,
        unit,
        portBase,
        portCount,
        isSlow: options.isSlow,
        absent,
        leftOut: leftOut(unit),
        say,
      });
    const first = await run();
    let verdicts = judgeUnit(unit, first, options, absent);
    let flaky: string[] = [];
    if (faultsOf(verdicts).length > 0) {
      const before = faultsOf(verdicts);
      verdicts = judgeUnit(unit, best(first, await run()), options, absent);
      const after = new Set(faultsOf(verdicts));
      flaky = before.filter((test) => !after.has(test));
    }
    sayUnit(unit, verdicts, flaky, first);
    judged.push({ unit, verdicts, flaky });
  });
  return judged;
}

function targetOf({ running, shards }: Options): Target {
  return running === undefined ? { kind: "shadis", shards } : { kind: "running", ...running };
}

function judgeUnit(unit: Unit, result: UnitResult, options: Options, absent: ReadonlySet<string>): Verdicts {
  const empty: Baseline = { mode: unit.mode, seconds: 0, passed: [], slow: [], failed: [] };
  return judge(readBaseline().files[unit.file] ?? empty, result, {
    isSlow: options.isSlow,
    exceptions: exceptions.filter(({ file }) => file === unit.file),
    needs: needs.filter(({ file }) => file === unit.file),
    about: unit.about,
    ratchet: readRatchet()[unit.file] ?? [],
    absent,
  });
}

function faultsOf({ judgement, regressions }: Verdicts): string[] {
  return [...new Set([...judgement.faults, ...regressions].map(({ test }) => test))];
}

// A test that passes in either run has passed.
function best(a: UnitResult, b: UnitResult): UnitResult {
  const passedBefore = [...a.tests].filter(([, { kind }]) => kind === "passed");
  return { ...b, tests: new Map([...b.tests, ...passedBefore]) };
}

function sayUnit(
  unit: Unit,
  { judgement, regressions }: Verdicts,
  flaky: readonly string[],
  run: UnitResult,
): void {
  const { stock, passed, needs, excepted, failed, missing, skipped, faults } = judgement;
  const others = Object.entries({ needs, excepted, failed, missing, skipped }).filter(
    ([, count]) => count > 0,
  );
  const rest = others.map(([name, count]) => `, ${count} ${name}`).join("");
  const names = neededCounts(judgement)
    .slice(0, 6)
    .map(([name]) => name.toUpperCase())
    .join(" ");
  const seconds = run.seconds.toFixed(0);
  say(`${unit.file}: ${passed} of ${stock} passed${rest}${names === "" ? "" : ` (${names})`}, ${seconds} s`);
  for (const { test, why } of regressions) say(`  REGRESSION ${test}: ${why}`);
  for (const { test, why } of faults.slice(0, shownFaultsMax)) say(`  FAIL ${test}: ${why}`);
  if (faults.length > shownFaultsMax) say(`  ... and ${faults.length - shownFaultsMax} more`);
  if (faults.length > 0) {
    for (const { command, error } of run.outside.slice(0, 3))
      say(`  between tests: ${command.split("\n")[0]}: ${error.split("\n")[0]}`);
  }
  for (const test of flaky) say(`  FLAKY ${test}`);
}

// Results of single files take the place of those files' results; the rest stays.
function keep(options: Options, judged: readonly Judged[]): void {
  const files = Object.fromEntries(judged.map(({ unit, verdicts }) => [unit.file, verdicts.judgement]));
  if (options.jsonPath !== undefined)
    writeJson(options.jsonPath, { stock: stockVersion, files: sortedByName(files) });
  if (options.isWriting) {
    writeJson(resultsPath, {
      stock: stockVersion,
      files: sortedByName({ ...readResults().files, ...files }),
    });
    const readme = join(import.meta.dirname, "..", "README.md");
    writeFileSync(readme, replaceTable(readFileSync(readme, "utf8"), tclReport(readResults())));
    say(`written: ${resultsPath}, and the tables of compat/README.md`);
  }
  if (!options.isRatchetUpdate) return;
  const ratchet: Record<string, readonly string[]> = { ...readRatchet() };
  for (const { unit, verdicts } of judged) {
    const known = ratchet[unit.file] ?? [];
    const fresh = verdicts.passed.filter((test) => !known.includes(test));
    if (fresh.length > 0) say(`ratchet: ${unit.file}: ${fresh.length} more`);
    ratchet[unit.file] = [...new Set([...known, ...verdicts.passed])].sort();
  }
  writeJson(ratchetPath, sortedByName(ratchet));
}

function summary(judged: readonly Judged[], options: Options): Counts {
  let total = noCounts;
  for (const { verdicts } of judged) {
    const { passed, needs, excepted, skipped } = verdicts.judgement;
    // The exceptions are this server's: any other may pass.
    const idle = options.running === undefined ? verdicts.idleExceptions : [];
    const failed = faultsOf(verdicts).length + idle.length;
    total = add(total, { passed, failed, skipped: needs + excepted + skipped });
    for (const test of idle) say(`the exception for "${test}" can go: the test passes`);
  }
  const needed = new Map<string, number>();
  for (const { verdicts } of judged)
    for (const [name, count] of neededCounts(verdicts.judgement))
      needed.set(name, (needed.get(name) ?? 0) + count);
  const most = [...needed].sort((a, b) => b[1] - a[1]).slice(0, 12);
  if (most.length > 0)
    say(`needed most: ${most.map(([name, count]) => `${name.toUpperCase()} ${count}`).join(", ")}`);
  return total;
}

// Quick tests twice, to know those that a stock server does not always pass; once more with the slow ones.
async function takeBaseline(options: Options, source: string, chosen: readonly Unit[]): Promise<Counts> {
  const files: Record<string, Baseline> = { ...readBaseline().files };
  let passedCount = 0;
  await inParallel(chosen, options.jobs, async (unit, job) => {
    const portBase = options.portBase + job * portCount;
    const run = (isSlow: boolean): Promise<UnitResult> =>
      runUnit({
        source,
        target: { kind: "stock" },
        unit,
        portBase,
        portCount,
        isSlow,
        absent: new Set(),
        leftOut: [],
        say,
      });
    const runs = [await run(false), await run(false)] as const;
    const slowRun = options.isSlow ? await run(true) : undefined;
    const baseline = baselineOf(unit, runs, slowRun, files[unit.file]?.slow ?? []);
    files[unit.file] = baseline;
    passedCount += baseline.passed.length;
    say(
      `${unit.file}: ${baseline.passed.length} passed, ${baseline.failed.length} not, ${baseline.slow.length} slow`,
    );
    for (const test of baseline.failed) say(`  not always passed by the stock server: ${test}`);
  });
  const version = spawnSync("redis-server", ["--version"], { encoding: "utf8" }).stdout;
  writeJson(baselinePath, { version: /v=(\S+)/.exec(version)?.[1] ?? "", files: sortedByName(files) });
  return { passed: passedCount, failed: 0, skipped: 0 };
}

function baselineOf(
  unit: Unit,
  runs: readonly [UnitResult, UnitResult],
  slowRun: UnitResult | undefined,
  slowBefore: readonly string[],
): Baseline {
  const [first, second] = runs;
  const ran = [
    ...new Set(
      [...first.tests, ...second.tests].filter(([, { kind }]) => kind !== "skipped").map(([id]) => id),
    ),
  ];
  const passes = (result: UnitResult, id: string): boolean => result.tests.get(id)?.kind === "passed";
  const passed = ran.filter((id) => runs.every((run) => passes(run, id)));
  const quick = new Set(ran);
  const slow =
    slowRun === undefined
      ? slowBefore
      : [...slowRun.tests.keys()].filter((id) => !quick.has(id) && passes(slowRun, id));
  return {
    mode: unit.mode,
    seconds: Math.round(Math.min(first.seconds, second.seconds)),
    passed,
    slow,
    failed: ran.filter((id) => !passed.includes(id)),
  };
}

async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T, job: number) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const lanes = Array.from({ length: Math.min(jobs, items.length) }, async (_, job) => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item, job);
  });
  await Promise.all(lanes);
}
