// GETRANGE, and SUBSTR as its older name: a part of the string at a key.

import { errors } from "../../resp/errors.ts";
import { TYPE_STRING } from "../../store/entry.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { integer, key } from "../syntax.ts";
import { endPlace, isReversedFromEnd, readIndex, startPlace } from "./index-range.ts";

export const getrange = defineCommand({
  name: "getrange",
  summary: "Returns the bytes from one index to another of the string at a key.",
  since: "2.4.0",
  group: "string",
  complexity: "O(N) where N is the number of bytes returned.",
  flags: ["readonly"],
  syntax: [key("RO access"), integer("start", "byte-offset"), integer("end", "byte-offset")],
  class: "exact",
  run: runGetrange,
});

export const substr = defineCommand({
  name: "substr",
  summary: "Returns a part of the string at a key; the older name of GETRANGE.",
  since: "1.0.0",
  group: "string",
  complexity: "O(N) where N is the number of bytes returned.",
  flags: ["readonly"],
  syntax: [key("RO access"), integer("start", "byte-offset"), integer("end", "byte-offset")],
  class: "exact",
  deprecated: { since: "2.0.0", replacedBy: "`GETRANGE`" },
  run: runGetrange,
});

function runGetrange({ keyspace, args, reply }: CommandContext): void {
  const start = readIndex(args, 2);
  const end = readIndex(args, 3);
  if (Number.isNaN(start) || Number.isNaN(end)) return reply.error(errors.notAnInteger);
  const entry = keyspace.read(args, 1);
  if (entry === undefined) return reply.bulk(args.bytes, 0, 0);
  if (entry.type !== TYPE_STRING) return reply.error(errors.wrongType);
  const from = startPlace(start, entry.valueLength);
  const to = endPlace(end, entry.valueLength);
  if (from > to || isReversedFromEnd(args, 2, start, end)) return reply.bulk(args.bytes, 0, 0);
  reply.bulk(entry.bytes, entry.valueStart + from, entry.valueStart + to + 1);
}
