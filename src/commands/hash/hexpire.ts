// HEXPIRE, HPEXPIRE, HEXPIREAT and HPEXPIREAT: when fields of a hash expire. A time that is over deletes them.
//
// For each field: -2 there is no such field, 0 the condition is not met, 1 the time is set, 2 the field is deleted. As
// in Redis 7.4 the type of the key is looked at first.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { integer, key, oneOf, optional, type Syntax, unixTime, word } from "../syntax.ts";
import { fieldsSyntax, readFields, readTime, type TimeUnit, tellTimes, wordAt } from "./field-arguments.ts";

const NO_FIELD = -2;
const NOT_MET = 0;
const SET = 1;
const DELETED = 2;
const conditions = ["nx", "xx", "gt", "lt"] as const;
type Condition = (typeof conditions)[number];

export const hexpire = declare({
  name: "hexpire",
  summary: "Sets after how many seconds fields of a hash expire.",
  time: integer("seconds", "seconds"),
  unit: { isSeconds: true, isRelative: true },
});

export const hpexpire = declare({
  name: "hpexpire",
  summary: "Sets after how many milliseconds fields of a hash expire.",
  time: integer("milliseconds", "milliseconds"),
  unit: { isSeconds: false, isRelative: true },
});

export const hexpireat = declare({
  name: "hexpireat",
  summary: "Sets at which second of Unix time fields of a hash expire.",
  time: unixTime("unix-time-seconds", "unix-seconds"),
  unit: { isSeconds: true, isRelative: false },
});

export const hpexpireat = declare({
  name: "hpexpireat",
  summary: "Sets at which millisecond of Unix time fields of a hash expire.",
  time: unixTime("unix-time-milliseconds", "unix-milliseconds"),
  unit: { isSeconds: false, isRelative: false },
});

function declare(own: {
  readonly name: string;
  readonly summary: string;
  readonly time: Syntax;
  readonly unit: TimeUnit;
}): CommandDeclaration {
  const { name, summary, time, unit } = own;
  const condition = oneOf("condition", word("NX"), word("XX"), word("GT"), word("LT"));
  return defineCommand({
    name,
    summary,
    since: "7.4.0",
    group: "hash",
    complexity: "O(N) for N fields.",
    flags: ["write", "denyoom", "fast"],
    syntax: [key("RW update"), time, optional(condition), fieldsSyntax],
    class: "exact",
    run: (context) => run(context, unit, name),
  });
}

function run(context: CommandContext, unit: TimeUnit, name: string): void {
  const { keyspace, args, reply } = context;
  const hash = keyspace.hashForUpdate(args, 1);
  if (hash === undefined) return reply.error(errors.wrongType);
  const atMs = readTime(context, 2, unit, name);
  if (Number.isNaN(atMs)) return;
  const condition = wordAt(context, 3, conditions);
  const first = readFields(context, condition === undefined ? 3 : 4, errors.fieldCountZero);
  if (first === 0) return;

  const isOver = atMs <= keyspace.nowMs;
  let updated = 0;
  let deleted = 0;
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    if (!hash.get(args, i)) {
      reply.int(NO_FIELD);
    } else if (condition !== undefined && !isMet(condition, hash.fieldExpireAtMs, atMs)) {
      reply.int(NOT_MET);
    } else if (isOver) {
      hash.delete(args, i);
      deleted++;
      reply.int(DELETED);
    } else {
      hash.setExpiry(args, i, atMs);
      updated++;
      reply.int(SET);
    }
  }
  tellTimes(context, updated, deleted);
}

// A field without a time counts as one that expires after all others.
function isMet(condition: Condition, beforeMs: number, atMs: number): boolean {
  switch (condition) {
    case "nx":
      return beforeMs === 0;
    case "xx":
      return beforeMs !== 0;
    case "gt":
      return beforeMs !== 0 && atMs > beforeMs;
    case "lt":
      return beforeMs === 0 || atMs < beforeMs;
  }
}
