// HINCRBYFLOAT: a number with a fraction at a field, changed by an amount.

import { entryAt, hashOf, isTooLongForHash, store } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { addLongDoubles, parseLongDouble, printLongDouble } from "../../long-double.ts";
import { bulk, error } from "../../reply.ts";
import { wrongType } from "../../strings.ts";

export const hincrbyfloat: OracleCommand = {
  name: "hincrbyfloat",
  arity: 4,
  class: "exact",
  run(call) {
    const { model, words } = call;
    const [, key = "", field = "", amountText = ""] = words;
    const amount = parseLongDouble(amountText);
    if (amount === undefined) return error(errors.notAFloat);
    if (amount === "infinite") return error(errors.valueIsNanOrInfinity);
    const before = entryAt(call, key, "hash");
    if (before === "wrong type") return wrongType;
    const current = parseLongDouble(before?.value.get(field) ?? "0");
    if (current === undefined) return error(errors.hashNotAFloat);
    const sum = addLongDoubles(current, amount);
    if (sum === "infinite") return error(errors.nanOrInfinity);
    const text = printLongDouble(sum);
    const value = new Map(before?.value).set(field, text);
    const isLarge =
      before?.encoding === "hashtable" || [field, text].some((word) => isTooLongForHash(model, word));
    store(call, key, hashOf(model, value, { isLarge, ends: before?.ends }), before);
    return bulk(text);
  },
};
