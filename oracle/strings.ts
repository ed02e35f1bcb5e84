// Strings: what the commands on strings share.

import type { Call } from "./command.ts";
import { errors } from "./errors.ts";
import type { Entry, StringValue } from "./model.ts";
import { isInt64 } from "./numbers.ts";
import { error, type Reply } from "./reply.ts";

export const wrongType: Reply = error(errors.wrongType);
export const notAnInteger: Reply = error(errors.notAnInteger);
export const syntaxError: Reply = error(errors.syntax);

/** A value as SET stores it, without a time. */
export function stringEntry(value: string, expireAtMs?: number): Entry {
  return { type: "string", value, form: undefined, expireAtMs, accessSeconds: undefined };
}

/** A value changed in place (APPEND, SETRANGE, SETBIT ...), its time kept. */
export function rawEntry(value: string, before: Entry | undefined): Entry {
  return { type: "string", value, form: "raw", expireAtMs: before?.expireAtMs, accessSeconds: undefined };
}

/** The live entry at `key`, used now; "wrong type" when it is no string. */
export function stringAt(
  { model, session }: Call,
  key: string,
): (Entry & StringValue) | undefined | "wrong type" {
  const entry = model.use(session.db, key);
  if (entry === undefined) return undefined;
  return entry.type === "string" ? entry : "wrong type";
}

const embeddedLengthMax = 44; // what fits beside the object's header in 64 bytes

export function stringEncoding({ value, form }: StringValue): "int" | "embstr" | "raw" {
  if (form === "raw") return "raw";
  if (form === undefined && isInt64(value)) return "int";
  return value.length <= embeddedLengthMax ? "embstr" : "raw";
}

/** The longest value that commands may build, bytes. */
export function lengthMax({ model }: Call): number {
  return Number(model.directive("proto-max-bulk-len"));
}
