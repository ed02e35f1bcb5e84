// LMOVE and RPOPLPUSH: an element from an end of one list to an end of another, or of the same.

import type { OracleCommand } from "../../command.ts";
import { endOf, type Move, move } from "../../lists.ts";
import { nil, type Reply } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { settled } from "../../waiting.ts";

export const moveCommands: readonly OracleCommand[] = [
  {
    name: "lmove",
    arity: 5,
    class: "exact",
    run(call) {
      const wanted = moveOf(call.words);
      return "kind" in wanted ? wanted : settled(move(call, wanted) ?? { reply: nil });
    },
  },
  {
    name: "rpoplpush",
    arity: 3,
    class: "exact",
    run: (call) => settled(move(call, rightToLeft(call.words)) ?? { reply: nil }),
  },
];

/** What the words behind LMOVE and BLMOVE say, or the error. */
export function moveOf([, from = "", to = "", fromWord = "", toWord = ""]: readonly string[]): Move | Reply {
  const fromEnd = endOf(fromWord);
  const toEnd = endOf(toWord);
  return fromEnd === undefined || toEnd === undefined ? syntaxError : { from, to, fromEnd, toEnd };
}

export function rightToLeft([, from = "", to = ""]: readonly string[]): Move {
  return { from, to, fromEnd: "right", toEnd: "left" };
}
