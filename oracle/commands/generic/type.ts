// TYPE: what a key holds, "none" when it is missing.

import type { OracleCommand } from "../../command.ts";
import { simple } from "../../reply.ts";

export const type: OracleCommand = {
  name: "type",
  arity: 2,
  class: "exact",
  run: ({ model, session, words }) => simple(model.get(session.db, words[1] as string)?.type ?? "none"),
};
