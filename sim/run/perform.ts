// Perform: does a job: runs a seed or a plan, or shrinks one that fails.

import type { Violation } from "../check.ts";
import type { Plan } from "../plan.ts";
import { Recorder } from "../report/recorder.ts";
import type { SeedResult } from "../report/result.ts";
import { signatureOf } from "../report/tally.ts";
import { timelinePage } from "../report/timeline-page.ts";
import { drawnPlan } from "./drawn-plan.ts";
import type { Job, JobResult, Settings, Subject } from "./job.ts";
import { type OneRun, runPlan } from "./one.ts";
import { readPlan } from "./regression-file.ts";
import { repeatCommand } from "./repeat.ts";
import { Executions, serialPlans } from "./serial-plan.ts";
import { shrink, type Verdict } from "./shrink.ts";

export function perform(job: Job): JobResult {
  return job.kind === "run" ? { kind: "run", result: performRun(job) } : performShrink(job);
}

export function planOfSubject(subject: Subject): Plan {
  return subject.kind === "seed" ? drawnPlan(subject.seed, subject.settings) : readPlan(subject.file);
}

function performRun({ subject, isTwice }: Job & { kind: "run" }): SeedResult {
  const { settings } = subject;
  const cpuBefore = process.cpuUsage();
  let cpuMs = 0;
  let plan: Plan | undefined;
  let run: OneRun | undefined;
  const violations: Violation[] = [];
  try {
    plan = planOfSubject(subject);
    run = runPlan(plan, { checks: settings.checks });
    const { user, system } = process.cpuUsage(cpuBefore);
    cpuMs = (user + system) / 1000;
    violations.push(...run.violations);
    if (isTwice) {
      // Without checks: they may not change what happens.
      const again = runPlan(plan, { checks: [] });
      if (again.traceHash !== run.traceHash) {
        const text = `trace ${run.traceHash} with checks, ${again.traceHash} without; npm run sim:diff tells where`;
        violations.push({ check: "determinism", kind: "two runs of one plan differ", atUs: 0, text });
      }
    }
  } catch (error) {
    violations.push(harnessFault(error));
  }
  return {
    seed: plan?.seed ?? (subject.kind === "seed" ? subject.seed : "0x0"),
    scenario: plan?.scenario ?? settings.scenario ?? "?",
    profile: plan?.profile ?? settings.profile,
    file: subject.kind === "file" ? subject.file : undefined,
    commands: run?.commands ?? 0,
    virtualUs: run?.virtualUs ?? 0,
    cpuMs,
    traceHash: run?.traceHash ?? "",
    violations,
    fired: run?.fired ?? {},
    handled: run?.handled ?? {},
    marks: run?.marks ?? {},
    buggified: run?.buggified ?? {},
    looks: run?.looks ?? {},
    shapes: run?.shapes ?? {},
  };
}

// An exception out of the harness or of a check. The server's own are told by the crash check.
function harnessFault(error: unknown): Violation {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind = (text.split("\n")[0] ?? "").replace(/\d+/g, "N").slice(0, 80);
  return { check: "harness", kind, atUs: 0, text };
}

function performShrink(job: Job & { kind: "shrink" }): JobResult {
  const { settings } = job.subject;
  const untilMs = performance.now() + job.msMax;
  const isLate = (): boolean => performance.now() > untilMs;
  const checks = checksFor(job.signature, settings);
  const drawn = planOfSubject(job.subject);
  const { plan, runs } = shrink(drawn, {
    simpler: serial(drawn, checks),
    judge: (each) => judged(each, checks),
    signature: job.signature,
    runsMax: job.runsMax,
    isLate,
  });
  const recorder = new Recorder();
  const { trace, text } = pictured(plan, checks, recorder, job.signature);
  const timeline = timelinePage({
    title: job.signature,
    plan,
    events: recorder.events,
    first: recorder.first,
    repeat: repeatCommand(job.subject),
  });
  return { kind: "shrink", plan, runs, timeline, trace, text };
}

function serial(plan: Plan, checks: Settings["checks"]): readonly Plan[] {
  const executions = new Executions();
  try {
    runPlan(plan, { checks, executions });
  } catch {
    return []; // The harness itself is at fault: there is nothing to be serial about.
  }
  return serialPlans(plan, executions);
}

// The offending check alone, where it is one: the others only cost time.
function checksFor(signature: string, settings: Settings): Settings["checks"] {
  const name = signature.slice(0, signature.indexOf(": "));
  return name === "harness" || name === "determinism" || name === "world" ? settings.checks : [name];
}

function judged(plan: Plan, checks: Settings["checks"]): Verdict[] {
  try {
    return runPlan(plan, { checks }).verdicts.slice();
  } catch (error) {
    return [{ signature: signatureOf(harnessFault(error)), atUs: Number.POSITIVE_INFINITY, taken: {} }];
  }
}

function pictured(
  plan: Plan,
  checks: Settings["checks"],
  recorder: Recorder,
  signature: string,
): { readonly trace: readonly string[]; readonly text: string } {
  try {
    const run = runPlan(plan, { checks, recorder, trace: "full" });
    const found = run.violations.find((violation) => signatureOf(violation) === signature);
    // A line begins with its time. What comes after the offence explains nothing.
    const until = found?.atUs ?? Number.POSITIVE_INFINITY;
    const before = run.trace.filter((line) => Number.parseInt(line, 10) <= until);
    return { trace: before.slice(-40), text: found?.text ?? "it does not fail again" };
  } catch (error) {
    return { trace: [], text: harnessFault(error).text };
  }
}
