// HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT: when fields end; a time that is over deletes them at once.

import type { EntryOf } from "../../collections.ts";
import type { Call, OracleCommand } from "../../command.ts";
import { refusedOr } from "../../one-of.ts";
import { array, integer, type Reply } from "../../reply.ts";
import { Fields, fieldsFrom, fieldTime, keep, refused, type TimeUnit, timedHash } from "./field-times.ts";

export const hexpire: OracleCommand = command("hexpire", { isSeconds: true, isRelative: true });
export const hpexpire: OracleCommand = command("hpexpire", { isSeconds: false, isRelative: true });
export const hexpireat: OracleCommand = command("hexpireat", { isSeconds: true, isRelative: false });
export const hpexpireat: OracleCommand = command("hpexpireat", { isSeconds: false, isRelative: false });

function command(name: string, unit: TimeUnit): OracleCommand {
  return { name, arity: -6, class: "exact", run: (call) => run(call, unit) };
}

type Condition = "" | "NX" | "XX" | "GT" | "LT";
const conditions: readonly string[] = ["NX", "XX", "GT", "LT"];

function run(call: Call, unit: TimeUnit): Reply {
  const { model, words } = call;
  const option = (words[3] as string).toUpperCase();
  const condition = (conditions.includes(option) ? option : "") as Condition;
  const fields = fieldsFrom(words, condition === "" ? 3 : 4);
  const time = fieldTime(words[2] as string, unit, model.nowMs);
  if (fields === undefined || time === undefined) return refused(call);
  const entry = timedHash(call);
  if (entry !== undefined && "kind" in entry) return time.mayBeRefused ? refused(call) : entry;
  const perform = (): Reply => apply(call, entry, { fields, atMs: time.atMs, condition });
  return time.mayBeRefused ? refusedOr(call, perform) : perform();
}

type Wanted = { readonly fields: readonly string[]; readonly atMs: number; readonly condition: Condition };

// -2 no such field, 0 the condition is not met, 2 deleted, 1 it ends then.
function apply(call: Call, entry: EntryOf<"hash"> | undefined, { fields, atMs, condition }: Wanted): Reply {
  const { model } = call;
  if (entry === undefined) return array(fields.map(() => integer(-2)));
  const after = new Fields(entry);
  const replies = fields.map((field) => {
    if (!after.value.has(field)) return -2;
    if (!isMet(condition, after.ends.get(field), atMs)) return 0;
    after.end(field, atMs, model.nowMs);
    return atMs <= model.nowMs ? 2 : 1;
  });
  keep(
    call,
    entry,
    after.over(entry, true),
    replies.some((reply) => reply > 0),
  );
  return array(replies.map(integer));
}

// A field without an end lasts longer than any.
function isMet(condition: Condition, current: number | undefined, wanted: number): boolean {
  switch (condition) {
    case "NX":
      return current === undefined;
    case "XX":
      return current !== undefined;
    case "GT":
      return current !== undefined && wanted > current;
    case "LT":
      return current === undefined || wanted < current;
    default:
      return true;
  }
}
