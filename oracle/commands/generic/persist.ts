// PERSIST: takes a key's time to live away.

import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";

export const persist: OracleCommand = {
  name: "persist",
  arity: 2,
  class: "exact",
  run({ model, session, words }) {
    const key = words[1] as string;
    const entry = model.use(session.db, key);
    if (entry?.expireAtMs === undefined) return integer(0);
    model.setExpiry(session.db, key, entry, undefined);
    return integer(1);
  },
};
