// ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE: sorted sets made of others, stored at a key whatever it held.

import { sortedSetOf, store } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { combination, type ScoreAlgebra } from "./zunion.ts";

export const zunionstore: OracleCommand = command("union");
export const zinterstore: OracleCommand = command("inter");
export const zdiffstore: OracleCommand = command("diff");

function command(algebra: ScoreAlgebra): OracleCommand {
  const name = `z${algebra}store`;
  return {
    name,
    arity: -4,
    class: "exact",
    run(call) {
      const found = combination(call, { name, at: 2, algebra });
      if ("kind" in found) return found;
      store(call, call.words[1] as string, sortedSetOf(call.model, found.scores), undefined);
      return integer(found.scores.size);
    },
  };
}
