// SWAPDB: two databases exchange their contents.

import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { integer } from "../syntax.ts";
import { intArgument, isDatabase } from "./db-argument.ts";

export const swapdb = defineCommand({
  name: "swapdb",
  summary: "Exchanges the contents of two databases.",
  since: "4.0.0",
  group: "server",
  complexity: "O(N) for the N clients that watch or wait for keys of either.",
  flags: ["write", "fast"],
  acl: ["keyspace", "dangerous"],
  syntax: [integer("index1", "db"), integer("index2", "db")],
  class: "exact",
  run(context) {
    const { keyspace, reply, server } = context;
    if (server.cluster !== undefined) return reply.error(errors.swapdbInCluster);
    const first = intArgument(context, 1, errors.invalidFirstDbIndex);
    if (Number.isNaN(first)) return;
    const second = intArgument(context, 2, errors.invalidSecondDbIndex);
    if (Number.isNaN(second)) return;
    if (!isDatabase(context, first) || !isDatabase(context, second)) {
      return reply.error(errors.dbIndexOutOfRange);
    }
    keyspace.swap(first, second);
    reply.ok();
  },
});
