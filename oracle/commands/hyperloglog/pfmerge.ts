// PFMERGE: one counter of several; the target is one of them.

import type { OracleCommand } from "../../command.ts";
import {
  emptyHyperLogLog,
  forgetCount,
  isSparse,
  mergeInto,
  raiseDense,
  raised,
  registerCount,
  toDense,
} from "../../hyperloglog.ts";
import { ok } from "../../reply.ts";
import { corrupt, counterAt, sparseBytesMax, storeCounter } from "./counters.ts";

export const pfmerge: OracleCommand = {
  name: "pfmerge",
  arity: -2,
  class: "exact",
  run(call) {
    const merged = new Uint8Array(registerCount);
    let isDense = false;
    for (const key of call.words.slice(1)) {
      const counter = counterAt(call, key);
      if (counter === undefined) continue;
      if ("kind" in counter) return counter;
      if (!isSparse(counter.bytes)) isDense = true;
      if (!mergeInto(merged, counter.bytes)) return corrupt;
    }
    const key = call.words[1] as string;
    const before = counterAt(call, key);
    if (before !== undefined && "kind" in before) return before;
    let bytes = before?.bytes ?? emptyHyperLogLog();
    // It was readable above, so it can be made dense.
    if (isDense) bytes = toDense(bytes) ?? bytes;
    for (let index = 0; index < registerCount && isSparse(bytes); index++) {
      const value = merged[index] as number;
      if (value === 0) continue;
      const after = raised(bytes, index, { value, sparseBytesMax: sparseBytesMax(call) });
      if (after !== "same" && after !== undefined) bytes = after;
    }
    if (!isSparse(bytes)) raiseDense(bytes, merged);
    forgetCount(bytes);
    storeCounter(call, key, bytes, before?.entry);
    return ok;
  },
};
