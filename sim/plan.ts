// Plan: everything a run was decided to be, as data. A seed draws a plan; the run consumes only the plan and the
// random streams forked from its seed; a failing plan is what is shrunk, printed and filed.
//
// Invariants: a plan is plain JSON; bytes are Latin-1 texts; running one plan twice gives one trace hash.

import type { BuggifyName } from "../src/lib/probe.ts";
import type { FaultName } from "./world/faults.ts";

export type Profile = "calm" | "moderate" | "chaos";

export type Plan = {
  readonly version: 1;
  /** 64 bits as "0x" and 16 hex digits. */
  readonly seed: string;
  readonly scenario: string;
  readonly profile: Profile;
  readonly nodes: readonly NodePlan[];
  readonly clients: readonly ClientProgram[];
  /** Faults at fixed times. */
  readonly scheduled: readonly ScheduledFault[];
  /** Faults by chance: per opportunity, in 1/10,000. A fault that is not named does not happen. */
  readonly rates: Readonly<Partial<Record<FaultName, number>>>;
  /** Active buggify points; each fires a quarter of the time. */
  readonly buggify: readonly BuggifyName[];
  readonly schedule: SchedulePlan;
  /** Virtual microseconds of the safety phase; the liveness phase follows. */
  readonly safetyUs: number;
};

export type NodePlan = {
  readonly id: number;
  /** redis.conf directives, shards among them. */
  readonly config: Readonly<Record<string, string>>;
  readonly clockOffsetMs: number;
  readonly driftPpm: number;
};

/** In which order things run that are due at the same time. */
export type SchedulePlan =
  | { readonly kind: "fifo" | "random" | "newest-first" }
  | { readonly kind: "priority"; readonly changePoints: readonly number[] }
  | { readonly kind: "starve-one"; readonly victim: number };

export type ScheduledFault = {
  readonly atUs: number;
  readonly name: FaultName;
  readonly node: number;
  /** How long it lasts, where it lasts. */
  readonly forUs?: number;
  /** What else it needs: a factor, milliseconds of a jump, directives of a restart. */
  readonly amount?: number;
  readonly config?: Readonly<Record<string, string>>;
};

export type ClientKind =
  | "plain"
  | "pipeliner"
  | "transaction"
  | "blocker"
  | "subscriber"
  | "scripter"
  | "scanner"
  | "admin"
  | "reconnector"
  | "slow-reader"
  | "resp-switcher"
  | "limited"
  | "hostile";

/** One client's whole program. It runs its steps in order, at most `window` requests ahead of the replies. */
export type ClientProgram = {
  readonly id: number;
  readonly kind: ClientKind;
  readonly node: number;
  readonly protocol: 2 | 3;
  readonly window: number;
  /** After a lost connection: go on with the next step, or stop. */
  readonly reconnects: boolean;
  readonly startUs: number;
  /** Calls sent first on each connection, ahead of the window: AUTH, SELECT. HELLO 3 follows for protocol 3. */
  readonly greeting?: readonly (readonly string[])[];
  readonly steps: readonly Step[];
};

/** `gapUs`: virtual time to wait before the step. */
export type Step =
  | { readonly do: "call"; readonly words: readonly string[]; readonly gapUs?: number }
  /** Bytes that need not be a request. What comes back is framed but not matched. */
  | { readonly do: "raw"; readonly bytes: string; readonly times?: number; readonly gapUs?: number }
  /** A whole SCAN iteration, with these further words. */
  | { readonly do: "scan"; readonly words: readonly string[]; readonly gapUs?: number }
  /** `half`: only the own side is closed; what comes back is still read until the server closes too. */
  | { readonly do: "disconnect"; readonly how?: "half"; readonly gapUs?: number }
  /** Reads nothing for this long. */
  | { readonly do: "stall"; readonly forUs: number; readonly gapUs?: number };
