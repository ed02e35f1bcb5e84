// Waiting: calls that wait for a key, as seen when they are answered.
//
// Who waited is served from the key that woke it, which may be any of its keys, whatever the others hold; whether a call
// waited is not told. So outside of EXEC several answers are right: what a call that does not wait gets, what any
// other of its keys gives, and, while no key could serve it, that its time was over or that CLIENT UNBLOCK ended it.

import type { Call } from "./command.ts";
import { errors } from "./errors.ts";
import { parseLongDouble } from "./long-double.ts";
import { int64Max } from "./numbers.ts";
import { type Outcome, oneOf } from "./one-of.ts";
import { chosen, error, nilArray, type Reply } from "./reply.ts";

export type Wait = {
  readonly keys: readonly string[];
  /** In seconds. */
  readonly timeout: string;
  /** What a transaction gets where there is nothing. */
  readonly none: Reply;
  /** What a key gives; undefined: it is missing. */
  readonly serve: (key: string) => Outcome | undefined;
};

/** The reply, after what belongs to it. */
export function settled({ reply, adopt }: Outcome): Reply {
  adopt?.();
  return reply;
}

/** Commands that may wait. */
export const mayWait: ReadonlySet<string> = new Set([
  ...[
    "blpop",
    "brpop",
    "blmove",
    "brpoplpush",
    "blmpop",
    "bzpopmin",
    "bzpopmax",
    "bzmpop",
    "xread",
    "xreadgroup",
  ],
]);

/** The reply to a call that is refused by the rules of its user, which may have changed while it waited: or how waits end. */
export function refusedOrOver(refusal: string): Reply {
  return chosen(`${refusal}, or the end of its waiting`, (answer) => {
    if (answer.kind === "error") return answer.text === refusal || answer.text.startsWith("UNBLOCKED ");
    return answer.kind === "null-array" || answer.kind === "null";
  });
}

/** The reply to a call that may wait until one of its keys can serve it. */
export function served(call: Call, { keys, timeout, none, serve }: Wait): Reply {
  const mistake = timeoutMistake(timeout);
  if (mistake !== undefined) return error(mistake);
  // A reply that is kept back says nothing: it is taken for one that did not wait.
  const isUntold = call.session.replyMode !== "on";
  if (call.session.isInExec || isUntold) {
    for (const key of keys) {
      const outcome = serve(key);
      if (outcome !== undefined) return settled(outcome); // Keys behind it are not looked at.
    }
    return none;
  }
  const { model } = call;
  const { isTouching } = model;
  const outcomes: Outcome[] = [];
  for (const key of new Set(keys)) {
    const outcome = serve(key);
    if (outcome === undefined) continue;
    outcomes.push(outcome);
    model.isTouching = false; // Keys behind it are looked at here only: their time of access stays.
  }
  model.isTouching = isTouching;
  const [first] = outcomes;
  const serving = outcomes.filter(({ adopt }) => adopt !== undefined);
  const right = first === undefined ? [] : [first, ...serving.filter((outcome) => outcome !== first)];
  // A key that can serve would have ended the wait.
  if (serving.length === 0) {
    // One that waited looked at its keys when it began, if they were there by then.
    const adopt = (): void => forgetUse(call, keys);
    right.push({ reply: nilArray, adopt }, { reply: error(errors.unblocked), adopt });
  }
  return oneOf(call, right);
}

function forgetUse({ model, session }: Call, keys: readonly string[]): void {
  for (const key of keys) {
    const entry = model.get(session.db, key);
    if (entry !== undefined) entry.accessSeconds = undefined;
  }
}

/** What is wrong with a timeout in seconds. */
export function timeoutMistake(text: string): string | undefined {
  const seconds = parseLongDouble(text);
  if (seconds === undefined) return errors.timeoutNotAFloat;
  if (seconds === "infinite") return errors.timeoutNegative; // It wraps around.
  const { mantissa, exponent } = seconds;
  const thousandfold = mantissa * 1000n;
  const scale = 1n << BigInt(Math.abs(exponent));
  // Rounded up: just below 0 is no mistake.
  const ms = exponent >= 0 ? thousandfold * scale : -(-thousandfold / scale);
  const isLess = exponent < 0 && ms * scale < thousandfold;
  const rounded = isLess ? ms + 1n : ms;
  return rounded < 0n || rounded > int64Max ? errors.timeoutNegative : undefined;
}
