// KEYS, RANDOMKEY and DBSIZE: what is in a database.

import type { OracleCommand } from "../../command.ts";
import { fitsElement } from "../../glob.ts";
import type { Database } from "../../model.ts";
import { between, bulk, chosen, integer, nil, type Reply, unordered } from "../../reply.ts";

export const keys: OracleCommand = {
  name: "keys",
  arity: 2,
  class: "unordered",
  run({ model, session, words }) {
    const pattern = words[1] as string;
    const found: Reply[] = [];
    for (const [key] of model.live(session.db)) if (fitsElement(pattern, key)) found.push(bulk(key));
    return unordered(found);
  },
};

export const randomkey: OracleCommand = {
  name: "randomkey",
  arity: 1,
  class: "random",
  run({ model, session }) {
    const { db } = session;
    if (model.liveCount(db) === 0) return nil;
    return chosen("a key that is there", (answer) => {
      return answer.kind === "bulk" && model.get(db, answer.text) !== undefined;
    });
  },
};

export const dbsize: OracleCommand = {
  name: "dbsize",
  arity: 1,
  class: "exact",
  run({ model, session }) {
    // Keys whose time is over count until the server has removed them.
    const all = (model.databases[session.db] as Database).size;
    const live = model.liveCount(session.db);
    return live === all ? integer(all) : between(live, all);
  },
};
