// Differential run: random calls of every command to a stock redis-server and to Shadis, replies compared.
//
// Role: a program. It draws calls from the command table with a seed, performs them on both servers in step,
// compares each reply by the command's class and, every few thousand calls, everything that is stored. A
// difference is shrunk to a short list of steps and filed under regressions/, which later runs perform first.
// Invariant: the last line counts calls as `N passed, N failed, N skipped`; the exit code is 0 only when no reply
// differed and every implemented command was drawn.

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Chance } from "../generator/chance.ts";
import { targets } from "../generator/declared.ts";
import type { Material } from "../generator/generate.ts";
import { KnownKeys } from "../generator/known-keys.ts";
import { readsTable } from "../generator/script-calls.ts";
import { errorKind, isErrorFrame } from "../resp/reply-frame.ts";
import { quoteBytes } from "../resp/request.ts";
import { findStock } from "../servers/pair.ts";
import { type Comparison, comparedAs } from "./by-design.ts";
import { difference } from "./compare.ts";
import { drawBatch, fullNameOf, Wheel } from "./draw.ts";
import { type Options, readOptions } from "./options.ts";
import { readPayloads } from "./payloads.ts";
import { shrink } from "./shrink.ts";
import { readSteps, type Step, touchedWords, writeStep } from "./step.ts";
import { Tally } from "./tally.ts";
import { type Outcome, Twins } from "./twins.ts";

/** A small limit of strings, so that calls at the limit cost little. */
const flags = ["--proto-max-bulk-len", "1mb"];
const regressions = join(import.meta.dirname, "regressions");
const idsMax = 16;
const repeatedDifferencesMax = 2000;
const byName = new Map(targets.map((target) => [target.fullName, target]));

const neverPerformed: Outcome = { stock: undefined, candidate: undefined, found: "never performed" };

type Difference = { readonly step: Step; readonly reason: string; readonly outcome: Outcome };
type DrawnMaterial = Material & { readonly keys: KnownKeys; readonly ids: string[] };
type Run = {
  readonly options: Options;
  readonly twins: Twins;
  readonly tally: Tally;
  readonly found: Map<string, number>;
  performed: number;
  differed: number;
};

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (findStock() === undefined) return withoutStock();
  const protocols =
    options.protocol === "both"
      ? ([2, 3] as const)
      : options.protocol === "2"
        ? ([2, 2] as const)
        : ([3, 3] as const);
  const { portBase, shards, isCandidateStock } = options;
  console.log(
    `seed ${options.seed}: ${options.calls} calls of ${targets.length} commands, RESP ${options.protocol}`,
  );
  const material = { payloads: await readPayloads(portBase), keys: new KnownKeys(), ids: [] };
  const twins = await Twins.start({ portBase, shards, isCandidateStock, flags }, protocols);
  const run: Run = { options, twins, tally: new Tally(), found: new Map(), performed: 0, differed: 0 };
  try {
    const startedMs = performance.now();
    if (options.only.length === 0) await performRegressions(run);
    await performDrawn(run, material, startedMs);
    return report(run, performance.now() - startedMs);
  } finally {
    await twins.stop();
  }
}

function withoutStock(): number {
  const isRequired = process.env["REQUIRE_STOCK_REDIS"] === "1";
  console.log("skipped: the differential run needs redis-server on the PATH");
  console.log(isRequired ? "0 passed, 1 failed, 0 skipped" : "0 passed, 0 failed, 1 skipped");
  return isRequired ? 1 : 0;
}

// Files of earlier differences. One that differs again is counted and told, but not shrunk again.
async function performRegressions(run: Run): Promise<void> {
  const files = readdirSync(regressions)
    .filter((name) => name.endsWith(".txt"))
    .sort();
  for (const name of files) {
    const steps = readSteps(readFileSync(join(regressions, name), "latin1"), fullNameOf);
    await run.twins.begin();
    const outcomes = await run.twins.perform(steps);
    run.performed += steps.length;
    const found = firstDifference(steps, outcomes);
    if (found === undefined) continue;
    run.differed++;
    run.found.set(`regression ${name}`, 1);
    console.log(`DIFFERENCE in regressions/${name}:\n${describe(found.difference)}`);
  }
  if (files.length > 0) console.log(`${files.length} regressions performed`);
}

async function performDrawn(run: Run, material: DrawnMaterial, startedMs: number): Promise<void> {
  const { options, twins } = run;
  const chance = new Chance(options.seed);
  const drawn = new Wheel(options.only);
  const goal = run.performed + options.calls;
  let nextToldMs = startedMs + 10_000;
  while (
    run.performed < goal &&
    run.found.size < options.differencesMax &&
    run.differed < repeatedDifferencesMax
  ) {
    await twins.begin();
    material.keys.clear();
    const history: Step[] = [];
    // One stretch: from empty servers to the comparison of all that is stored.
    while (history.length < options.stateEvery && run.performed < goal) {
      const batch = drawBatch(chance, drawn, material);
      const outcomes = await twins.perform(batch);
      const found = firstDifference(batch, outcomes);
      const performed = found === undefined ? batch : batch.slice(0, found.index + 1);
      history.push(...performed);
      run.performed += performed.length;
      countCalls(run.tally, performed, outcomes);
      learn(material, performed, outcomes);
      if (found === undefined) continue;
      await fileDifference(run, history, found.difference);
      break;
    }
    if (history.length >= options.stateEvery || run.performed >= goal) {
      const steps: Step[] = [{ kind: "state" }];
      const found = firstDifference(steps, await twins.perform(steps));
      if (found !== undefined) await fileDifference(run, [...history, ...steps], found.difference);
    }
    if (performance.now() > nextToldMs && !options.isQuiet) {
      nextToldMs = performance.now() + 10_000;
      console.log(`  ${run.performed} calls, ${run.found.size} differences`);
    }
  }
}

function countCalls(tally: Tally, steps: readonly Step[], outcomes: readonly Outcome[]): void {
  steps.forEach((step, i) => {
    const stock = outcomes[i]?.stock;
    const target = step.kind === "call" ? byName.get(step.fullName) : undefined;
    if (step.kind === "call" && stock !== undefined && target !== undefined)
      tally.add(target, step.words, stock);
  });
}

// What later calls can be about.
function learn({ keys, ids }: DrawnMaterial, steps: readonly Step[], outcomes: readonly Outcome[]): void {
  for (const [i, step] of steps.entries()) {
    const stock = outcomes[i]?.stock;
    const target = step.kind === "call" ? byName.get(step.fullName) : undefined;
    if (step.kind !== "call" || target === undefined || stock === undefined || isErrorFrame(stock)) continue;
    keys.note(target, step.words);
    if (step.fullName !== "xadd" || stock[1] === 45) continue; // "-": no id.
    ids.push(stock.toString("latin1", stock.indexOf(10) + 1, stock.length - 2));
    if (ids.length > idsMax) ids.shift();
  }
}

function firstDifference(
  steps: readonly Step[],
  outcomes: readonly Outcome[],
): { readonly index: number; readonly difference: Difference } | undefined {
  for (const [index, step] of steps.entries()) {
    const outcome = outcomes[index] ?? neverPerformed;
    if (outcome.isLeftOut) continue;
    const reason = outcome.found ?? reasonOf(step, outcome);
    if (reason !== undefined) return { index, difference: { step, reason, outcome } };
  }
  return undefined;
}

function reasonOf(step: Step, { stock, candidate }: Outcome): string | undefined {
  if (step.kind !== "call") return undefined;
  if (stock === undefined && candidate === undefined) return "neither answers";
  return difference(stock, candidate, comparisonOf(step), /^p(ttl|expiretime)$/.test(step.fullName));
}

function comparisonOf({ fullName, words }: Step & { readonly kind: "call" }): Comparison {
  // What a script reads of a table has no order.
  if (byName.get(fullName)?.group === "scripting" && readsTable(words)) return "unordered";
  const compared = comparedAs[fullName]?.as;
  // All that are near enough leave no choice.
  if (compared === "nearest" && !names(words, "count")) return "exact";
  // BY gives several elements one weight, or none at all: which of them LIMIT leaves is the order of a sort, or of a set.
  if (/^sort(_ro)?$/.test(fullName) && names(words, "by") && names(words, "limit")) return "nearest";
  return compared ?? byName.get(fullName)?.class ?? "exact";
}

function names(words: readonly string[], option: string): boolean {
  return words.some((word) => word.toLowerCase() === option);
}

/** Shrinks a difference, unless one of its kind was found before, and files and prints it. */
async function fileDifference(run: Run, history: readonly Step[], found: Difference): Promise<void> {
  run.differed++;
  const signature = signatureOf(found);
  const before = run.found.get(signature) ?? 0;
  run.found.set(signature, before + 1);
  if (before > 0) return;
  const log = run.twins.candidateLog;
  const shrunk = await shrink(history, async (steps) => {
    await run.twins.begin();
    const again = firstDifference(steps, await run.twins.perform(steps));
    return (
      again !== undefined && again.index === steps.length - 1 && signatureOf(again.difference) === signature
    );
  });
  const name = `${signature.replace(/[^a-z0-9]+/gi, "-").slice(0, 40)}-${digest(signature)}.txt`;
  const lines = [
    `# seed ${run.options.seed}, call ${run.performed}: ${found.reason}`,
    ...describe(found)
      .split("\n")
      .map((line) => `# ${line}`),
    ...shrunk.steps.map((step) => writeStep(step)),
  ];
  console.log(`\nDIFFERENCE at call ${run.performed} (seed ${run.options.seed})\n${describe(found)}`);
  const touched = history.filter((step) => meets(step, found.step)).slice(-11, -1);
  if (touched.length > 0)
    console.log(
      `last calls on the same keys:\n${touched.map((step) => `  ${writeStep(step, 80)}`).join("\n")}`,
    );
  console.log(
    `${shrunk.doesRepeat ? "shortest that repeats it" : "does not repeat"} (${shrunk.replays} replays):`,
  );
  if (shrunk.doesRepeat) {
    console.log(shrunk.steps.map((step) => `  ${writeStep(step, 200)}`).join("\n"));
    if (!run.options.isCandidateStock) {
      mkdirSync(regressions, { recursive: true });
      writeFileSync(join(regressions, name), `${lines.join("\n")}\n`, "latin1");
      console.log(`filed as compat/differential/regressions/${name}`);
    }
  }
  if (found.outcome.candidate === undefined && found.step.kind === "call")
    console.log(`the candidate's log ends:\n${log}`);
  console.log(
    `repeat: npm run differential -- --seed ${run.options.seed} --calls ${run.options.calls} --resp ${run.options.protocol}`,
  );
}

// Two differences are of one kind when the same command differs in the same way.
function signatureOf({ step, reason, outcome }: Difference): string {
  const kindOf = (raw: Buffer | undefined): string => {
    if (raw === undefined) return "none";
    if (!isErrorFrame(raw)) return String.fromCharCode(raw[0] as number);
    return `${errorKind(raw)} ${raw.toString("latin1", 1, 30).replace(/[^a-zA-Z ]/g, "")}`;
  };
  if (step.kind !== "call") return `${step.kind} ${reason.replace(/["\d].*$/s, "").slice(0, 40)}`;
  const isUnknown = [outcome.stock, outcome.candidate].every((raw) =>
    kindOf(raw).startsWith("ERR ERR unknown"),
  );
  if (isUnknown) return "unknown commands and subcommands";
  return `${step.fullName} ${reason.slice(0, 30)} ${kindOf(outcome.stock)} ${kindOf(outcome.candidate)}`;
}

function describe({ step, reason, outcome }: Difference): string {
  const lines = [writeStep(step, 300), `  ${reason}`];
  if (step.kind === "call") {
    lines.push(`  stock:     ${outcome.stock === undefined ? "no answer" : quoteBytes(outcome.stock)}`);
    lines.push(
      `  candidate: ${outcome.candidate === undefined ? "no answer" : quoteBytes(outcome.candidate)}`,
    );
  }
  return lines.join("\n");
}

function meets(step: Step, other: Step): boolean {
  const words = touchedWords(other);
  return touchedWords(step).some((word) => words.includes(word));
}

function digest(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 6);
}

function report(run: Run, ms: number): number {
  const { options, tally, performed, differed, found } = run;
  console.log(`\n${tally.table()}`);
  const isWhole = options.only.length === 0 && options.calls >= 20_000 && found.size === 0;
  const faults = isWhole ? tally.faults() : [];
  for (const fault of faults) console.log(`FAULT ${fault}`);
  if (found.size > 0) {
    console.log("\ndifferences by kind:");
    for (const [signature, count] of found) console.log(`  ${String(count).padStart(5)}  ${signature}`);
  }
  if (run.twins.restarts > 0) console.log(`the candidate ended ${run.twins.restarts} times`);
  console.log(`\nseed ${options.seed}; ${Math.round(performed / (ms / 1000))} calls/s`);
  const failed = differed + faults.length;
  console.log(`${performed - differed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}
