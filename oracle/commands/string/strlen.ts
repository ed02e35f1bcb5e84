// STRLEN: the length of a string, bytes.

import type { OracleCommand } from "../../command.ts";
import { integer } from "../../reply.ts";
import { stringAt, wrongType } from "../../strings.ts";

export const strlen: OracleCommand = {
  name: "strlen",
  arity: 2,
  class: "exact",
  run(call) {
    const entry = stringAt(call, call.words[1] as string);
    if (entry === "wrong type") return wrongType;
    return integer(entry === undefined ? 0 : entry.value.length);
  },
};
