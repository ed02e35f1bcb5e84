// SMOVE: a member of one set into another.

import { entryAt, setOf, store } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const smove: OracleCommand = {
  name: "smove",
  arity: 4,
  class: "exact",
  run(call) {
    const [, from = "", to = "", member = ""] = call.words;
    const source = entryAt(call, from, "set");
    const target = entryAt(call, to, "set");
    if (source === undefined) return integer(0); // Whatever the other key holds.
    if (source === "wrong type" || target === "wrong type") return wrongType;
    if (!source.value.has(member)) return integer(0);
    if (from === to) return integer(1);
    const left = new Set(source.value);
    left.delete(member);
    store(call, from, { ...source, value: left }, source);
    if (target?.value.has(member) === true) return integer(1);
    const value = new Set(target?.value).add(member);
    store(call, to, setOf(call.model, value, target?.encoding === "hashtable"), target);
    return integer(1);
  },
};
