// RENAME and RENAMENX: a key under another name, its time to live with it.

import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { error, integer, ok } from "../../reply.ts";

export const rename: OracleCommand = {
  name: "rename",
  arity: 3,
  class: "exact",
  run(call) {
    return moveKey(call, true) === "missing" ? error(errors.noSuchKey) : ok;
  },
};

export const renamenx: OracleCommand = {
  name: "renamenx",
  arity: 3,
  class: "exact",
  run(call) {
    const outcome = moveKey(call, false);
    return outcome === "missing" ? error(errors.noSuchKey) : integer(outcome === "moved" ? 1 : 0);
  },
};

function moveKey({ model, session, words }: Call, replaces: boolean): "missing" | "taken" | "moved" {
  const source = words[1] as string;
  const target = words[2] as string;
  const entry = model.use(session.db, source);
  if (entry === undefined) return "missing";
  if (source === target) return "taken";
  if (model.use(session.db, target) !== undefined && !replaces) return "taken";
  model.delete(session.db, source);
  model.set(session.db, target, entry);
  return "moved";
}
