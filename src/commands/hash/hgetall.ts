// HGETALL, HKEYS, HVALS and HLEN: a hash as a whole.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key } from "../syntax.ts";

export const hgetall = defineCommand({
  name: "hgetall",
  summary: "Returns all fields of a hash with their values.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for the N fields of the hash.",
  flags: ["readonly"],
  syntax: [key("RO access")],
  class: "unordered",
  tips: ["nondeterministic_output_order"],
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.map(hash.length);
    hash.rewind();
    while (hash.next()) {
      hash.field.writeTo(reply);
      hash.value.writeTo(reply);
    }
  },
});

export const hkeys = defineCommand({
  name: "hkeys",
  summary: "Returns all fields of a hash.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for the N fields of the hash.",
  flags: ["readonly"],
  syntax: [key("RO access")],
  class: "unordered",
  tips: ["nondeterministic_output_order"],
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.array(hash.length);
    hash.rewind();
    while (hash.next()) hash.field.writeTo(reply);
  },
});

export const hvals = defineCommand({
  name: "hvals",
  summary: "Returns the values of all fields of a hash.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for the N fields of the hash.",
  flags: ["readonly"],
  syntax: [key("RO access")],
  class: "unordered",
  tips: ["nondeterministic_output_order"],
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.array(hash.length);
    hash.rewind();
    while (hash.next()) hash.value.writeTo(reply);
  },
});

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
