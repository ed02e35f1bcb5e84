// HGET, HMGET, HEXISTS, HSTRLEN, HLEN: what a hash holds at a field, and how many there are.

import { entryAt } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { array, bulk, integer, nil, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const hget: OracleCommand = {
  name: "hget",
  arity: 3,
  class: "exact",
  run: (call) => ofFields(call, (fields) => valueReply(fields.get(call.words[2] as string))),
};

export const hmget: OracleCommand = {
  name: "hmget",
  arity: -3,
  class: "exact",
  run: (call) =>
    ofFields(call, (fields) => array(call.words.slice(2).map((field) => valueReply(fields.get(field))))),
};

export const hexists: OracleCommand = {
  name: "hexists",
  arity: 3,
  class: "exact",
  run: (call) => ofFields(call, (fields) => integer(fields.has(call.words[2] as string) ? 1 : 0)),
};

export const hstrlen: OracleCommand = {
  name: "hstrlen",
  arity: 3,
  class: "exact",
  run: (call) => ofFields(call, (fields) => integer(fields.get(call.words[2] as string)?.length ?? 0)),
};

export const hlen: OracleCommand = {
  name: "hlen",
  arity: 2,
  class: "exact",
  run: (call) => ofFields(call, (fields) => integer(fields.size)),
};

const none: ReadonlyMap<string, string> = new Map();

/** A reply made of the fields of the hash at the first argument; a missing key has none. */
export function ofFields(call: Call, reply: (fields: ReadonlyMap<string, string>) => Reply): Reply {
  const entry = entryAt(call, call.words[1] as string, "hash");
  return entry === "wrong type" ? wrongType : reply(entry?.value ?? none);
}

function valueReply(value: string | undefined): Reply {
  return value === undefined ? nil : bulk(value);
}
