// Planted: proves that the oracle run finds wrong behaviour, by putting it there.
//
// Role: a program. Each planted error gets a process of its own, in which a run goes on until the first difference;
// an error that survives, or whose shortest sequence is too long, fails. A control run of the same seed goes first, with
// nothing planted: what it finds would be taken for the planted errors, so it must find nothing.
// Invariant: the last line counts errors as `N passed, N failed, N skipped`.

import { fork } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { closingLine } from "../../src/testing/counts.ts";
import { type Planted, planted } from "../planted/list.ts";
import type { RunResult } from "./run.ts";

const shrunkMax = 10;
const usage = `usage: npm run oracle:planted -- [--only id,id] [--sample N] [--ops N] [--seed S] [--jobs J]
  --sample N   N of the errors, other ones for each seed (all)
  --ops N      operations within which each must be found (200000)`;

type Verdict = {
  readonly error: Planted;
  readonly atOperation?: number;
  readonly shrunk?: number;
  readonly seconds: number;
};

const unplanted: Planted = { id: "control", wrong: "nothing", path: "", find: "", replace: "" };

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      sample: { type: "string" },
      ops: { type: "string", default: "200000" },
      seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 32)}` },
      jobs: { type: "string", default: "1" },
      help: { type: "boolean", default: false },
    },
  });
  const chosen = choose(values.only, values.sample, Number(values.seed));
  if (values.help || chosen.length === 0) {
    console.log(usage);
    return 2;
  }
  console.log(`seed ${values.seed}: ${chosen.length} of ${planted.length} planted errors`);
  const control = await find(unplanted, ["--seed", values.seed, "--ops", values.ops]);
  if (control.atOperation !== undefined) {
    console.log(`FAIL the server differs after ${control.atOperation} operations with nothing planted`);
    console.log(closingLine({ passed: 0, failed: chosen.length, skipped: 0 }));
    return 1;
  }
  const waiting = [...chosen];
  const verdicts: Verdict[] = [];
  const work = async (): Promise<void> => {
    for (let error = waiting.shift(); error !== undefined; error = waiting.shift()) {
      const verdict = await find(error, ["--seed", values.seed, "--ops", values.ops]);
      verdicts.push(verdict);
      console.log(line(verdict));
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  const failed = verdicts.filter((verdict) => !isGood(verdict)).length;
  console.log(`seed ${values.seed}`);
  console.log(closingLine({ passed: verdicts.length - failed, failed, skipped: 0 }));
  return failed === 0 ? 0 : 1;
}

function choose(only: string | undefined, sample: string | undefined, seed: number): readonly Planted[] {
  if (only !== undefined) return planted.filter(({ id }) => only.split(",").includes(id));
  if (sample === undefined) return planted;
  const from = seed % planted.length;
  return [...planted.slice(from), ...planted.slice(0, from)].slice(0, Number(sample));
}

function find(error: Planted, words: readonly string[]): Promise<Verdict> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, "planted-run.ts"), [error.id, ...words, "--quiet"], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let result: RunResult | undefined;
    child.on("message", (message) => {
      result = message as RunResult;
    });
    child.on("exit", () => {
      const seconds = (performance.now() - startedMs) / 1000;
      const found = result?.found[0];
      if (found === undefined) resolve({ error, seconds });
      else if (found.shrunkLength === undefined) resolve({ error, seconds, atOperation: found.atOperation });
      else resolve({ error, seconds, atOperation: found.atOperation, shrunk: found.shrunkLength });
    });
  });
}

function isGood({ atOperation, shrunk }: Verdict): boolean {
  return atOperation !== undefined && shrunk !== undefined && shrunk <= shrunkMax;
}

function line({ error, atOperation, shrunk, seconds }: Verdict): string {
  const mark = isGood({
    error,
    seconds,
    ...(atOperation === undefined ? {} : { atOperation }),
    ...(shrunk === undefined ? {} : { shrunk }),
  })
    ? "ok  "
    : "FAIL";
  const when = atOperation === undefined ? "SURVIVED" : `after ${atOperation}`;
  const size = shrunk === undefined ? "not shrunk" : `${shrunk} operations`;
  return `${mark} ${error.id.padEnd(24)} ${when.padStart(14)}  ${size.padEnd(14)} ${seconds.toFixed(1).padStart(5)} s  ${error.wrong}`;
}
