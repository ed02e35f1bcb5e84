// EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT: when a key ends; a time that is over deletes it at once.

import type { Call, OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import { int64, int64Max, int64Min } from "../../numbers.ts";
import { chosen, error, integer, type Reply } from "../../reply.ts";
import { notAnInteger } from "../../strings.ts";

type Kind = { readonly name: string; readonly isSeconds: boolean; readonly isRelative: boolean };
type Conditions = { nx: boolean; xx: boolean; gt: boolean; lt: boolean };

export const expire: OracleCommand = command({ name: "expire", isSeconds: true, isRelative: true });
export const pexpire: OracleCommand = command({ name: "pexpire", isSeconds: false, isRelative: true });
export const expireat: OracleCommand = command({ name: "expireat", isSeconds: true, isRelative: false });
export const pexpireat: OracleCommand = command({ name: "pexpireat", isSeconds: false, isRelative: false });

function command(kind: Kind): OracleCommand {
  return { name: kind.name, arity: -3, class: "exact", run: (call) => run(call, kind) };
}

function run({ model, session, words }: Call, kind: Kind): Reply {
  const conditions = conditionsOf(words);
  if (typeof conditions === "string") return error(conditions);
  const amount = int64(words[2] as string);
  if (amount === undefined) return notAnInteger;
  if (kind.isSeconds && (amount > int64Max / 1000n || amount < int64Min / 1000n)) {
    return error(errors.invalidExpire(kind.name));
  }
  const endMs = (kind.isSeconds ? amount * 1000n : amount) + (kind.isRelative ? BigInt(model.nowMs) : 0n);
  if (endMs > int64Max) return error(errors.invalidExpire(kind.name));
  const key = words[1] as string;
  const entry = model.use(session.db, key);
  if (entry === undefined) return integer(0);
  const expireAtMs = Number(endMs);
  const apply = (): void => {
    if (expireAtMs <= model.nowMs) model.delete(session.db, key);
    else model.setExpiry(session.db, key, entry, expireAtMs);
  };
  // On a clock of its own the server may see the one or the other of two times that are close as the later one.
  const { gt, lt } = conditions;
  const apartMs = Math.abs(expireAtMs - (entry.expireAtMs ?? Number.POSITIVE_INFINITY));
  if ((gt || lt) && apartMs <= model.timeToleranceMs * 2 && model.timeToleranceMs > 0) {
    return chosen("0 or 1", (answer) => {
      if (answer.kind !== "integer" || answer.value < 0n || answer.value > 1n) return false;
      if (answer.value === 1n) apply();
      return true;
    });
  }
  if (!areMet(conditions, entry.expireAtMs, expireAtMs)) return integer(0);
  apply();
  return integer(1);
}

function conditionsOf(words: readonly string[]): Conditions | string {
  const conditions: Conditions = { nx: false, xx: false, gt: false, lt: false };
  for (const option of words.slice(3)) {
    const name = option.toLowerCase();
    if (name !== "nx" && name !== "xx" && name !== "gt" && name !== "lt") {
      return formatted(`ERR Unsupported option ${word(option)}`);
    }
    conditions[name] = true;
  }
  const { nx, xx, gt, lt } = conditions;
  if (nx && (xx || gt || lt)) return errors.expireConditions;
  if (gt && lt) return errors.expireGtAndLt;
  return conditions;
}

// A key without an end lasts longer than any.
function areMet({ nx, xx, gt, lt }: Conditions, current: number | undefined, wanted: number): boolean {
  if (nx && current !== undefined) return false;
  if (xx && current === undefined) return false;
  if (gt && (current === undefined || wanted <= current)) return false;
  return !(lt && current !== undefined && wanted >= current);
}
