// COPY: a key's value and time to live at another key, or in another database.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, integer } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { dbArgument } from "./db-argument.ts";

export const copy: OracleCommand = {
  name: "copy",
  arity: -3,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const source = words[1] as string;
    const target = words[2] as string;
    let targetDb = session.db;
    let replaces = false;
    for (let i = 3; i < words.length; i++) {
      const option = (words[i] as string).toUpperCase();
      if (option === "REPLACE") {
        replaces = true;
      } else if (option === "DB" && i + 1 < words.length) {
        const db = dbArgument(call, words[++i] as string);
        if (typeof db === "string") return error(db);
        targetDb = db;
      } else {
        return syntaxError;
      }
    }
    if (targetDb === session.db && source === target) return error(errors.sameObject);
    const entry = model.use(session.db, source);
    if (entry === undefined) return integer(0);
    if (model.use(targetDb, target) !== undefined && !replaces) return integer(0);
    model.set(targetDb, target, { ...entry, accessSeconds: undefined });
    return integer(1);
  },
};
