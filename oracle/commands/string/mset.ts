// MSET and MSETNX: several strings at once; MSETNX only when none of the keys is there.

import type { Call, OracleCommand } from "../../command.ts";
import { arityError } from "../../errors.ts";
import { error, integer, ok } from "../../reply.ts";
import { stringEntry } from "../../strings.ts";

export const mset: OracleCommand = {
  name: "mset",
  arity: -3,
  class: "exact",
  run(call) {
    if (call.words.length % 2 === 0) return error(arityError("mset"));
    setAll(call);
    return ok;
  },
};

export const msetnx: OracleCommand = {
  name: "msetnx",
  arity: -3,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    if (words.length % 2 === 0) return error(arityError("msetnx"));
    for (let i = 1; i < words.length; i += 2) {
      if (model.use(session.db, words[i] as string) !== undefined) return integer(0);
    }
    setAll(call);
    return integer(1);
  },
};

function setAll({ model, session, words }: Call): void {
  for (let i = 1; i < words.length; i += 2) {
    model.set(session.db, words[i] as string, stringEntry(words[i + 1] as string));
  }
}
