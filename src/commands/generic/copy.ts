// COPY: the value, encoding and expiry of a key at another key, maybe in another database.

import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { transfer } from "../../keyspace/transfer.ts";
import { errors } from "../../resp/errors.ts";
import { defineCommand } from "../define.ts";
import { after, integer, key, optional, word } from "../syntax.ts";
import { dbArgument } from "./db-argument.ts";
import { isSameKey } from "./rename.ts";

export const copy = defineCommand({
  name: "copy",
  summary: "Copies the value of a key, with its expiry, to another key.",
  since: "6.2.0",
  group: "generic",
  complexity: "O(N) for the N elements of a collection; O(1) for a string.",
  flags: ["write", "denyoom"],
  syntax: [
    key("RO access", "source"),
    key("OW update", "destination"),
    optional(after("DB", integer("destination-db", "db"))),
    optional(word("REPLACE")),
  ],
  class: "exact",
  run(context) {
    const { keyspace, args, reply, server } = context;
    let db = keyspace.db;
    let replaces = false;
    for (let i = 3; i < args.count; i++) {
      if (args.is(i, "replace")) {
        replaces = true;
      } else if (args.is(i, "db") && i + 1 < args.count) {
        db = dbArgument(context, ++i);
        if (Number.isNaN(db)) return;
      } else {
        return reply.error(errors.syntax);
      }
    }
    if (server.cluster !== undefined && db !== 0) return reply.error(errors.copyInCluster);
    if (db === keyspace.db && isSameKey(context)) return reply.error(errors.sameObject);
    const source = keyspace.read(args, 1);
    if (source === undefined) return reply.int(0);
    const isTaken = keyspace.write(args, 2, keyspace.second, db) !== undefined;
    if (isTaken && !replaces) return reply.int(0);
    const options = { isTaken, isMove: false };
    transfer(source, keyspace.second, options, args.bytes, args.start(2), args.end(2));
    keyspace.notify(EVENT_GENERIC, "copy_to", args, 2, db);
    reply.int(1);
  },
});
