// SETBIT and GETBIT: one bit of a string, by its position.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, integer } from "../../reply.ts";
import { rawEntry, stringAt, wrongType } from "../../strings.ts";
import { badOffset, bitAt, bitOffset, reaching, withBits } from "./bits.ts";

export const setbit: OracleCommand = {
  name: "setbit",
  arity: 4,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const key = words[1] as string;
    const offset = bitOffset(call, words[2] as string);
    if (offset === undefined) return badOffset;
    const bit = words[3] === "1" ? 1 : words[3] === "0" ? 0 : undefined;
    if (bit === undefined) return error(errors.bitValue);
    const before = stringAt(call, key);
    if (before === "wrong type") return wrongType;
    const value = reaching(before?.value ?? "", offset);
    const after = withBits(value, offset, [bit]);
    const entry = rawEntry(after, before);
    if (after === before?.value) model.setUnnoticed(session.db, key, entry);
    else model.set(session.db, key, entry);
    return integer(bitAt(value, offset));
  },
};

export const getbit: OracleCommand = {
  name: "getbit",
  arity: 3,
  class: "exact",
  run(call) {
    const offset = bitOffset(call, call.words[2] as string);
    if (offset === undefined) return badOffset;
    const entry = stringAt(call, call.words[1] as string);
    if (entry === "wrong type") return wrongType;
    return integer(entry === undefined ? 0 : bitAt(entry.value, offset));
  },
};
