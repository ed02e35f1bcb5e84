// Canary: `npm run canary [-- --id C07]`: plants each error of sim/canaries in a process of its own and runs
// seeds until the check that is named for it fires. One that survives, or that only other checks find, has failed.
//
// The last line is `N passed, N failed, N skipped`.

import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Canary } from "../canaries/canary.ts";
import { canaries, waiting } from "../canaries/list.ts";
import type { CanaryTime } from "../report/result.ts";
import { signatureOf } from "../report/tally.ts";
import type { Settings, Subject } from "./job.ts";
import { readSeed, seedOf } from "./seeds.ts";
import { sizeOf } from "./shrink.ts";
import { Workforce } from "./workforce.ts";

const usage = `npm run canary -- [options]
  --id C07,C13   only these
  --base 0x..    what seeds are drawn from (the same each time unless given: random takes a fresh one)
  --quick        a few canaries that are caught soon
  --no-shrink    do not look for the smallest plan
  --report DIR   write canaries.json to DIR, for the batch report`;

/** Caught within a seed or two, and each by another check. */
const quick = ["C07", "C13", "C15", "C17", "C23", "C25", "C55", "C58"];
/** The same each time, so that a canary that is caught stays caught until something changes. */
const usualBase = "0x00000000c0ffee00";
const SHRINK_RUNS_MAX = 300;
const SHRINK_MS_MAX = 20_000;

const { values } = parseArgs({
  options: {
    id: { type: "string" },
    base: { type: "string" },
    quick: { type: "boolean", default: false },
    "no-shrink": { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
    report: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

process.exitCode = values.help ? tell() : await main();

function tell(): number {
  console.log(usage);
  return 0;
}

async function main(): Promise<number> {
  const base =
    values.base === "random"
      ? readSeed(`0x${randomBytes(8).toString("hex")}`)
      : readSeed(values.base ?? usualBase);
  if (base === undefined) throw new Error(`${values.base} is no seed of 64 bits`);
  const ids = values.id?.split(",") ?? (values.quick ? quick : canaries.map(({ id }) => id));
  const chosen = ids.map((id) => {
    const found = canaries.find((each) => each.id === id);
    if (found === undefined)
      throw new Error(`no canary ${id}${waiting[id] === undefined ? "" : ` yet: ${waiting[id]}`}`);
    return found;
  });
  console.log(`${chosen.length} canaries, base ${base}`);
  const found: Outcome[] = [];
  const queue = [...chosen];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const outcome = await hunt(next, base);
      found.push(outcome);
      console.log(lineOf(next, outcome));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, lane));
  const failed = found.filter(({ caughtBy }) => caughtBy === undefined);
  const sizes = found.flatMap(({ steps }) => (steps === undefined ? [] : [steps])).sort((a, b) => a - b);
  if (sizes.length > 0)
    console.log(
      `median shrunk size ${sizes[sizes.length >> 1]} steps and faults, largest ${sizes[sizes.length - 1]}`,
    );
  if (ids.length === canaries.length)
    console.log(`${Object.keys(waiting).length} more wait for what they break`);
  if (values.report !== undefined) {
    mkdirSync(values.report, { recursive: true });
    const times: CanaryTime[] = found.map(({ id, title, caughtBy, seeds, steps }) => ({
      id,
      title,
      caughtBy,
      seeds,
      steps,
    }));
    times.sort((a, b) => (a.id < b.id ? -1 : 1));
    writeFileSync(join(values.report, "canaries.json"), `${JSON.stringify(times, undefined, 1)}\n`);
  }
  console.log(`base ${base}`);
  console.log(`${found.length - failed.length} passed, ${failed.length} failed, 0 skipped`);
  return failed.length === 0 ? 0 : 1;
}

type Outcome = CanaryTime & {
  readonly others: readonly string[];
  readonly why: string;
  readonly seconds: number;
};

async function hunt(canary: Canary, base: string): Promise<Outcome> {
  const startedMs = performance.now();
  const workforce = new Workforce({
    jobs: 1,
    preload: fileURLToPath(new URL("planting.ts", import.meta.url)),
    environment: { SIM_CANARY: canary.id },
  });
  const { id, title } = canary;
  const others = new Set<string>();
  const outcome = (caughtBy: string | undefined, seeds: number, why: string, steps?: number): Outcome => {
    const seconds = (performance.now() - startedMs) / 1000;
    return { id, title, caughtBy, seeds, steps, others: [...others], why, seconds };
  };
  try {
    for (let index = 0; index < canary.withinSeeds; index++) {
      const subject = subjectOf(canary, seedOf(base, index));
      const found = await workforce.perform({ kind: "run", subject, isTwice: false });
      if (found.kind !== "run") throw new Error("a run was answered by something else");
      const { violations } = found.result;
      const wanted = violations.find(({ check }) => check === canary.caughtBy);
      for (const violation of violations) if (violation !== wanted) others.add(violation.check);
      if (wanted === undefined) continue;
      const steps = values["no-shrink"]
        ? undefined
        : await shrunkSize(workforce, subject, signatureOf(wanted));
      return outcome(canary.caughtBy, index + 1, wanted.text, steps);
    }
    return outcome(undefined, canary.withinSeeds, "it survived");
  } catch (error) {
    return outcome(undefined, 0, error instanceof Error ? error.message : String(error));
  } finally {
    workforce.close();
  }
}

function subjectOf({ scenario, profile, shards }: Canary, seed: string): Subject {
  const settings: Settings = { scenario, profile: profile ?? "chaos", shards, commands: 2000, checks: "all" };
  return { kind: "seed", seed, settings };
}

async function shrunkSize(
  workforce: Workforce,
  subject: Subject,
  signature: string,
): Promise<number | undefined> {
  const limits = { runsMax: SHRINK_RUNS_MAX, msMax: SHRINK_MS_MAX };
  const shrunk = await workforce.perform({ kind: "shrink", subject, signature, ...limits });
  return shrunk.kind === "shrink" ? sizeOf(shrunk.plan) : undefined;
}

function lineOf(canary: Canary, { caughtBy, seeds, steps, others, why, seconds }: Outcome): string {
  const time = `${seconds.toFixed(1)} s`;
  if (caughtBy === undefined) {
    const found = others.length === 0 ? "" : `; only ${others.join(", ")} fired`;
    return `FAIL ${canary.id} ${canary.title}: ${why.slice(0, 300)}${found}, not ${canary.caughtBy} within ${canary.withinSeeds} seeds (${time})`;
  }
  const small = steps === undefined ? "" : `, shrunk to ${steps}`;
  const also = others.length === 0 ? "" : `, also ${others.join(", ")}`;
  return `ok   ${canary.id} ${canary.title}: ${caughtBy} after ${seeds} seed${seeds === 1 ? "" : "s"}${small}${also} (${time})`;
}
