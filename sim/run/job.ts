// Job: what a batch asks of one of its processes, and what comes back. Plain JSON.

import type { Plan, Profile } from "../plan.ts";
import type { SeedResult } from "../report/result.ts";

/** What a seed needs beside itself to become one plan. */
export type Settings = {
  readonly scenario: string | undefined;
  readonly profile: Profile;
  readonly shards: number | undefined;
  readonly commands: number;
  readonly checks: "all" | "cheap" | readonly string[];
};

/** A run that is to be: of a seed, or of a plan in a file. */
export type Subject =
  | { readonly kind: "seed"; readonly seed: string; readonly settings: Settings }
  | { readonly kind: "file"; readonly file: string; readonly settings: Settings };

export type Job =
  | { readonly kind: "run"; readonly subject: Subject; readonly isTwice: boolean }
  | {
      readonly kind: "shrink";
      readonly subject: Subject;
      readonly signature: string;
      readonly runsMax: number;
      readonly msMax: number;
    };

export type JobResult =
  | { readonly kind: "run"; readonly result: SeedResult }
  | {
      readonly kind: "shrink";
      readonly plan: Plan;
      readonly runs: number;
      /** The timeline of the smallest plan, as a page. */
      readonly timeline: string;
      /** Its last events, for a terminal. */
      readonly trace: readonly string[];
      readonly text: string;
    };
