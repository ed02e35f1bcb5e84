// GETDEL: the string at a key, which is then deleted.

import type { OracleCommand } from "../../command.ts";
import { bulk, nil } from "../../reply.ts";
import { stringAt, wrongType } from "../../strings.ts";

export const getdel: OracleCommand = {
  name: "getdel",
  arity: 2,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const entry = stringAt(call, key);
    if (entry === undefined) return nil;
    if (entry === "wrong type") return wrongType;
    call.model.delete(call.session.db, key);
    return bulk(entry.value);
  },
};
