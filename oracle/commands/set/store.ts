// SINTERSTORE, SUNIONSTORE, SDIFFSTORE: sets made of sets, stored at a key whatever it held.

import { type EntryOf, setOf, store } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import type { Model } from "../../model.ts";
import { integer } from "../../reply.ts";
import { wrongType } from "../../strings.ts";
import { combined, type SetAlgebra, setsAt } from "./sinter.ts";

export const sinterstore: OracleCommand = command("inter");
export const sunionstore: OracleCommand = command("union");
export const sdiffstore: OracleCommand = command("diff");

function command(algebra: SetAlgebra): OracleCommand {
  return {
    name: `s${algebra}store`,
    arity: -3,
    class: "exact",
    run(call) {
      const [, target = "", ...keys] = call.words;
      const sets = setsAt(call, keys);
      if (sets === "wrong type") return wrongType;
      const value = combined(algebra, sets);
      const isLarge = algebra === "diff" && becomesLarge(call.model, sets);
      store(call, target, setOf(call.model, value, isLarge), undefined);
      return integer(value.size);
    },
  };
}

// When the other sets are small, Redis copies the first one and takes their members away from the copy, which may
// then have an encoding that what is left of it does not need.
function becomesLarge(model: Model, sets: readonly (EntryOf<"set"> | undefined)[]): boolean {
  const [first] = sets;
  if (first === undefined) return false;
  const sizes = sets.filter((entry) => entry !== undefined).map(({ value }) => value.size);
  const lookups = sizes.length * first.value.size;
  const visits = sizes.reduce((sum, size) => sum + size, 0);
  const isCopied = Math.floor(lookups / 2) > visits;
  return isCopied && setOf(model, first.value, false).encoding === "hashtable";
}
