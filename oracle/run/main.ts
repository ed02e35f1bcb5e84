// Oracle run: random operations to a server and to the oracle, replies compared after each.
//
// Role: a program. `node oracle/run/main.ts --help` says what it takes.
// Invariant: the last line counts operations as `N passed, N failed, N skipped`; the exit code is 0 only when no reply
// differed and, in a run long enough to meet them all, every command was drawn and succeeded.

import "./heap.ts";
import { fork } from "node:child_process";
import { targets } from "../../compat/generator/declared.ts";
import { findStock } from "../../compat/servers/pair.ts";
import { closingLine } from "../../src/testing/counts.ts";
import { oracleCommands } from "../commands/registry.ts";
import { designs } from "./by-design.ts";
import { neverDrawn } from "./exempt.ts";
import { type Options, readOptions } from "./options.ts";
import { replay } from "./replay.ts";
import { Run, type RunResult } from "./run.ts";
import { Tally } from "./tally.ts";

/** A run of so many operations must have met every command. */
const wholeRunOps = 100_000;

/** What a process of several is given to do, by message. */
type Share = {
  readonly seeds: readonly number[];
  readonly opsPerSeed: number;
  readonly hasRegressions: boolean;
};

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.log(error instanceof Error ? error.message : `${error}`);
    return 2;
  }
  if (process.send !== undefined && process.env["ORACLE_SHARE"] === "1") return workAsShare(options);
  if (options.replay !== undefined) return replay(options.replay);
  if (options.against.kind === "stock" && findStock() === undefined) return withoutStock();
  const seeds = Array.from({ length: options.seeds }, (_, i) => options.seed + i);
  const opsPerSeed = Math.ceil(options.ops / seeds.length);
  const shards = options.against.kind === "server" ? `, shards ${options.shards.join(",")}` : "";
  console.log(
    `seed ${options.seed}${seeds.length > 1 ? `..${seeds.at(-1)}` : ""}: ${options.ops} operations${shards}`,
  );
  const startedMs = performance.now();
  const results = await performAll(options, { seeds, opsPerSeed, hasRegressions: isWithFiles(options) });
  return report(options, results, performance.now() - startedMs);
}

function isWithFiles({ isFiled, only }: Options): boolean {
  return isFiled && only.length === 0;
}

function withoutStock(): number {
  const isRequired = process.env["REQUIRE_STOCK_REDIS"] === "1";
  console.log("skipped: --against stock needs redis-server on the PATH");
  console.log(closingLine({ passed: 0, failed: isRequired ? 1 : 0, skipped: isRequired ? 0 : 1 }));
  return isRequired ? 1 : 0;
}

async function performAll(options: Options, all: Share): Promise<RunResult[]> {
  const jobs = Math.min(options.jobs, all.seeds.length);
  if (jobs <= 1) {
    const run = await Run.start(options);
    return [await run.perform(all.seeds, all.opsPerSeed, all.hasRegressions)];
  }
  const shares = Array.from({ length: jobs }, (_, job) => ({
    ...all,
    seeds: all.seeds.filter((_, i) => i % jobs === job),
    hasRegressions: all.hasRegressions && job === 0,
  }));
  return Promise.all(shares.map((share, job) => performShare(share, options.portBase + job)));
}

function performShare(share: Share, port: number): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const words = [...process.argv.slice(2), "--port", `${port}`];
    const child = fork(import.meta.filename, words, { env: { ...process.env, ORACLE_SHARE: "1" } });
    let result: RunResult | undefined;
    child.on("message", (message) => {
      result = message as RunResult;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (result === undefined) reject(new Error(`a process of the run ended with ${code} and no result`));
      else resolve(result);
    });
    child.send(share);
  });
}

async function workAsShare(options: Options): Promise<number> {
  const share = await new Promise<Share>((resolve) => {
    process.once("message", (message) => resolve(message as Share));
  });
  const run = await Run.start(options);
  const result = await run.perform(share.seeds, share.opsPerSeed, share.hasRegressions);
  await new Promise((resolve) => process.send?.(result, resolve));
  process.disconnect();
  return 0;
}

function report(options: Options, results: readonly RunResult[], ms: number): number {
  const tally = new Tally();
  let performed = 0;
  let differed = 0;
  let regressions = 0;
  let cpuSeconds = 0;
  const designed = new Map<string, number>();
  const found = new Map<string, number>();
  for (const result of results) {
    tally.addRows(result.rows);
    performed += result.performed;
    differed += result.differed;
    regressions += result.regressions;
    cpuSeconds += result.cpuSeconds;
    for (const [id, count] of Object.entries(result.designed))
      designed.set(id, (designed.get(id) ?? 0) + count);
    for (const { signature, count } of result.found)
      found.set(signature, (found.get(signature) ?? 0) + count);
  }
  if (!options.isQuiet) console.log(`\n${tally.table()}`);
  const isWhole = options.only.length === 0 && options.ops >= wholeRunOps && differed === 0;
  const faults = [...missingEntries(), ...(isWhole ? tally.faults(options.against.kind === "stock") : [])];
  for (const fault of faults) console.log(`FAULT ${fault}`);
  for (const { id, since, reason } of designs) {
    const count = designed.get(id);
    if (count !== undefined) console.log(`by design (${since}): ${count} x ${id}: ${reason}`);
  }
  if (found.size > 0) console.log("\ndifferences by kind:");
  for (const [signature, count] of found) console.log(`  ${`${count}`.padStart(5)}  ${signature}`);
  const perSecond = Math.round(performed / (ms / 1000));
  const perCoreSecond = Math.round(performed / cpuSeconds);
  console.log(
    `\nseed ${options.seed}; ${regressions} regressions; ${perSecond} operations/s (${perCoreSecond} to a second of processor time) in ${(ms / 1000).toFixed(1)} s`,
  );
  const failed = differed + faults.length;
  const passed = performed + regressions - differed;
  console.log(closingLine({ passed, failed, skipped: 0 }));
  return failed === 0 ? 0 : 1;
}

// A declared command without an entry in the oracle is not checked at all.
function missingEntries(): string[] {
  return targets
    .filter(({ fullName }) => !oracleCommands.has(fullName) && !(fullName in neverDrawn))
    .map(({ fullName }) => `${fullName} has no entry in the oracle`);
}
