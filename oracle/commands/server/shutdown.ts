// SHUTDOWN and MONITOR.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, nothing, ok } from "../../reply.ts";
import { syntaxError } from "../../strings.ts";

const modes: ReadonlySet<string> = new Set(["NOSAVE", "SAVE", "NOW", "FORCE", "ABORT"]);

export const shutdown: OracleCommand = {
  name: "shutdown",
  arity: -1,
  class: "exact",
  run({ words }) {
    const given = new Set(words.slice(1).map((word) => word.toUpperCase()));
    if ([...given].some((mode) => !modes.has(mode))) return syntaxError;
    if (given.has("NOSAVE") && given.has("SAVE")) return syntaxError;
    if (given.has("ABORT")) return given.size > 1 ? syntaxError : error(errors.noShutdown);
    return nothing; // The connection ends instead.
  },
};

// The lines that follow are told to nobody who asked, and so are no replies.
export const monitor: OracleCommand = {
  name: "monitor",
  arity: 1,
  class: "exact",
  run({ session }) {
    if (session.isInExec) return error("ERR MONITOR isn't allowed for DENY BLOCKING client");
    session.isMonitor = true;
    return ok;
  },
};
