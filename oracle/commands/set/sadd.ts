// SADD and SREM: members of a set come and go.

import { entryAt, setOf, storeWritable, writableSet } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const sadd: OracleCommand = {
  name: "sadd",
  arity: -3,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = entryAt(call, key, "set");
    if (before === "wrong type") return wrongType;
    const sizeBefore = before?.value.size ?? 0;
    const value = writableSet(call, before?.value);
    for (const member of call.words.slice(2)) value.add(member);
    const added = value.size - sizeBefore;
    if (added > 0)
      storeWritable(call, key, setOf(call.model, value, before?.encoding === "hashtable"), before);
    return integer(added);
  },
};

export const srem: OracleCommand = {
  name: "srem",
  arity: -3,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = entryAt(call, key, "set");
    if (before === "wrong type") return wrongType;
    if (before === undefined) return integer(0);
    const sizeBefore = before.value.size;
    const value = writableSet(call, before.value);
    for (const member of call.words.slice(2)) value.delete(member);
    const removed = sizeBefore - value.size;
    if (removed > 0) storeWritable(call, key, { ...before, value }, before);
    return integer(removed);
  },
};
