// SETRANGE: bytes written over a string at an offset; zeros fill what lies between.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { error, integer } from "../../reply.ts";
import { lengthMax, notAnInteger, rawEntry, stringAt, wrongType } from "../../strings.ts";

export const setrange: OracleCommand = {
  name: "setrange",
  arity: 4,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const key = words[1] as string;
    const patch = words[3] as string;
    const offset = int64(words[2] as string);
    if (offset === undefined) return notAnInteger;
    if (offset < 0n) return error(errors.offsetOutOfRange);
    const before = stringAt(call, key);
    if (before === "wrong type") return wrongType;
    const value = before?.value ?? "";
    if (patch === "") return integer(value.length);
    if (offset + BigInt(patch.length) > BigInt(lengthMax(call))) return error(errors.stringTooLong);
    const start = Number(offset);
    const after = value.slice(0, start).padEnd(start, "\0") + patch + value.slice(start + patch.length);
    model.set(session.db, key, rawEntry(after, before));
    return integer(after.length);
  },
};
