// GETSET: the string at a key, which is then replaced; the time to live goes.

import type { OracleCommand } from "../../command.ts";
import { bulk, nil } from "../../reply.ts";
import { stringAt, stringEntry, wrongType } from "../../strings.ts";

export const getset: OracleCommand = {
  name: "getset",
  arity: 3,
  class: "exact",
  run(call) {
    const key = call.words[1] as string;
    const before = stringAt(call, key);
    if (before === "wrong type") return wrongType;
    call.model.set(call.session.db, key, stringEntry(call.words[2] as string));
    return before === undefined ? nil : bulk(before.value);
  },
};
