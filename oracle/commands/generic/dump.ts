// DUMP: a key's value as a payload for RESTORE.

import type { OracleCommand } from "../../command.ts";
import { shown } from "../../compare.ts";
import { payloadOf, restores } from "../../payload.ts";
import { bulk, chosen, nil } from "../../reply.ts";
import { plainValue } from "../../state.ts";

export const dump: OracleCommand = {
  name: "dump",
  arity: 2,
  class: "exact",
  run({ model, session, words }) {
    const entry = model.use(session.db, words[1] as string);
    if (entry === undefined) return nil;
    const payload = payloadOf(entry);
    if (payload !== undefined) return bulk(payload);
    // Compressed or not, and in which order, is the server's choice; what comes out again is not.
    return chosen(`a payload that restores ${shown(plainValue(entry).toString())}`, (answer) => {
      return answer.kind === "bulk" && restores(answer.text, entry, model);
    });
  },
};
