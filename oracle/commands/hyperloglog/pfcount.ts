// PFCOUNT: about how many different elements counters have seen, together.

import type { Call, OracleCommand } from "../../command.ts";
import {
  cacheCount,
  cachedCount,
  estimate,
  mergeInto,
  registerCount,
  registersOf,
} from "../../hyperloglog.ts";
import { integer, type Reply } from "../../reply.ts";
import { corrupt, counterAt, storeCounter, storeUnnoticed } from "./counters.ts";

export const pfcount: OracleCommand = {
  name: "pfcount",
  arity: -2,
  class: "exact",
  run: (call) => (call.words.length === 2 ? countOne(call, call.words[1] as string) : countMany(call)),
};

// The count of one is kept in it, which is a change; the representation may change as well, which is none.
function countOne(call: Call, key: string): Reply {
  const counter = counterAt(call, key);
  if (counter === undefined) return integer(0);
  if ("kind" in counter) return counter;
  const { bytes, entry } = counter;
  const known = cachedCount(bytes);
  if (known !== undefined) {
    storeUnnoticed(call, key, bytes, entry);
    return integer(known);
  }
  const registers = registersOf(bytes);
  const count = registers === undefined ? undefined : estimate(registers);
  if (count === undefined) {
    storeUnnoticed(call, key, bytes, entry);
    return corrupt;
  }
  cacheCount(bytes, count);
  storeCounter(call, key, bytes, entry);
  return integer(count);
}

function countMany(call: Call): Reply {
  const merged = new Uint8Array(registerCount);
  for (const key of call.words.slice(1)) {
    const counter = counterAt(call, key);
    if (counter === undefined) continue;
    if ("kind" in counter) return counter;
    if (!mergeInto(merged, counter.bytes)) return corrupt;
  }
  return integer(estimate(merged));
}
