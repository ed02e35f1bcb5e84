// INCRBYFLOAT: an 80-bit floating point number at a key, changed by an amount. The time to live stays.
//
// The sum is kept as text, so it is no number to OBJECT ENCODING even when it is whole.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { addLongDoubles, parseLongDouble, printLongDouble } from "../../long-double.ts";
import { bulk, error } from "../../reply.ts";
import { stringAt, wrongType } from "../../strings.ts";

export const incrbyfloat: OracleCommand = {
  name: "incrbyfloat",
  arity: 3,
  class: "exact",
  run(call) {
    const { model, session, words } = call;
    const key = words[1] as string;
    const before = stringAt(call, key);
    if (before === "wrong type") return wrongType;
    const current = parseLongDouble(before?.value ?? "0");
    const amount = parseLongDouble(words[2] as string);
    if (current === undefined || amount === undefined) return error(errors.notAFloat);
    const sum = addLongDoubles(current, amount);
    if (sum === "infinite") return error(errors.nanOrInfinity);
    const value = printLongDouble(sum);
    const expireAtMs = before?.expireAtMs;
    model.set(session.db, key, {
      type: "string",
      value,
      form: "plain",
      expireAtMs,
      accessSeconds: undefined,
    });
    return bulk(value);
  },
};
