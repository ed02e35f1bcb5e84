// SINTERCARD: how many members sets have in common, counted up to a limit.

import type { OracleCommand } from "../../command.ts";
import { limitOption, numberedKeys } from "../../numkeys.ts";
import { integer } from "../../reply.ts";
import { syntaxError, wrongType } from "../../strings.ts";
import { combined, setsAt } from "./sinter.ts";

export const sintercard: OracleCommand = {
  name: "sintercard",
  arity: -3,
  class: "exact",
  run(call) {
    const numbered = numberedKeys(call.words, 1);
    if ("kind" in numbered) return numbered;
    const limit = limitOption(call.words, numbered.next);
    if (limit === undefined) return syntaxError;
    if (typeof limit !== "number") return limit;
    const sets = setsAt(call, numbered.keys);
    if (sets === "wrong type") return wrongType;
    const { size } = combined("inter", sets);
    return integer(limit === 0 ? size : Math.min(size, limit));
  },
};
