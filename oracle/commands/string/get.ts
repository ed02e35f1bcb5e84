// GET: the string at a key.

import type { OracleCommand } from "../../command.ts";
import { bulk, nil } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const get: OracleCommand = {
  name: "get",
  arity: 2,
  class: "exact",
  run({ model, session, words }) {
    const entry = model.use(session.db, words[1] as string);
    if (entry === undefined) return nil;
    return entry.type === "string" ? bulk(entry.value) : wrongType;
  },
};
