// Sweep: the calls that read everything a database holds, so that a server's state is compared through its replies.
//
// Role: a type that is new to the oracle is read by what `readers` says; without a line there its keys are compared by
// name, type, expiry and encoding alone, and sweep.test.ts fails.

import type { Words } from "../../compat/resp/request.ts";
import type { Oracle } from "../oracle.ts";

/** How the value at a key is read whole, by type. */
export const readers: Readonly<Record<string, (key: string) => readonly Words[]>> = {
  string: (key) => [["GET", key]],
  list: (key) => [["LRANGE", key, "0", "-1"]],
  hash: (key) => [["HGETALL", key]],
  set: (key) => [["SMEMBERS", key]],
  zset: (key) => [["ZRANGE", key, "0", "-1", "WITHSCORES"]],
  stream: (key) => [
    ["XRANGE", key, "-", "+"],
    ["XINFO", "STREAM", key, "FULL"],
  ],
};

/** Calls for database `db`, the SELECT of it first. KEYS goes before the rest: it says what is missing or too many. */
export function sweepCalls(oracle: Oracle, db: number, nowMs: number): Words[] {
  const { model } = oracle;
  model.nowMs = nowMs;
  const calls: Words[] = [["SELECT", `${db}`], ["KEYS", "*"], ["DBSIZE"]];
  for (const [key, { type }] of model.live(db)) {
    calls.push(
      ["TYPE", key],
      ["OBJECT", "ENCODING", key],
      ["PEXPIRETIME", key],
      ...(readers[type]?.(key) ?? []),
    );
  }
  return calls;
}
