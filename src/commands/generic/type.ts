// TYPE: the kind of value a key holds, and the names of the kinds.

import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

/** Names by TYPE_ code of store/entry.ts. */
const typeNames = ["string", "list", "set", "zset", "hash", "stream"] as const;

export const type = defineCommand({
  name: "type",
  summary: "Names the type of the value at a key.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const entry = keyspace.inspect(args, 1);
    reply.simple(entry === undefined ? "none" : typeName(entry.type));
  },
});

/** What TYPE answers for a TYPE_ code. */
export function typeName(code: number): string {
  return typeNames[code] as string;
}
