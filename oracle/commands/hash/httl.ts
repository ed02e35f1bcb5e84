// HTTL, HPTTL, HEXPIRETIME, HPEXPIRETIME, HPERSIST: how long fields last, and making them last for ever.

import type { Call, OracleCommand } from "../../command.ts";
import { array, between, integer, type Reply } from "../../reply.ts";
import { Fields, fieldsFrom, keep, refused, type TimeUnit, timedHash } from "./field-times.ts";

export const httl: OracleCommand = command("httl", { isSeconds: true, isRelative: true });
export const hpttl: OracleCommand = command("hpttl", { isSeconds: false, isRelative: true });
export const hexpiretime: OracleCommand = command("hexpiretime", { isSeconds: true, isRelative: false });
export const hpexpiretime: OracleCommand = command("hpexpiretime", { isSeconds: false, isRelative: false });

function command(name: string, unit: TimeUnit): OracleCommand {
  return { name, arity: -5, class: "time", run: (call) => run(call, unit) };
}

// -2 no such field, -1 it has no end.
function run(call: Call, { isSeconds, isRelative }: TimeUnit): Reply {
  const { model } = call;
  const fields = fieldsFrom(call.words, 2);
  if (fields === undefined) return refused(call);
  const entry = timedHash(call);
  if (entry !== undefined && "kind" in entry) return entry;
  const replies = fields.map((field) => {
    const atMs = entry?.ends?.get(field);
    if (atMs === undefined) return integer(entry?.value.has(field) === true ? -1 : -2);
    const ms = atMs - (isRelative ? model.nowMs : 0);
    const low = Math.max(ms - model.timeToleranceMs, 0);
    const high = ms + model.timeToleranceMs;
    // How seconds are rounded is not documented.
    return isSeconds ? between(Math.floor(low / 1000), Math.ceil(high / 1000)) : between(low, high);
  });
  return array(replies);
}

export const hpersist: OracleCommand = {
  name: "hpersist",
  arity: -5,
  class: "exact",
  run(call) {
    const fields = fieldsFrom(call.words, 2);
    if (fields === undefined) return refused(call);
    const entry = timedHash(call);
    if (entry !== undefined && "kind" in entry) return entry;
    if (entry === undefined) return array(fields.map(() => integer(-2)));
    const after = new Fields(entry);
    const replies = fields.map((field) => {
      if (!after.value.has(field)) return -2;
      return after.ends.delete(field) ? 1 : -1;
    });
    keep(call, entry, after.over(entry), replies.includes(1));
    return array(replies.map(integer));
  },
};
