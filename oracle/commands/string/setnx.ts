// SETNX: a string at a key where there is nothing yet.

import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { stringEntry } from "../../strings.ts";

export const setnx: OracleCommand = {
  name: "setnx",
  arity: 3,
  class: "exact",
  run({ model, session, words }) {
    const key = words[1] as string;
    if (model.use(session.db, key) !== undefined) return integer(0);
    model.set(session.db, key, stringEntry(words[2] as string));
    return integer(1);
  },
};
