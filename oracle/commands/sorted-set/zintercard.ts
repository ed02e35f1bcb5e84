// ZINTERCARD: how many members sorted sets have in common, counted up to a limit.

import type { OracleCommand } from "../../command.ts";
import { limitOption } from "../../numkeys.ts";
import { integer } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { combined, sourcesAt } from "./zunion.ts";

export const zintercard: OracleCommand = {
  name: "zintercard",
  arity: -3,
  class: "exact",
  run(call) {
    const sources = sourcesAt(call, "zintercard", 1);
    if ("kind" in sources) return sources;
    const limit = limitOption(call.words, 2 + sources.length);
    if (limit === undefined) return syntaxError;
    if (typeof limit !== "number") return limit;
    const { size } = combined("inter", sources, "SUM");
    return integer(limit === 0 ? size : Math.min(size, limit));
  },
};
