// HGETALL, HKEYS, HVALS and HLEN: a hash as a whole.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const hgetall = declareWhole("hgetall", "Returns all fields of a hash with their values.", true, true);
export const hkeys = declareWhole("hkeys", "Returns all fields of a hash.", true, false);
export const hvals = declareWhole("hvals", "Returns the values of all fields of a hash.", false, true);

export const hlen = defineCommand({
  name: "hlen",
  summary: "Returns how many fields a hash has.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.int(hash.length);
  },
});

function declareWhole(
  name: string,
  summary: string,
  hasFields: boolean,
  hasValues: boolean,
): CommandDeclaration {
  return defineCommand({
    name,
    summary,
    since: "2.0.0",
    group: "hash",
    complexity: "O(N) for the N fields of the hash.",
    flags: ["readonly"],
    syntax: [key("RO access")],
    class: "unordered",
    tips: ["nondeterministic_output_order"],
    run: (context) => writeWhole(context, hasFields, hasValues),
  });
}

function writeWhole({ keyspace, args, reply }: CommandContext, hasFields: boolean, hasValues: boolean): void {
  const hash = keyspace.readHash(args, 1);
  if (hash === undefined) return reply.error(errors.wrongType);
  if (hasFields && hasValues) reply.map(hash.length);
  else reply.array(hash.length);
  hash.rewind();
  while (hash.next()) {
    if (hasFields) hash.field.writeTo(reply);
    if (hasValues) hash.value.writeTo(reply);
  }
}
