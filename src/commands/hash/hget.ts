// HGET, HMGET, HEXISTS and HSTRLEN: what fields of a hash hold.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { key, repeated, string } from "../syntax.ts";

export const hget = defineCommand({
  name: "hget",
  summary: "Returns the value of a field of a hash.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), string("field")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    if (hash.get(args, 2)) hash.value.writeTo(reply);
    else reply.null();
  },
});

export const hmget = defineCommand({
  name: "hmget",
  summary: "Returns the values of several fields of a hash.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(N) for N fields.",
  flags: ["readonly", "fast"],
  syntax: [key("RO access"), repeated(string("field"))],
  class: "exact",
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.array(args.count - 2);
    for (let i = 2; i < args.count; i++) {
      if (hash.get(args, i)) hash.value.writeTo(reply);
      else reply.null();
    }
  },
});

export const hexists = defineCommand({
  name: "hexists",
  summary: "Tells whether a hash has a field.",
  since: "2.0.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO"), string("field")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.int(hash.get(args, 2) ? 1 : 0);
  },
});

export const hstrlen = defineCommand({
  name: "hstrlen",
  summary: "Returns how many bytes the value of a field has.",
  since: "3.2.0",
  group: "hash",
  complexity: "O(1)",
  flags: ["readonly", "fast"],
  syntax: [key("RO"), string("field")],
  class: "exact",
  run({ keyspace, args, reply }) {
    const hash = keyspace.readHash(args, 1);
    if (hash === undefined) return reply.error(errors.wrongType);
    reply.int(hash.get(args, 2) ? hash.value.length : 0);
  },
});
