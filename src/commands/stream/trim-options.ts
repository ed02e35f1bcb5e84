// Trim options: what XADD and XTRIM have in common: MAXLEN or MINID, exact or "~", LIMIT. XADD's options end with
// its id.

import type { Trim } from "../../keyspace/stream-view.ts";
import { ID_OPEN, StreamId } from "../../lib/stream-id.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { after, block, integer, introduced, oneOf, optional, type Syntax, string, word } from "../syntax.ts";
import { isSign, readId, readIdOrTime, readInt64 } from "./stream-arguments.ts";

const TILDE = 126;
const EQUAL = 61;
const STAR = 42;

/** Without LIMIT so many nodes may go by "~". */
const NODES_MAX = 100;
const LIMIT_WHEN_UNBOUNDED = 10_000;
const LIMIT_MAX = 1_000_000;

export const trimSyntax: Syntax = block(
  "trim",
  oneOf("strategy", word("MAXLEN"), introduced("6.2.0", word("MINID"))),
  optional(oneOf("operator", word("=", "equal"), word("~", "approximately"))),
  string("threshold"),
  optional(introduced("6.2.0", after("LIMIT", integer("count", "count")))),
);

/** The options of the call that was read last. */
export class TrimOptions implements Trim {
  isGiven = false;
  byId = false;
  length = 0;
  readonly minId = new StreamId();
  isApproximate = false;
  limit = 0;
  /** XADD: the id that was given, unless it is "*", and whether its sequence number is open. */
  readonly id = new StreamId();
  isIdGiven = false;
  isSequenceOpen = false;
  isMaking = true;
}

/**
 * Reads the options into `options`. Returns the argument of XADD's id, or with `isTrim` the number of arguments;
 * 0 when an error has been written.
 */
export function readTrimOptions(context: CommandContext, options: TrimOptions, isTrim: boolean): number {
  const { args, server } = context;
  options.isGiven = false;
  options.byId = false;
  options.length = 0;
  options.isApproximate = false;
  options.limit = 0;
  options.isIdGiven = false;
  options.isSequenceOpen = false;
  options.isMaking = true;
  let hasLimit = false;
  let i = 2;
  for (; i < args.count; i++) {
    const hasMore = i + 1 < args.count;
    if (!isTrim && isSign(args, i, STAR)) break;
    if (hasMore && (args.is(i, "maxlen") || args.is(i, "minid"))) {
      i = readThreshold(context, options, i);
      if (i === 0) return 0;
    } else if (hasMore && args.is(i, "limit")) {
      options.limit = readInt64(context, ++i);
      if (Number.isNaN(options.limit)) return 0;
      if (options.limit < 0) return refuse(context, errors.trimLimit);
      hasLimit = true;
    } else if (isTrim) {
      return refuse(context, errors.syntax);
    } else if (args.is(i, "nomkstream")) {
      options.isMaking = false;
    } else {
      const kind = readIdOrTime(context, i, options.id);
      if (kind === 0) return 0;
      options.isIdGiven = true;
      options.isSequenceOpen = kind === ID_OPEN;
      break;
    }
  }
  if (options.limit > 0 && !options.isGiven) return refuse(context, errors.trimLimitAlone);
  if (isTrim && !options.isGiven) return refuse(context, errors.trimMissing);
  if (hasLimit && !options.isApproximate) return refuse(context, errors.trimLimitExact);
  if (!hasLimit && options.isApproximate) {
    const limit = NODES_MAX * server.config.streamNodeMaxEntries;
    options.limit = limit <= 0 ? LIMIT_WHEN_UNBOUNDED : Math.min(limit, LIMIT_MAX);
  }
  return i;
}

// Reads MAXLEN or MINID at argument i and what belongs to it; returns the last argument of that, or 0.
function readThreshold(context: CommandContext, options: TrimOptions, i: number): number {
  const { args } = context;
  if (options.isGiven) return refuse(context, errors.trimTwice);
  const byId = args.is(i, "minid");
  let at = i + 1;
  options.isApproximate = false;
  if (at + 1 < args.count && (isSign(args, at, TILDE) || isSign(args, at, EQUAL))) {
    options.isApproximate = isSign(args, at, TILDE);
    at++;
  }
  if (byId) {
    if (!readId(context, at, options.minId)) return 0;
  } else {
    options.length = readInt64(context, at);
    if (Number.isNaN(options.length)) return 0;
    if (options.length < 0) return refuse(context, errors.trimMaxlen);
  }
  options.isGiven = true;
  options.byId = byId;
  return at;
}

function refuse({ reply }: CommandContext, error: string): 0 {
  reply.error(error);
  return 0;
}
