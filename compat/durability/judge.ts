// Judge: whether what a restarted server holds is a state that was promised.
//
// Role: pure. A writer's databases must be as they were after some of its steps, in order: after all that were
// acknowledged and any number of those that were sent behind them; or, where only snapshots are kept, as all
// databases were at one moment.
// Invariant: a transaction and a script are one step, so a half of one is no state at all.

import { quoteBytes, quoteWords } from "../resp/request.ts";
import { type Difference, differences, firstDifference, type Held } from "./held.ts";
import { copyOf, type Model } from "./model.ts";
import { applyStep } from "./step.ts";
import type { Told } from "./writer.ts";

const shownStepsMax = 6;

export type Account = {
  /** What the databases held before the first of `told`. */
  readonly base: Model;
  readonly told: readonly Told[];
  readonly acked: number;
  /** When the server was seen to have ended, by the wall clock. */
  readonly endedMs: number;
};

export type Verdict =
  | { readonly ok: true; readonly model: Model; readonly steps: number }
  | { readonly ok: false; readonly text: string };

/** The state after all acknowledged steps and perhaps some more. */
export function judgeComplete(account: Account, held: Held): Verdict {
  const { told, acked } = account;
  const found = matches(account, held, acked, true);
  const [first] = found.matching;
  if (first !== undefined) return { ok: true, model: first.model, steps: first.steps };
  const unacked = told.length - acked;
  return { ok: false, text: `after ${acked} acknowledged steps and ${unacked} sent: ${found.difference}` };
}

/**
 * The states of one moment, no earlier than `notBeforeMs`: for each account how many of its steps were in it. All
 * accounts are of one server.
 */
export function judgeMoment(
  accounts: readonly Account[],
  helds: readonly Held[],
  notBeforeMs: number,
): readonly Verdict[] {
  const found = accounts.map((account, i) => matches(account, helds[i] as Held, 0, false));
  if (found.some(({ matching }) => matching.length === 0)) {
    return found.map(({ matching: [first], difference }) =>
      first === undefined
        ? { ok: false, text: `the state of no moment: ${difference}` }
        : { ok: true, model: first.model, steps: first.steps },
    );
  }
  const spans = found.map(({ matching }, i) =>
    matching.map((match) => ({ match, ...spanOf(accounts[i] as Account, match.steps) })),
  );
  // If there is a common moment, the latest beginning of the spans that share it is one.
  const moments = [notBeforeMs, ...spans.flat().map(({ fromMs }) => fromMs)];
  for (const moment of moments) {
    if (moment < notBeforeMs) continue;
    const chosen = spans.map((list) => list.find(({ fromMs, toMs }) => fromMs <= moment && moment <= toMs));
    if (chosen.some((one) => one === undefined)) continue;
    return chosen.map((one) => {
      if (one === undefined) throw new Error("unreachable");
      return { ok: true, model: one.match.model, steps: one.match.steps };
    });
  }
  const told = spans.map((list) =>
    list.map(({ match, fromMs, toMs }) => `${match.steps} [${fromMs},${toMs}]`).join(" "),
  );
  const text = `states of different moments, or of one before ${notBeforeMs}: ${told.join("; ")}`;
  return accounts.map(() => ({ ok: false, text }));
}

type Match = { readonly steps: number; readonly model: Model };

// The prefixes of at least `least` steps whose state is the one held.
function matches(
  account: Account,
  held: Held,
  least: number,
  isFirstEnough: boolean,
): { readonly matching: readonly Match[]; readonly difference: string } {
  const matching: Match[] = [];
  let hint: Difference | undefined;
  replay(account, (model, steps) => {
    if (steps < least || (isFirstEnough && matching.length > 0)) return;
    hint = firstDifference(model, held, hint);
    if (hint === undefined) matching.push({ steps, model: copyOf(model) });
  });
  return { matching, difference: matching.length > 0 ? "" : nearest(account, held) };
}

function replay({ base, told, endedMs }: Account, look: (model: Model, steps: number) => void): void {
  const model = copyOf(base);
  look(model, 0);
  for (const [i, { step, last, sentMs, doneMs }] of told.entries()) {
    applyStep(model, step, last, { sentMs, doneMs: doneMs ?? endedMs });
    look(model, i + 1);
  }
}

// For whoever looks for the reason: the prefix that comes nearest, what is different from it, and the steps around its
// end that name the key.
function nearest(account: Account, held: Held): string {
  let fewest: readonly Difference[] | undefined;
  let at = 0;
  replay(account, (model, steps) => {
    const found = differences(model, held);
    if (fewest !== undefined && found.length >= fewest.length) return;
    [fewest, at] = [found, steps];
  });
  const [first] = fewest ?? [];
  if (first === undefined) return `the state after ${at}: acknowledged steps are lost`;
  const told = `${fewest?.length} keys differ from the state after ${at}`;
  return `${told}; database ${first.db}, key ${first.key} ${first.text}${around(first.key, account, at)}`;
}

function around(key: string, { told, acked }: Account, at: number): string {
  const lines = told.flatMap(({ step, last }, i) => {
    const isNamed = step.calls.some(
      ({ words: [name, ...rest] }) => name === "FLUSHDB" || name === "SWAPDB" || rest.includes(key),
    );
    if (!isNamed) return [];
    const words = step.calls.map((each) => quoteWords(each.words, 24)).join("; ");
    const answer = last === undefined ? "no answer" : quoteBytes(last.raw, 60);
    return [
      {
        i,
        text: `\n    step ${i + 1}${i < acked ? "" : " (not acknowledged)"}, ${step.kind}: ${words} -> ${answer}`,
      },
    ];
  });
  const before = lines.filter(({ i }) => i < at).slice(-shownStepsMax);
  const behind = lines.filter(({ i }) => i >= at).slice(0, shownStepsMax / 2);
  return [...before, ...behind].map(({ text }) => text).join("");
}

// Between which moments the server may have been at this state: after it had been sent the last of the steps, and
// before the answer to the next was there.
function spanOf({ told }: Account, steps: number): { readonly fromMs: number; readonly toMs: number } {
  return {
    fromMs: steps === 0 ? Number.NEGATIVE_INFINITY : (told[steps - 1]?.sentMs ?? 0),
    toMs: told[steps]?.doneMs ?? Number.POSITIVE_INFINITY,
  };
}
