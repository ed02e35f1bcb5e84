// EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT: when a key is to vanish, with conditions on what it has now.
//
// A time that has come already deletes the key at once. Times are kept as doubles of milliseconds: beyond
// 2^53 (the year 287396) they are rounded, where Redis keeps 64 bits.

import { EVENT_GENERIC } from "../../keyspace/key-events.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { type CommandDeclaration, defineCommand } from "../define.ts";
import { integer, introduced, key, oneOf, optional, type Syntax, unixTime, word } from "../syntax.ts";

const INT64_MAX = 2n ** 63n - 1n;
// Amounts up to here stay safe integers when multiplied and added to any time that a clock shows.
const QUICK_SECONDS_MAX = 8e12;
const QUICK_MS_MAX = 8e15;

const NX = 1; // only without an expiry
const XX = 2; // only with one
const GT = 4; // only to a later time; no expiry is later than any
const LT = 8; // only to an earlier time

type Unit = { readonly isSeconds: boolean; readonly isRelative: boolean };

export const expire = declareExpire({
  name: "expire",
  summary: "Sets in how many seconds a key vanishes.",
  since: "1.0.0",
  time: integer("seconds", "seconds"),
  unit: { isSeconds: true, isRelative: true },
});

export const pexpire = declareExpire({
  name: "pexpire",
  summary: "Sets in how many milliseconds a key vanishes.",
  since: "2.6.0",
  time: integer("milliseconds", "milliseconds"),
  unit: { isSeconds: false, isRelative: true },
});

export const expireat = declareExpire({
  name: "expireat",
  summary: "Sets at which second of Unix time a key vanishes.",
  since: "1.2.0",
  time: unixTime("unix-time-seconds", "unix-seconds"),
  unit: { isSeconds: true, isRelative: false },
});

export const pexpireat = declareExpire({
  name: "pexpireat",
  summary: "Sets at which millisecond of Unix time a key vanishes.",
  since: "2.6.0",
  time: unixTime("unix-time-milliseconds", "unix-milliseconds"),
  unit: { isSeconds: false, isRelative: false },
});

function declareExpire(own: {
  readonly name: string;
  readonly summary: string;
  readonly since: string;
  readonly time: Syntax;
  readonly unit: Unit;
}): CommandDeclaration {
  const { name, summary, since, time, unit } = own;
  const condition = oneOf("condition", word("NX"), word("XX"), word("GT"), word("LT"));
  return defineCommand({
    name,
    summary,
    since,
    group: "generic",
    complexity: "O(1)",
    flags: ["write", "fast"],
    syntax: [key("RW update"), time, optional(introduced("7.0.0", condition))],
    class: "exact",
    history: [["7.0.0", "Added the conditions `NX`, `XX`, `GT` and `LT`."]],
    run: (context) => runExpire(context, unit, name),
  });
}

function runExpire(context: CommandContext, unit: Unit, name: string) {
  const { keyspace, args, reply } = context;
  const conditions = args.count > 3 ? readConditions(context) : 0;
  if (conditions < 0) return;
  const atMs = expiryTime(context, 2, unit);
  if (Number.isNaN(atMs)) return reply.error(errors.notAnInteger);
  if (atMs === Number.POSITIVE_INFINITY) return reply.error(errors.invalidExpire(name));
  const entry = keyspace.write(args, 1);
  if (entry === undefined) return reply.int(0);
  if (conditions !== 0 && !allows(conditions, entry.hasExpiry, entry.expireAtMs, atMs)) return reply.int(0);
  const isOver = atMs <= keyspace.nowMs;
  if (isOver) keyspace.removeEntry(entry);
  else keyspace.setExpiry(entry, atMs);
  keyspace.notify(EVENT_GENERIC, isOver ? "del" : "expire", args, 1);
  reply.int(1);
}

// The conditions' bits; replies with the error and returns -1 when they are unknown or contradict each other.
function readConditions({ args, reply }: CommandContext): number {
  let conditions = 0;
  for (let i = 3; i < args.count; i++) {
    if (args.is(i, "nx")) {
      conditions |= NX;
    } else if (args.is(i, "xx")) {
      conditions |= XX;
    } else if (args.is(i, "gt")) {
      conditions |= GT;
    } else if (args.is(i, "lt")) {
      conditions |= LT;
    } else {
      // The option ends the text, and Redis takes line breaks off the end of an error.
      reply.error(errors.unsupportedOption(args.textBeforeNul(i).replace(/[\r\n]+$/, "")));
      return -1;
    }
  }
  if ((conditions & NX) !== 0 && conditions !== NX) {
    reply.error(errors.expireConditions);
    return -1;
  }
  if ((conditions & GT) !== 0 && (conditions & LT) !== 0) {
    reply.error(errors.expireGtAndLt);
    return -1;
  }
  return conditions;
}

function allows(conditions: number, hasExpiry: boolean, currentMs: number, atMs: number): boolean {
  if ((conditions & NX) !== 0 && hasExpiry) return false;
  if ((conditions & XX) !== 0 && !hasExpiry) return false;
  if ((conditions & GT) !== 0 && (!hasExpiry || atMs <= currentMs)) return false;
  return (conditions & LT) === 0 || !hasExpiry || atMs < currentMs;
}

// The absolute time in ms that argument i asks for; NaN when it is no integer, Infinity when 64 bits cannot
// hold the time. Times far in the past come out as they are: negative.
function expiryTime({ args, keyspace }: CommandContext, i: number, unit: Unit): number {
  const { isSeconds, isRelative } = unit;
  const amount = args.safeInteger(i);
  const quickMax = isSeconds ? QUICK_SECONDS_MAX : QUICK_MS_MAX;
  if (amount <= quickMax && amount >= -quickMax) {
    return (isSeconds ? amount * 1000 : amount) + (isRelative ? keyspace.nowMs : 0);
  }
  const wide = args.bigInteger(i);
  if (wide === undefined) return Number.NaN;
  const ms = isSeconds ? wide * 1000n : wide;
  const baseMs = isRelative ? BigInt(keyspace.nowMs) : 0n;
  if (ms > INT64_MAX - baseMs || ms < -INT64_MAX - 1n) return Number.POSITIVE_INFINITY;
  return Number(ms + baseMs);
}
