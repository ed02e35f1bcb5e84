// Step: what a client of a kill round sends as one, and what it does to the model.
//
// A step must be there as a whole or not at all: one call, a transaction, or a script.

import type { Frame } from "../resp/reply-frame.ts";
import type { Words } from "../resp/request.ts";
import type { Model } from "./model.ts";

/** When a call was sent and answered, by this machine's wall clock; `doneMs` is the end of the server when it was not. */
export type Moment = { readonly sentMs: number; readonly doneMs: number };

export type Call = {
  readonly words: Words;
  /** `reply` is undefined when none came. */
  readonly apply: (model: Model, reply: Frame | undefined, moment: Moment) => void;
};

export type Step =
  | { readonly kind: "call"; readonly calls: readonly [Call] }
  | { readonly kind: "transaction"; readonly calls: readonly Call[] }
  | { readonly kind: "discarded"; readonly calls: readonly Call[] };

/** How many replies a step has. */
export function replyCount(step: Step): number {
  return step.kind === "call" ? 1 : step.calls.length + 2;
}

/** All that is sent for a step. */
export function wordsOf(step: Step): Words[] {
  const words = step.calls.map((each) => each.words);
  if (step.kind === "call") return words;
  return [["MULTI"], ...words, [step.kind === "discarded" ? "DISCARD" : "EXEC"]];
}

/** Does to `model` what the step did; `last` is its last reply. */
export function applyStep(model: Model, step: Step, last: Frame | undefined, moment: Moment): void {
  if (step.kind === "discarded") return;
  for (const [i, each] of step.calls.entries()) {
    each.apply(model, step.kind === "call" ? last : last?.items[i], moment);
  }
}
