// ZREM: members taken out of a sorted set.

import { entryAt, storeWritable, writableMap } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const zrem: OracleCommand = {
  name: "zrem",
  arity: -3,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = entryAt(call, key, "zset");
    if (before === "wrong type") return wrongType;
    if (before === undefined) return integer(0);
    const sizeBefore = before.value.size;
    const value = writableMap(call, before.value);
    for (const member of call.words.slice(2)) value.delete(member);
    const removed = sizeBefore - value.size;
    if (removed > 0) storeWritable(call, key, { ...before, value }, before);
    return integer(removed);
  },
};
