// HINCRBY: a signed 64-bit number at a field, changed by an amount.

import { entryAt, hashOf, isTooLongForHash, store } from "../../collections.ts";
import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64, int64Max, int64Min } from "../../numbers.ts";
import { error, integer } from "../../reply.ts";
import { notAnInteger, wrongType } from "../../strings.ts";

export const hincrby: OracleCommand = {
  name: "hincrby",
  arity: 4,
  class: "exact",
  run(call) {
    const { model, words } = call;
    const [, key = "", field = "", amountText = ""] = words;
    const amount = int64(amountText);
    if (amount === undefined) return notAnInteger;
    const before = entryAt(call, key, "hash");
    if (before === "wrong type") return wrongType;
    const current = int64(before?.value.get(field) ?? "0");
    if (current === undefined) return error(errors.hashNotAnInteger);
    const sum = current + amount;
    if (sum > int64Max || sum < int64Min) return error(errors.overflow);
    const value = new Map(before?.value).set(field, `${sum}`);
    const isLarge =
      before?.encoding === "hashtable" || [field, `${sum}`].some((word) => isTooLongForHash(model, word));
    store(call, key, hashOf(model, value, { isLarge, ends: before?.ends }), before);
    return integer(sum);
  },
};
