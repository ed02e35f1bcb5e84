// MGET: the strings at several keys; null for what is missing, or no string.

import type { OracleCommand } from "../../command.ts";
import { array, bulk, nil } from "../../reply.ts";

export const mget: OracleCommand = {
  name: "mget",
  arity: -2,
  class: "exact",
  run({ model, session, words }) {
    return array(
      words.slice(1).map((key) => {
        const entry = model.use(session.db, key);
        return entry?.type === "string" ? bulk(entry.value) : nil;
      }),
    );
  },
};
