// The commands of the family "transactions". What EXEC runs is the oracle's affair (oracle.ts, exec.ts).

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, ok } from "../../reply.ts";
import { endTransaction, unwatch as forget, watch as lookAfter } from "../../transactions.ts";
import { exec } from "./exec.ts";

const multi: OracleCommand = {
  name: "multi",
  arity: 1,
  class: "exact",
  run({ session }) {
    if (session.transaction !== undefined) return error(errors.nestedMulti);
    session.transaction = { calls: [], isRefused: false, told: [], toldFrom: undefined };
    return ok;
  },
};

const discard: OracleCommand = {
  name: "discard",
  arity: 1,
  class: "exact",
  run({ model, session }) {
    if (session.transaction === undefined) return error(errors.discardWithoutMulti);
    endTransaction(model, session);
    return ok;
  },
};

const watch: OracleCommand = {
  name: "watch",
  arity: -2,
  class: "exact",
  run({ model, session, words }) {
    if (session.transaction !== undefined) return error(errors.watchInMulti);
    lookAfter(model, session, words.slice(1));
    return ok;
  },
};

const unwatch: OracleCommand = {
  name: "unwatch",
  arity: 1,
  class: "exact",
  run({ model, session }) {
    forget(model, session);
    return ok;
  },
};

export const transactionCommands: readonly OracleCommand[] = [discard, exec, multi, unwatch, watch];
