// FLUSHDB and FLUSHALL: empty one database, or all of them.

import type { Call, OracleCommand } from "../../command.ts";
import { ok, type Reply } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";

export const flushdb: OracleCommand = {
  name: "flushdb",
  arity: -1,
  class: "exact",
  run: (call) =>
    flush(call, () => {
      call.model.databases[call.session.db]?.clear();
    }),
};

export const flushall: OracleCommand = {
  name: "flushall",
  arity: -1,
  class: "exact",
  run: (call) =>
    flush(call, () => {
      for (const database of call.model.databases) database.clear();
    }),
};

function flush({ words }: Call, clear: () => void): Reply {
  if (words.length > 2) return syntaxError;
  if (words.length === 2 && !["SYNC", "ASYNC"].includes((words[1] as string).toUpperCase()))
    return syntaxError;
  clear();
  return ok;
}
