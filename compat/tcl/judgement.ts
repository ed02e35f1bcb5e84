// Judgement: one unit file's outcome, held against what a stock Redis does with the same file.
//
// Role: pure. Every test that the stock server passes falls into exactly one of the piles below, so a file that
// ends early shows as missing tests and never as a small one. Tests that the stock server does not pass judge
// nobody and are left out.

import type { Exception, Need } from "./exceptions.ts";
import type { FileOutcome, Outcome } from "./outcome.ts";

/** What a stock server made of a file: names of tests, with their occurrence. */
export type Baseline = {
  readonly mode: "external" | "internal";
  /** Of the quick tests, on the machine the baseline was taken on. */
  readonly seconds: number;
  /** Passed in every run that the baseline was taken from. */
  readonly passed: readonly string[];
  /** Passed as well, when slow tests are run. */
  readonly slow: readonly string[];
  /** Not passed, or not always. */
  readonly failed: readonly string[];
};

export type Fault = { readonly test: string; readonly why: string };

export type Judgement = {
  readonly mode: "external" | "internal";
  /** Tests that the stock server passes: the sum of all piles below. */
  readonly stock: number;
  readonly passed: number;
  /** Tests that failed because of a command that is not there. */
  readonly needs: number;
  /** Tests that may fail, by exceptions.ts. */
  readonly excepted: number;
  readonly failed: number;
  /** Tests that never ran. */
  readonly missing: number;
  readonly skipped: number;
  /** These tests by name, each with the commands that it sent and that are not there. */
  readonly needing: Readonly<Record<string, readonly string[]>>;
  /** The tests that failed or are missing, without an excuse. */
  readonly faults: readonly Fault[];
};

export type Verdicts = {
  readonly judgement: Judgement;
  readonly passed: readonly string[];
  /** Tests that passed once, by the ratchet, and did not pass now. */
  readonly regressions: readonly Fault[];
  /** Exceptions for tests that pass. */
  readonly idleExceptions: readonly string[];
};

export type JudgementRules = {
  readonly isSlow: boolean;
  readonly exceptions: readonly Exception[];
  readonly needs: readonly Need[];
  /** What the whole file is about, if one command tells that. */
  readonly about: string | undefined;
  /** Names that passed once. */
  readonly ratchet: readonly string[];
  /** Full names of the stock server's commands that are not there, as "get" and "client|list". */
  readonly absent: ReadonlySet<string>;
};

export function judge(baseline: Baseline, outcome: FileOutcome, rules: JudgementRules): Verdicts {
  const expected = rules.isSlow ? [...baseline.passed, ...baseline.slow] : baseline.passed;
  const excused = new Map(rules.exceptions.map(({ test, reason }) => [test, reason]));
  const ratchet = new Set(rules.ratchet);
  const needing: Record<string, readonly string[]> = {};
  const faults: Fault[] = [];
  const passed: string[] = [];
  const regressions: Fault[] = [];
  const idleExceptions: string[] = [];
  const counts = { passed: 0, needs: 0, excepted: 0, failed: 0, missing: 0, skipped: 0 };
  for (const test of expected) {
    const result = outcome.tests.get(test);
    if (result?.kind === "passed") {
      counts.passed += 1;
      passed.push(test);
      if (excused.has(test)) idleExceptions.push(test);
      continue;
    }
    if (ratchet.has(test)) regressions.push({ test, why: reasonOf(result) });
    const commands = neededCommands(test, result, outcome, rules);
    if (excused.has(test)) counts.excepted += 1;
    else if (commands.length > 0) {
      counts.needs += 1;
      needing[test] = commands;
    } else if (result?.kind === "skipped") counts.skipped += 1;
    else {
      counts[result === undefined ? "missing" : "failed"] += 1;
      faults.push({ test, why: reasonOf(result) });
    }
  }
  const judgement: Judgement = {
    mode: baseline.mode,
    stock: expected.length,
    ...counts,
    needing,
    faults,
  };
  return { judgement, passed, regressions, idleExceptions };
}

/** For each command that is not there, how many tests needed it; the most needed first. */
export function neededCounts({ needing }: Judgement): readonly (readonly [command: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const name of Object.values(needing).flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(byCountThenName);
}

// What the test sent comes first, then what is said of it, then what its file is about.
function neededCommands(
  test: string,
  result: Outcome | undefined,
  outcome: FileOutcome,
  { needs, about, absent }: JudgementRules,
): string[] {
  const seen = absentCommands(result, outcome, absent);
  if (seen.length > 0) return seen;
  const declared = needs.filter((need) => need.test === test).flatMap(({ commands }) => commands);
  return [...declared, ...(about === undefined ? [] : [about])]
    .filter((name) => absent.has(name))
    .slice(0, 1);
}

// A test that never ran is put down to commands that its file's set-up lacked.
function absentCommands(
  result: Outcome | undefined,
  outcome: FileOutcome,
  absent: ReadonlySet<string>,
): string[] {
  if (result === undefined) {
    // FUNCTION FLUSH opens every block, and its absence alone keeps no test from running.
    return outcome.commandsOutside.filter((name) => name !== "function" && absent.has(name));
  }
  if (!("why" in result)) return [];
  const names = new Set([...result.commands, ...unknownIn(result.why)]);
  return [...names].filter((name) => absent.has(name));
}

// A test that talks over a socket of its own shows what it sent in its error only.
function unknownIn(text: string): string[] {
  return [...text.matchAll(/unknown command '([^']*)'/gi)].map(([, name]) => (name ?? "").toLowerCase());
}

// A test's error begins with its name and file; its message follows, then where in the file it was raised.
function reasonOf(result: Outcome | undefined): string {
  if (result === undefined) return "it did not run";
  if (!("why" in result)) return result.kind;
  const lines = result.why.split("\n");
  const message = lines.length > 1 && / in tests\//.test(lines[0] ?? "") ? lines.slice(1) : lines;
  // Where the tree stands is this machine's affair.
  const text = message
    .slice(0, 2)
    .join(" / ")
    .replace(/\/\S*\/(?=tests\/|src\/)/g, "");
  return text.slice(0, 400);
}

function byCountThenName(a: readonly [string, number], b: readonly [string, number]): number {
  return b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
}
