// PFADD: elements that a counter has seen.

import type { OracleCommand } from "../../command.ts";
import { added, emptyHyperLogLog, forgetCount } from "../../hyperloglog.ts";
import { integer } from "../../reply.ts";
import { corrupt, counterAt, sparseBytesMax, storeCounter, storeUnnoticed } from "./counters.ts";

export const pfadd: OracleCommand = {
  name: "pfadd",
  arity: -2,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = counterAt(call, key);
    if (before !== undefined && "kind" in before) return before;
    let bytes = before?.bytes ?? emptyHyperLogLog();
    let isChanged = before === undefined;
    let isCorrupt = false;
    for (const element of call.words.slice(2)) {
      const after = added(bytes, element, sparseBytesMax(call));
      if (after === "same") continue;
      if (after === undefined) {
        isCorrupt = true;
        break;
      }
      bytes = after;
      isChanged = true;
      forgetCount(bytes);
    }
    if (isChanged && !isCorrupt) forgetCount(bytes);
    // Also unchanged it is now a string of its own.
    const store = isChanged && !isCorrupt ? storeCounter : storeUnnoticed;
    store(call, key, bytes, before?.entry);
    return isCorrupt ? corrupt : integer(isChanged ? 1 : 0);
  },
};
