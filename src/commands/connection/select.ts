// SELECT: the database that the connection's next commands work on.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { integer } from "../syntax.ts";

const INT32_MAX = 2147483647;

export const select = defineCommand({
  name: "select",
  summary: "Chooses the database of the current connection.",
  since: "1.0.0",
  group: "connection",
  complexity: "O(1)",
  flags: ["loading", "stale", "fast"],
  syntax: [integer("index", "db")],
  class: "exact",
  run({ args, client, keyspace, reply, server }) {
    const index = args.safeInteger(1);
    if (server.cluster !== undefined && index !== 0 && isInt32(index)) {
      return reply.error(errors.selectInCluster);
    }
    if (index >= 0 && index < server.config.databases) {
      client.db = index;
      keyspace.db = index;
      return reply.ok();
    }
    if (args.bigInteger(1) === undefined) return reply.error(errors.notAnInteger);
    reply.error(isInt32(index) ? errors.dbIndexOutOfRange : errors.intOutOfRange);
  },
});

function isInt32(index: number): boolean {
  return index >= -INT32_MAX - 1 && index <= INT32_MAX;
}
