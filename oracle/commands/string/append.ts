// APPEND: bytes behind a string; a missing key counts as empty.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, integer } from "../../reply.ts";
import { lengthMax, rawEntry, stringAt, stringEntry, wrongType } from "../../strings.ts";

export const append: OracleCommand = {
  name: "append",
  arity: 3,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const key = words[1] as string;
    const tail = words[2] as string;
    const before = stringAt(call, key);
    if (before === "wrong type") return wrongType;
    if (before === undefined) {
      model.set(session.db, key, stringEntry(tail));
      return integer(tail.length);
    }
    if (before.value.length + tail.length > lengthMax(call)) return error(errors.stringTooLong);
    model.set(session.db, key, rawEntry(before.value + tail, before));
    return integer(before.value.length + tail.length);
  },
};
