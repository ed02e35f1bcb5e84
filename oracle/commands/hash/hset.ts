// HSET, HMSET, HSETNX: values at fields of a hash.

import {
  type EntryOf,
  endsWithout,
  entryAt,
  hashOf,
  isTooLongForHash,
  storeWritable,
  writableMap,
} from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { arityError } from "../../errors.ts";
import { error, integer, ok, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const hset: OracleCommand = {
  name: "hset",
  arity: -4,
  class: "exact",
  run: (call) => setAll(call, "hset", integer),
};

export const hmset: OracleCommand = {
  name: "hmset",
  arity: -4,
  class: "exact",
  run: (call) => setAll(call, "hmset", () => ok),
};

export const hsetnx: OracleCommand = {
  name: "hsetnx",
  arity: 4,
  class: "exact",
  run(call) {
    const [, key = "", field = ""] = call.words;
    const before = entryAt(call, key, "hash");
    if (before === "wrong type") return wrongType;
    if (before?.value.has(field) === true) return integer(0);
    return integer(write(call, before));
  },
};

function setAll(call: Call, name: string, reply: (added: number) => Reply): Reply {
  const { words } = call;
  if (words.length % 2 !== 0) return error(arityError(name));
  const before = entryAt(call, words[1] as string, "hash");
  return before === "wrong type" ? wrongType : reply(write(call, before));
}

// How many of the fields are new.
function write(call: Call, before: EntryOf<"hash"> | undefined): number {
  const { model, words } = call;
  const value = writableMap(call, before?.value);
  const sizeBefore = value.size;
  let ends = before?.ends;
  for (let i = 2; i < words.length; i += 2) {
    value.set(words[i] as string, words[i + 1] as string);
    ends = endsWithout(ends, [words[i] as string]);
  }
  const isLarge =
    before?.encoding === "hashtable" || words.slice(2).some((word) => isTooLongForHash(model, word));
  storeWritable(call, words[1] as string, hashOf(model, value, { isLarge, ends }), before);
  return value.size - sizeBefore;
}
