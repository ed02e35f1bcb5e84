// GETEX: the string at a key, whose time to live is set or taken away.

import type { OracleCommand } from "../../command.ts";
import { bulk, error, nil } from "../../reply.ts";
import { stringAt, syntaxError, wrongType } from "../../strings.ts";
import { type ExpiryUnit, expiryTime } from "./expiry-option.ts";

type Option =
  | { readonly kind: "none" | "persist" }
  | { readonly kind: "set"; unit: ExpiryUnit; amount: string };

export const getex: OracleCommand = {
  name: "getex",
  arity: -2,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const key = words[1] as string;
    const option = optionOf(words);
    if (option === undefined) return syntaxError;
    const entry = stringAt(call, key);
    if (entry === undefined) return nil;
    if (entry === "wrong type") return wrongType;
    if (option.kind === "set") {
      const { unit, amount } = option;
      const time = expiryTime("getex", { unit, amount, nowMs: model.nowMs });
      if (typeof time === "string") return error(time);
      if (time <= model.nowMs) model.delete(session.db, key);
      else model.setExpiry(session.db, key, entry, time);
    } else if (option.kind === "persist" && entry.expireAtMs !== undefined) {
      model.setExpiry(session.db, key, entry, undefined);
    }
    return bulk(entry.value);
  },
};

// One unit may be given more than once, and the last counts; PERSIST and a unit, or two units, are refused.
function optionOf(words: readonly string[]): Option | undefined {
  let option: Option = { kind: "none" };
  for (let i = 2; i < words.length; i++) {
    const name = (words[i] as string).toUpperCase();
    if (name === "PERSIST") {
      if (option.kind === "set") return undefined;
      option = { kind: "persist" };
    } else if (name === "EX" || name === "PX" || name === "EXAT" || name === "PXAT") {
      const amount = words[++i];
      const isTaken = option.kind === "persist" || (option.kind === "set" && option.unit !== name);
      if (amount === undefined || isTaken) return undefined;
      option = { kind: "set", unit: name, amount };
    } else {
      return undefined;
    }
  }
  return option;
}
