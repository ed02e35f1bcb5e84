// SET: a string at a key, whatever was there; optionally with a time to live, a condition, or the old value.

import type { OracleCommand } from "../../command.ts";
import { bulk, error, nil, ok, type Reply } from "../../reply.ts";
import { stringEntry, syntaxError, wrongType } from "../../strings.ts";
import { type ExpiryUnit, expiryTime } from "./expiry-option.ts";

type Options = {
  condition: "" | "NX" | "XX";
  hasGet: boolean;
  keepsTtl: boolean;
  unit: ExpiryUnit | undefined;
  amount: string;
};

export const set: OracleCommand = {
  name: "set",
  arity: -3,
  class: "exact",
  run({ model, session, words }) {
    const key = words[1] as string;
    const value = words[2] as string;
    if (words.length === 3) {
      model.set(session.db, key, stringEntry(value));
      return ok;
    }
    const options = optionsOf(words);
    if (options === undefined) return syntaxError;
    let expireAtMs: number | undefined;
    if (options.unit !== undefined) {
      const time = expiryTime("set", { unit: options.unit, amount: options.amount, nowMs: model.nowMs });
      if (typeof time === "string") return error(time);
      expireAtMs = time;
    }
    const before = model.use(session.db, key);
    let old: Reply = nil;
    if (options.hasGet && before !== undefined) {
      if (before.type !== "string") return wrongType;
      old = bulk(before.value);
    }
    const isRefused = options.condition === (before === undefined ? "XX" : "NX");
    if (isRefused) return options.hasGet ? old : nil;
    if (options.keepsTtl) expireAtMs = before?.expireAtMs;
    model.set(session.db, key, stringEntry(value, expireAtMs));
    return options.hasGet ? old : ok;
  },
};

// A time may be given more than once in one unit, and the last one counts; two units are refused.
function optionsOf(words: readonly string[]): Options | undefined {
  const options: Options = { condition: "", hasGet: false, keepsTtl: false, unit: undefined, amount: "" };
  for (let i = 3; i < words.length; i++) {
    const option = (words[i] as string).toUpperCase();
    switch (option) {
      case "NX":
      case "XX":
        if (options.condition !== "" && options.condition !== option) return undefined;
        options.condition = option;
        break;
      case "GET":
        options.hasGet = true;
        break;
      case "KEEPTTL":
        if (options.unit !== undefined) return undefined;
        options.keepsTtl = true;
        break;
      case "EX":
      case "PX":
      case "EXAT":
      case "PXAT": {
        const amount = words[++i];
        const isTaken = options.keepsTtl || (options.unit !== undefined && options.unit !== option);
        if (amount === undefined || isTaken) return undefined;
        options.unit = option;
        options.amount = amount;
        break;
      }
      default:
        return undefined;
    }
  }
  return options;
}
