// Canary: an error planted into the server on purpose, to prove that the harness can find it.
//
// A canary replaces one text of one file while it is loaded, in a process of its own; the tree is never touched. Its
// named check must fire within so many seeds: a canary that survives, or that only something else finds, fails.
// `find` occurs exactly once in its file (list.test.ts holds that), so a change of that code brings its canary along.

import type { PromiseId } from "../check.ts";
import type { Profile } from "../plan.ts";

export type Canary = {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** The check that must fire. */
  readonly caughtBy: string;
  readonly withinSeeds: number;
  readonly breaks: PromiseId;
  /** Where it is looked for; the mix unless given. */
  readonly scenario?: string;
  readonly profile?: Profile;
  readonly shards?: number;
};
