// SISMEMBER, SMISMEMBER, SMEMBERS, SCARD: what is in a set.

import { entryAt } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { array, bulk, integer, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const sismember: OracleCommand = {
  name: "sismember",
  arity: 3,
  class: "exact",
  run: (call) => ofMembers(call, (members) => isIn(members, call.words[2] as string)),
};

export const smismember: OracleCommand = {
  name: "smismember",
  arity: -3,
  class: "exact",
  run: (call) =>
    ofMembers(call, (members) => array(call.words.slice(2).map((member) => isIn(members, member)))),
};

export const smembers: OracleCommand = {
  name: "smembers",
  arity: 2,
  class: "unordered",
  run: (call) => ofMembers(call, (members) => ({ kind: "set", items: [...members].map(bulk) })),
};

export const scard: OracleCommand = {
  name: "scard",
  arity: 2,
  class: "exact",
  run: (call) => ofMembers(call, (members) => integer(members.size)),
};

const none: ReadonlySet<string> = new Set();

/** A reply made of the members of the set at the first argument; a missing key has none. */
export function ofMembers(call: Call, reply: (members: ReadonlySet<string>) => Reply): Reply {
  const entry = entryAt(call, call.words[1] as string, "set");
  return entry === "wrong type" ? wrongType : reply(entry?.value ?? none);
}

function isIn(members: ReadonlySet<string>, member: string): Reply {
  return integer(members.has(member) ? 1 : 0);
}
