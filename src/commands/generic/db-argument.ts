// Database numbers as arguments of COPY, MOVE and SWAPDB.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";

const INT_MAX = 2147483647;

/**
 * Argument i as a 32-bit integer. Replies with an error and returns NaN when it is none: with `message` if
 * given, else as Redis words it.
 */
export function intArgument({ args, reply }: CommandContext, i: number, message?: string): number {
  const value = args.safeInteger(i);
  if (value >= -INT_MAX - 1 && value <= INT_MAX) return value;
  const isInt64 = args.bigInteger(i) !== undefined;
  reply.error(message ?? (isInt64 ? errors.intOutOfRange : errors.notAnInteger));
  return Number.NaN;
}

/** Whether there is a database of that number. */
export function isDatabase({ keyspace }: CommandContext, db: number): boolean {
  return db >= 0 && db < (keyspace.databases[0]?.dicts.length ?? 0);
}

/** Argument i as the number of a database. Replies with an error and returns NaN when it is none. */
export function dbArgument(context: CommandContext, i: number): number {
  const db = intArgument(context, i);
  if (Number.isNaN(db) || isDatabase(context, db)) return db;
  context.reply.error(errors.dbIndexOutOfRange);
  return Number.NaN;
}
