// DEL, UNLINK, EXISTS, TOUCH: how many of the keys named are there; the first two delete them.

import type { Call, OracleCommand } from "../../command.ts";
import { integer, type Reply } from "../../reply.ts";

export const del: OracleCommand = { name: "del", arity: -2, class: "exact", run: remove };
export const unlink: OracleCommand = { name: "unlink", arity: -2, class: "exact", run: remove };

export const exists: OracleCommand = {
  name: "exists",
  arity: -2,
  class: "exact",
  run: ({ model, session, words }) =>
    integer(words.slice(1).filter((key) => model.get(session.db, key) !== undefined).length),
};

export const touch: OracleCommand = {
  name: "touch",
  arity: -2,
  class: "exact",
  run({ model, session, words }) {
    model.isTouching = true; // CLIENT NO-TOUCH is about all commands but this one.
    return integer(words.slice(1).filter((key) => model.use(session.db, key) !== undefined).length);
  },
};

function remove({ model, session, words }: Call): Reply {
  return integer(words.slice(1).filter((key) => model.delete(session.db, key)).length);
}
