// SETEX and PSETEX: a string with a time to live.

import type { Call, OracleCommand } from "../../command.ts";
import { error, ok, type Reply } from "../../reply.ts";
import { stringEntry } from "../../strings.ts";
import { expiryTime } from "./expiry-option.ts";

export const setex: OracleCommand = {
  name: "setex",
  arity: 4,
  class: "exact",
  run: (call) => run(call, "EX"),
};
export const psetex: OracleCommand = {
  name: "psetex",
  arity: 4,
  class: "exact",
  run: (call) => run(call, "PX"),
};

function run({ model, session, words }: Call, unit: "EX" | "PX"): Reply {
  const name = unit === "EX" ? "setex" : "psetex";
  const time = expiryTime(name, { unit, amount: words[2] as string, nowMs: model.nowMs });
  if (typeof time === "string") return error(time);
  model.set(session.db, words[1] as string, stringEntry(words[3] as string, time));
  return ok;
}
