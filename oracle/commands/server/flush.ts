// FLUSHDB and FLUSHALL: empty one database, or all of them.

import type { Call, OracleCommand } from "../../command.ts";
import type { Model } from "../../model.ts";
import { ok, type Reply } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";
import { touchAllWatched } from "../../transactions.ts";

export const flushdb: OracleCommand = {
  name: "flushdb",
  arity: -1,
  class: "exact",
  run: (call) =>
    flush(call, () => {
      empty(call.model, call.session.db);
    }),
};

export const flushall: OracleCommand = {
  name: "flushall",
  arity: -1,
  class: "exact",
  run: (call) =>
    flush(call, () => {
      for (let db = 0; db < call.model.databases.length; db++) empty(call.model, db);
    }),
};

function empty(model: Model, db: number): void {
  touchAllWatched(model, db);
  model.databases[db]?.clear();
}

function flush({ words }: Call, clear: () => void): Reply {
  if (words.length > 2) return syntaxError;
  if (words.length === 2 && !["SYNC", "ASYNC"].includes((words[1] as string).toUpperCase()))
    return syntaxError;
  clear();
  return ok;
}
