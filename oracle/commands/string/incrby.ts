// INCR, DECR, INCRBY, DECRBY: a signed 64-bit number at a key, changed by an amount. The time to live stays.

import type { Call, OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64, int64Max, int64Min } from "../../numbers.ts";
import { error, integer, type Reply } from "../../reply.ts";
import { notAnInteger, stringAt, stringEntry, wrongType } from "../../strings.ts";

export const incr: OracleCommand = {
  name: "incr",
  arity: 2,
  class: "exact",
  run: (call) => add(call, 1n),
};

export const decr: OracleCommand = {
  name: "decr",
  arity: 2,
  class: "exact",
  run: (call) => add(call, -1n),
};

export const incrby: OracleCommand = {
  name: "incrby",
  arity: 3,
  class: "exact",
  run(call) {
    const amount = int64(call.words[2] as string);
    return amount === undefined ? notAnInteger : add(call, amount);
  },
};

export const decrby: OracleCommand = {
  name: "decrby",
  arity: 3,
  class: "exact",
  run(call) {
    const amount = int64(call.words[2] as string);
    if (amount === undefined) return notAnInteger;
    // Its negative is no 64-bit number, so Redis refuses it before it looks at the key.
    return amount === int64Min ? error(errors.decrementOverflow) : add(call, -amount);
  },
};

function add(call: Call, amount: bigint): Reply {
  const key = call.words[1] as string;
  const before = stringAt(call, key);
  if (before === "wrong type") return wrongType;
  const current = before === undefined ? 0n : int64(before.value);
  if (current === undefined) return notAnInteger;
  const sum = current + amount;
  if (sum > int64Max || sum < int64Min) return error(errors.overflow);
  call.model.set(call.session.db, key, stringEntry(`${sum}`, before?.expireAtMs));
  return integer(sum);
}
