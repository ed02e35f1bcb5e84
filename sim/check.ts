// Check: one thing that must hold in every run, and what it says when it does not.
//
// Each check lives in checks/<name>.ts with a test over a hand-made bad history. A check that looked at nothing
// in a whole batch fails the batch, so each counts what it looked at.

import type { Pairing } from "./checks/pairing.ts";
import type { References } from "./checks/reference.ts";
import type { Watcher } from "./events.ts";
import type { Plan } from "./plan.ts";
import type { LiveNode } from "./world/live-node.ts";

/** Promises of PROMISES.md. */
export type PromiseId = `P${number}`;

export type Violation = {
  readonly check: string;
  /** What is wrong in few words, without values: with the check's name the signature that shrinking keeps. */
  readonly kind: string;
  readonly atUs: number;
  /** For a person: with values. */
  readonly text: string;
  readonly client?: number;
  readonly request?: number;
};

export type CheckContext = {
  readonly plan: Plan;
  /** Virtual microseconds of the world now. */
  readonly nowUs: () => number;
  /** A running node's own view of itself, for checks of memory, bounds and stuck clients; undefined while it is down. */
  readonly node: (id: number) => LiveNode | undefined;
  /** What each node must hold, stepped by the run. Ask for it in `begin`: it costs nothing in a run without it. */
  readonly references: References;
  /** Which request was run, followed by the run; likewise. */
  readonly pairing: Pairing;
  readonly report: (violation: Omit<Violation, "check" | "atUs"> & { readonly atUs?: number }) => void;
};

export type Check = {
  readonly name: string;
  readonly promises: readonly PromiseId[];
  /** Told of a call before the references are stepped over it: it looks at what the call found. */
  readonly looksBefore?: boolean;
  /** Made anew for each run. */
  readonly begin: (context: CheckContext) => Checking;
};

export type Checking = Watcher & {
  /** Things looked at, by name; 0 over a batch is a failure unless the name ends in "?". */
  readonly counts: () => Readonly<Record<string, number>>;
};
