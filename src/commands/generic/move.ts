// MOVE: a key goes to another database, with its expiry and access word.

import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { transfer } from "../../keyspace/transfer.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { integer, key } from "../syntax.ts";
import { dbArgument } from "./db-argument.ts";

const settling = { isTaken: false, isMove: true } as const;

export const move = defineCommand({
  name: "move",
  summary: "Moves a key to another database unless that one has it too.",
  since: "1.0.0",
  group: "generic",
  complexity: "O(1)",
  flags: ["write", "fast"],
  syntax: [key("RW access update"), integer("db", "db")],
  class: "exact",
  run(context) {
    const { keyspace, args, reply, server } = context;
    if (server.cluster !== undefined) return reply.error(errors.moveInCluster);
    const db = dbArgument(context, 2);
    if (Number.isNaN(db)) return;
    if (db === keyspace.db) return reply.error(errors.sameObject);
    const source = keyspace.write(args, 1);
    if (source === undefined) return reply.int(0);
    if (keyspace.write(args, 1, keyspace.second, db) !== undefined) return reply.int(0);
    transfer(source, keyspace.second, settling, args.bytes, args.start(1), args.end(1));
    keyspace.notify(EVENT_GENERIC, "move_from", args, 1);
    keyspace.notify(EVENT_GENERIC, "move_to", args, 1, db);
    reply.int(1);
  },
});
