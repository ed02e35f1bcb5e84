// GETRANGE, and SUBSTR, its old name: part of a string, by positions that count from the end when negative.

import type { Call, OracleCommand } from "../../command.ts";
import { int64 } from "../../numbers.ts";
import { bulk, type Reply } from "../../reply.ts";
import { notAnInteger, stringAt, wrongType } from "../../strings.ts";

export const getrange: OracleCommand = { name: "getrange", arity: 4, class: "exact", run };
export const substr: OracleCommand = { name: "substr", arity: 4, class: "exact", run };

function run(call: Call): Reply {
  const start = int64(call.words[2] as string);
  const end = int64(call.words[3] as string);
  if (start === undefined || end === undefined) return notAnInteger;
  const entry = stringAt(call, call.words[1] as string);
  if (entry === "wrong type") return wrongType;
  const value = entry?.value ?? "";
  // Both negative and crossed are nothing, where clamping each to 0 would give the first byte.
  if (start < 0n && end < 0n && start > end) return bulk("");
  const first = Number(start < 0n ? start + BigInt(value.length) : start);
  const last = Number(end < 0n ? end + BigInt(value.length) : end);
  return bulk(value.slice(Math.max(first, 0), Math.max(last, 0) + 1));
}
