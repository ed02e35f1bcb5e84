// TTL, PTTL, EXPIRETIME, PEXPIRETIME: how long a key lasts or when it ends; -1 for ever, -2 no such key.

import type { Call, OracleCommand } from "../../command.ts";
import { between, integer, type Reply } from "../../reply.ts";

type Kind = { readonly isSeconds: boolean; readonly isRelative: boolean };

export const ttl: OracleCommand = command("ttl", { isSeconds: true, isRelative: true });
export const pttl: OracleCommand = command("pttl", { isSeconds: false, isRelative: true });
export const expiretime: OracleCommand = command("expiretime", { isSeconds: true, isRelative: false });
export const pexpiretime: OracleCommand = command("pexpiretime", { isSeconds: false, isRelative: false });

function command(name: string, kind: Kind): OracleCommand {
  return { name, arity: 2, class: "time", run: (call) => run(call, kind) };
}

function run({ model, session, words }: Call, kind: Kind): Reply {
  const entry = model.get(session.db, words[1] as string);
  if (entry === undefined) return integer(-2);
  if (entry.expireAtMs === undefined) return integer(-1);
  const ms = entry.expireAtMs - (kind.isRelative ? model.nowMs : 0);
  // Past 2^53 a server may keep the nearest double, as this model does: neighbours are 1024 ms apart or more.
  const tolerance = Number.isSafeInteger(entry.expireAtMs) ? model.timeToleranceMs : 2048;
  if (tolerance === 0) return integer(shown(ms, kind));
  return between(shown(Math.max(ms - tolerance, 0), kind), shown(ms + tolerance, kind));
}

// Seconds are rounded to the nearest, halves up.
function shown(ms: number, { isSeconds }: Kind): number {
  return isSeconds ? Math.floor((ms + 500) / 1000) : ms;
}
