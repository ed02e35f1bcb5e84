// SRANDMEMBER: members of a set, drawn.

import type { OracleCommand } from "../../command.ts";
import { drawCount, drawnMany, drawnOne, type Elements } from "../../draws.ts";
import { nil } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { ofMembers } from "./sismember.ts";

export const srandmember: OracleCommand = {
  name: "srandmember",
  arity: -2,
  class: "random",
  run(call) {
    const { words } = call;
    if (words.length > 3) return syntaxError;
    if (words.length === 2) {
      return ofMembers(call, (members) => (members.size === 0 ? nil : drawnOne(elements(members))));
    }
    const count = drawCount(words[2] as string);
    if (typeof count !== "bigint") return count;
    return ofMembers(call, (members) => drawnMany(elements(members), count, "none"));
  },
};

function elements(members: ReadonlySet<string>): Elements {
  return new Map([...members].map((member) => [member, ""]));
}
