// SPOP: members taken out of a set, drawn by the server.

import { type EntryOf, entryAt, setOf, storeWritable, writableSet } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { chosen, error, nil, type Reply } from "../../reply.ts";
import { syntaxError, wrongType } from "../../strings.ts";

export const spop: OracleCommand = {
  name: "spop",
  arity: -2,
  class: "random",
  run(call) {
    const { words } = call;
    if (words.length === 2) {
      const before = setAt(call);
      if (before === "wrong type") return wrongType;
      return before === undefined ? nil : popOne(call, before);
    }
    if (words.length > 3) return syntaxError;
    const count = int64(words[2] as string);
    if (count === undefined || count < 0n) return error(errors.mustBePositive);
    const before = setAt(call);
    if (before === "wrong type") return wrongType;
    if (before === undefined || count === 0n) return { kind: "set", items: [] };
    return popMany(call, before, Number(count));
  },
};

function setAt(call: Call): EntryOf<"set"> | undefined | "wrong type" {
  return entryAt(call, call.words[1] as string, "set");
}

function popOne(call: Call, before: EntryOf<"set">): Reply {
  return chosen("a member", (answer) => {
    if (answer.kind !== "bulk" || !before.value.has(answer.text)) return false;
    take(call, before, [answer.text]);
    return true;
  });
}

function popMany(call: Call, before: EntryOf<"set">, count: number): Reply {
  const wanted = Math.min(count, before.value.size);
  const kind = call.session.protocol === 3 ? "set" : "array";
  return chosen(`${wanted} different members`, (answer) => {
    if (answer.kind !== kind || !("items" in answer) || answer.items.length !== wanted) return false;
    const members = answer.items.map((item) => (item.kind === "bulk" ? item.text : undefined));
    const taken = members.filter((member) => member !== undefined && before.value.has(member)) as string[];
    if (new Set(taken).size !== wanted) return false;
    take(call, before, taken);
    return true;
  });
}

const rebuiltFrom = 5; // a set is built anew of those that stay when at least this many times as many go

function take(call: Call, before: EntryOf<"set">, members: readonly string[]): void {
  const value = writableSet(call, before.value);
  for (const member of members) value.delete(member);
  const isRebuilt = call.words.length > 2 && value.size * rebuiltFrom <= members.length;
  const after = isRebuilt ? setOf(call.model, value, false) : { ...before, value };
  storeWritable(call, call.words[1] as string, after, before);
}
