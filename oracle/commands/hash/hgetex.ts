// HGETEX and HGETDEL: values of fields, which then end at a time, last for ever, or are deleted.

import type { Call, OracleCommand } from "../../command.ts";
import { refusedOr } from "../../one-of.ts";
import { array, bulk, nil, type Reply } from "../../reply.ts";
import { wrongType } from "../../strings.ts";
import { Fields, fieldsFrom, fieldTime, keep, refused, timedHash, unitOf } from "./field-times.ts";

type Then = (after: Fields, field: string) => boolean;

export const hgetex: OracleCommand = {
  name: "hgetex",
  arity: -5,
  class: "exact",
  run(call) {
    const { model, words } = call;
    const option = words[2] as string;
    const unit = unitOf(option);
    if (unit === undefined) {
      const isPersist = option.toUpperCase() === "PERSIST";
      return readThen(call, isPersist ? 3 : 2, (after, field) => {
        return isPersist && after.ends.delete(field);
      });
    }
    const time = fieldTime(words[3] as string, unit, model.nowMs);
    if (time === undefined) return refused(call);
    const { atMs, mayBeRefused } = time;
    if ((mayBeRefused || Number(words[3]) === 0) && timedHash(call) === wrongType) return refused(call);
    const perform = (): Reply =>
      readThen(
        call,
        4,
        (after, field) => {
          after.end(field, atMs, model.nowMs);
          return true;
        },
        true,
      );
    // 0 is refused by Redis, and deletes at once in Valkey.
    return mayBeRefused || Number(words[3]) === 0 ? refusedOr(call, perform) : perform();
  },
};

export const hgetdel: OracleCommand = {
  name: "hgetdel",
  arity: -5,
  class: "exact",
  run: (call) =>
    readThen(call, 2, (after, field) => {
      after.delete(field);
      return true;
    }),
};

function readThen(call: Call, at: number, then: Then, asksTime = false): Reply {
  const fields = fieldsFrom(call.words, at);
  if (fields === undefined) return refused(call);
  const entry = timedHash(call);
  if (entry !== undefined && "kind" in entry) return entry;
  if (entry === undefined) return array(fields.map(() => nil));
  const after = new Fields(entry);
  let hasChanged = false;
  const replies = fields.map((field) => {
    const value = after.value.get(field);
    if (value === undefined) return nil;
    if (then(after, field)) hasChanged = true;
    return bulk(value);
  });
  keep(call, entry, after.over(entry, asksTime), hasChanged);
  return array(replies);
}
