// MOVE: a key into another database, where there is none of that name.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, integer } from "../../reply.ts";
import { dbArgument } from "./db-argument.ts";

export const move: OracleCommand = {
  name: "move",
  arity: 3,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const key = words[1] as string;
    const db = dbArgument(call, words[2] as string);
    if (typeof db === "string") return error(db);
    if (db === session.db) return error(errors.sameObject);
    const entry = model.use(session.db, key);
    if (entry === undefined || model.use(db, key) !== undefined) return integer(0);
    model.delete(session.db, key);
    model.set(db, key, entry);
    return integer(1);
  },
};
