// Arguments of the commands about when fields of a hash expire: FIELDS with its count, times, and what becomes of a
// field whose new time is over already.

import { EVENT_GENERIC, EVENT_HASH } from "../../keyspace/key-events.ts";
import { fieldExpiryMsMax } from "../../keyspace/limits.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { readCount } from "../count-argument.ts";
import { after, block, integer, repeated, type Syntax, string } from "../syntax.ts";

/** How a time is given: in seconds or ms, counted from now or since 1970. */
export type TimeUnit = { readonly isSeconds: boolean; readonly isRelative: boolean };

/** FIELDS numfields field [field ...] */
export const fieldsSyntax: Syntax = after(
  "FIELDS",
  block("fields", integer("numfields", "count"), repeated(string("field"))),
);

/**
 * Checks that FIELDS stands at `i`, and behind it the number of the arguments that follow; returns where the fields
 * begin, or 0 after an error, which has been replied. `notPositive` is the error for a count below 1.
 */
export function readFields({ args, reply }: CommandContext, i: number, notPositive: string): number {
  if (i >= args.count || !args.is(i, "fields")) {
    reply.error(errors.fieldsMissing);
    return 0;
  }
  if (i + 1 >= args.count) {
    reply.error(errors.fieldCountWrong);
    return 0;
  }
  const count = readCount(args, i + 1, 1);
  if (Number.isNaN(count)) {
    reply.error(notPositive);
    return 0;
  }
  if (count !== args.count - i - 2) {
    reply.error(errors.fieldCountWrong);
    return 0;
  }
  return i + 2;
}

/** Which of the words, in lower case, argument `i` is, or undefined. */
export function wordAt<W extends string>(
  { args }: CommandContext,
  i: number,
  words: readonly W[],
): W | undefined {
  for (const word of words) if (args.is(i, word)) return word;
  return undefined;
}

/** The absolute time in ms that argument `i` gives, or NaN after an error, which has been replied. */
export function readTime(
  { keyspace, args, reply }: CommandContext,
  i: number,
  unit: TimeUnit,
  command: string,
): number {
  const time = args.safeInteger(i);
  const isNegative = Number.isNaN(time) ? (args.bigInteger(i) ?? 0n) < 0n : time < 0;
  if (isNegative) {
    reply.error(errors.expireTimeNegative);
    return Number.NaN;
  }
  if (Number.isNaN(time) && args.bigInteger(i) === undefined) {
    reply.error(errors.notAnInteger);
    return Number.NaN;
  }
  const atMs = (unit.isSeconds ? time * 1000 : time) + (unit.isRelative ? keyspace.nowMs : 0);
  if (atMs <= fieldExpiryMsMax) return atMs;
  reply.error(errors.invalidExpire(command));
  return Number.NaN;
}

/** Tells what setting times did to the hash at argument 1: some field got one, or had to go because it was over. */
export function tellTimes({ keyspace, args }: CommandContext, updated: number, deleted: number): void {
  if (deleted > 0) keyspace.notify(EVENT_HASH, "hdel", args, 1);
  else if (updated > 0) keyspace.notify(EVENT_HASH, "hexpire", args, 1);
  if (deleted > 0 && !keyspace.hash.exists) keyspace.notify(EVENT_GENERIC, "del", args, 1);
}
