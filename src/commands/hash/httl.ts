// HTTL, HPTTL, HEXPIRETIME and HPEXPIRETIME: when fields of a hash expire, from now or since 1970.
//
// For each field: -2 there is no such field, -1 it does not expire, else the time; seconds are rounded up.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { key } from "../syntax.ts";
import { fieldsSyntax, readFields, type TimeUnit } from "./field-arguments.ts";

const NO_FIELD = -2;
const NO_TIME = -1;

export const httl = declare({
  name: "httl",
  summary: "Returns after how many seconds fields of a hash expire.",
  unit: { isSeconds: true, isRelative: true },
});

export const hpttl = declare({
  name: "hpttl",
  summary: "Returns after how many milliseconds fields of a hash expire.",
  unit: { isSeconds: false, isRelative: true },
});

export const hexpiretime = declare({
  name: "hexpiretime",
  summary: "Returns at which second of Unix time fields of a hash expire.",
  unit: { isSeconds: true, isRelative: false },
});

export const hpexpiretime = declare({
  name: "hpexpiretime",
  summary: "Returns at which millisecond of Unix time fields of a hash expire.",
  unit: { isSeconds: false, isRelative: false },
});

function declare(own: {
  readonly name: string;
  readonly summary: string;
  readonly unit: TimeUnit;
}): CommandDeclaration {
  const { name, summary, unit } = own;
  return defineCommand({
    name,
    summary,
    since: "7.4.0",
    group: "hash",
    complexity: "O(N) for N fields.",
    flags: ["readonly", "fast"],
    syntax: [key("RO access"), fieldsSyntax],
    class: "time",
    tips: unit.isRelative ? ["nondeterministic_output"] : [],
    run: (context) => run(context, unit),
  });
}

function run(context: CommandContext, { isSeconds, isRelative }: TimeUnit): void {
  const { keyspace, args, reply } = context;
  const hash = keyspace.readHash(args, 1);
  if (hash === undefined) return reply.error(errors.wrongType);
  const first = readFields(context, 2, errors.fieldCountNotPositive);
  if (first === 0) return;
  const fromMs = isRelative ? keyspace.nowMs : 0;
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    const atMs = hash.get(args, i) ? hash.fieldExpireAtMs : Number.NaN;
    if (Number.isNaN(atMs)) reply.int(NO_FIELD);
    else if (atMs === 0) reply.int(NO_TIME);
    else reply.int(isSeconds ? Math.ceil((atMs - fromMs) / 1000) : atMs - fromMs);
  }
}
