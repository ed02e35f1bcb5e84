// HDEL: fields taken out of a hash; the last one takes the key with it.

import { endsWithout, entryAt, storeWritable, writableMap } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const hdel: OracleCommand = {
  name: "hdel",
  arity: -3,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = entryAt(call, key, "hash");
    if (before === "wrong type") return wrongType;
    if (before === undefined) return integer(0);
    const sizeBefore = before.value.size;
    const value = writableMap(call, before.value);
    for (const field of call.words.slice(2)) value.delete(field);
    const removed = sizeBefore - value.size;
    const ends = endsWithout(before.ends, call.words.slice(2));
    if (removed > 0) storeWritable(call, key, { ...before, value, ends }, before);
    return integer(removed);
  },
};
