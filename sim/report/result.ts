// Result: what one run found, and what a batch of them adds up to. Plain JSON, since it crosses processes.

import type { Violation } from "../check.ts";
import type { Profile } from "../plan.ts";

export type Counts = Readonly<Record<string, number>>;

/** Command -> shape of its reply -> times. */
export type Shapes = Readonly<Record<string, Counts>>;

export type SeedResult = {
  readonly seed: string;
  readonly scenario: string;
  readonly profile: Profile;
  /** The file that the plan came from, for a regression. */
  readonly file: string | undefined;
  readonly commands: number;
  readonly virtualUs: number;
  /** Milliseconds that the processors took to draw and run it once, over all threads of the process. */
  readonly cpuMs: number;
  readonly traceHash: string;
  readonly violations: readonly Violation[];
  readonly fired: Counts;
  readonly handled: Counts;
  readonly marks: Counts;
  readonly buggified: Counts;
  /** "check: what it looked at" -> times. */
  readonly looks: Counts;
  readonly shapes: Shapes;
};

export type Failure = {
  readonly seed: string;
  readonly scenario: string;
  readonly profile: Profile;
  readonly file: string | undefined;
  readonly violations: readonly Violation[];
  /** The command that repeats it. */
  readonly repeat: string;
  readonly shrunk?: {
    readonly steps: number;
    readonly faults: number;
    readonly runs: number;
    /** Where the plan is, and its picture. */
    readonly plan: string;
    readonly timeline: string | undefined;
    /** The requests that are left, one in a line. */
    readonly lines: readonly string[];
  };
};

export type CanaryTime = {
  readonly id: string;
  readonly title: string;
  readonly caughtBy: string | undefined;
  readonly seeds: number;
  readonly steps: number | undefined;
};

export type BatchSummary = {
  readonly title: string;
  /** When, as text. */
  readonly at: string;
  readonly commit: string;
  readonly nodeVersion: string;
  readonly base: string | undefined;
  readonly seeds: number;
  readonly twice: number;
  readonly commands: number;
  readonly virtualUs: number;
  readonly realMs: number;
  /** Of the processors, in milliseconds: all that the processes took for the runs. */
  readonly cpuMs: number;
  readonly scenarios: Counts;
  readonly failures: readonly Failure[];
  readonly faults: readonly FaultLine[];
  readonly marks: readonly CountLine[];
  readonly buggify: readonly CountLine[];
  readonly looks: Counts;
  readonly shapes: Shapes;
  /** What was never seen and should have been; each is a failure where the batch was large enough. */
  readonly reds: readonly string[];
  readonly redsCount: boolean;
  readonly canaries: readonly CanaryTime[];
};

export type CountLine = { readonly name: string; readonly times: number; readonly seeds: number };
export type FaultLine = CountLine & {
  readonly handled: number;
  /** Why it cannot happen yet. */
  readonly waitsFor: string | undefined;
};
