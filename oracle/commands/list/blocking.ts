// BLPOP, BRPOP, BLMPOP, BLMOVE, BRPOPLPUSH: as seen when they are answered.

import type { Call, OracleCommand } from "../../command.ts";
import { type End, listAt, move, popMany, take } from "../../lists.ts";
import type { Outcome } from "../../one-of.ts";
import { array, bulk, nil, nilArray, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";
import { served } from "../../waiting.ts";
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
    const element = entry.value.at(end === "left" ? 0 : -1) as string;
    const adopt = (): void => void take(call, key, { entry, end, count: 1 });
    return { reply: array([bulk(key), bulk(element)]), adopt };
  };
  return served(call, { keys, timeout, none: nilArray, serve });
}
