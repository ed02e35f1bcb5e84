// BLPOP, BRPOP, BLMPOP, BLMOVE, BRPOPLPUSH: as seen when they are answered.
//
// Who waited is served from the key that woke it, which may be any of its keys, whatever the others hold; whether a call
// waited is not told. So outside of EXEC several answers are right: what a call that does not wait gets, what any
// other of its keys gives, and, while no key could serve it, that its time was over or that CLIENT UNBLOCK ended it.

import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { type End, listAt, move, popMany, settled, take } from "../../lists.ts";
import { parseLongDouble } from "../../long-double.ts";
import { int64Max } from "../../numbers.ts";
import { type Outcome, oneOf } from "../../one-of.ts";
import { array, bulk, error, nil, nilArray, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";
import { moveOf, rightToLeft } from "./move.ts";
import { popOptions } from "./pop.ts";

export const blockingListCommands: readonly OracleCommand[] = [
  { name: "blpop", arity: -3, class: "exact", run: (call) => pop(call, "left") },
  { name: "brpop", arity: -3, class: "exact", run: (call) => pop(call, "right") },
  {
    name: "blmpop",
    arity: -5,
    class: "exact",
    run(call) {
      const options = popOptions(call.words, 2);
      if ("kind" in options) return options;
      const { keys } = options;
      const timeout = call.words[1] as string;
      return served(call, { keys, timeout, none: nilArray, serve: (key) => popMany(call, key, options) });
    },
  },
  {
    name: "blmove",
    arity: 6,
    class: "exact",
    run(call) {
      const wanted = moveOf(call.words);
      if ("kind" in wanted) return wanted;
      const timeout = call.words[5] as string;
      return served(call, { keys: [wanted.from], timeout, none: nil, serve: () => move(call, wanted) });
    },
  },
  {
    name: "brpoplpush",
    arity: 4,
    class: "exact",
    run(call) {
      const wanted = rightToLeft(call.words);
      const timeout = call.words[3] as string;
      return served(call, { keys: [wanted.from], timeout, none: nil, serve: () => move(call, wanted) });
    },
  },
];

function pop(call: Call, end: End): Reply {
  const keys = call.words.slice(1, -1);
  const timeout = call.words.at(-1) as string;
  const serve = (key: string): Outcome | undefined => {
    const entry = listAt(call, key);
    if (entry === undefined) return undefined;
    if (entry === "wrong type") return { reply: wrongType };
    const element = (end === "left" ? entry.value[0] : entry.value.at(-1)) as string;
    const adopt = (): void => void take(call, key, { entry, end, count: 1 });
    return { reply: array([bulk(key), bulk(element)]), adopt };
  };
  return served(call, { keys, timeout, none: nilArray, serve });
}

type Wait = {
  readonly keys: readonly string[];
  readonly timeout: string;
  /** What a transaction gets where there is nothing. */
  readonly none: Reply;
  /** What a key gives; undefined: it is missing. */
  readonly serve: (key: string) => Outcome | undefined;
};

function served(call: Call, { keys, timeout, none, serve }: Wait): Reply {
  const mistake = timeoutMistake(timeout);
  if (mistake !== undefined) return error(mistake);
  const outcomes = [...new Set(keys)].map(serve).filter((outcome) => outcome !== undefined);
  const [first] = outcomes;
  // A reply that is kept back says nothing: it is taken for one that did not wait.
  const isUntold = call.session.replyMode !== "on";
  if (call.session.isInExec || isUntold) return first === undefined ? none : settled(first);
  const serving = outcomes.filter(({ adopt }) => adopt !== undefined);
  const right = first === undefined ? [] : [first, ...serving.filter((outcome) => outcome !== first)];
  // A list would have ended the wait.
  if (serving.length === 0) right.push({ reply: nilArray }, { reply: error(errors.unblocked) });
  return oneOf(call, right);
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
