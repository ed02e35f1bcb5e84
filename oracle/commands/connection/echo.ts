// ECHO, QUIT, RESET and SELECT.

import type { OracleCommand } from "../../command.ts";
import { bulk, error, ok, simple } from "../../reply.ts";
import { unsubscribeAll } from "../../subscriptions.ts";
import { endTransaction } from "../../transactions.ts";
import { logout } from "../../users.ts";
import { dbArgument } from "../generic/db-argument.ts";

export const echo: OracleCommand = {
  name: "echo",
  arity: 2,
  class: "exact",
  run: ({ words }) => bulk(words[1] as string),
};

// The connection ends after the reply.
export const quit: OracleCommand = { name: "quit", arity: -1, class: "exact", run: () => ok };

export const reset: OracleCommand = {
  name: "reset",
  arity: 1,
  class: "exact",
  run({ model, session }) {
    session.db = 0;
    session.protocol = 2;
    session.name = "";
    logout(model, session);
    // A CLIENT REPLY SKIP just before still swallows this one reply.
    if (session.replyMode !== "skip") session.replyMode = "on";
    session.isNoTouch = false;
    session.tracking = undefined;
    session.isMonitor = false;
    endTransaction(model, session);
    unsubscribeAll(session);
    return simple("RESET");
  },
};

export const select: OracleCommand = {
  name: "select",
  arity: 2,
  class: "exact",
  run(call) {
    const db = dbArgument(call, call.words[1] as string);
    if (typeof db === "string") return error(db);
    call.session.db = db;
    return ok;
  },
};
