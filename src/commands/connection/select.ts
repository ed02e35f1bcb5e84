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
    if (index >= 0 && index < server.config.databases) {
      client.db = index;
      keyspace.db = index;
      return reply.ok();
    }
    if (args.bigInteger(1) === undefined) return reply.error(errors.notAnInteger);
    const isInt32 = index >= -INT32_MAX - 1 && index <= INT32_MAX;
    reply.error(isInt32 ? errors.dbIndexOutOfRange : errors.intOutOfRange);
  },
});
