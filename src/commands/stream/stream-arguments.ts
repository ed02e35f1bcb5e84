// Stream arguments: ids, ends of intervals and 64-bit counts, read as Redis reads them.

import type { Int64Words } from "../../lib/int64-words.ts";
import { ID_OPEN, ID_WHOLE, parseStreamId, type StreamId } from "../../lib/stream-id.ts";
import type { Args } from "../../resp/args.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";

const MINUS = 45;
const PLUS = 43;
const OPEN = 40;

/** Reads argument i, an id, into `target`; false when it is none, and then the error has been written. */
export function readId({ args, reply }: CommandContext, i: number, target: StreamId): boolean {
  if (parseStreamId(args.bytes, args.start(i), args.end(i), target) === ID_WHOLE) return true;
  reply.error(errors.streamId);
  return false;
}

/** As `readId`, where "ms-*" is an id too: ID_WHOLE or ID_OPEN, or 0 when it is none. */
export function readIdOrTime({ args, reply }: CommandContext, i: number, target: StreamId): number {
  const kind = parseStreamId(args.bytes, args.start(i), args.end(i), target);
  if (kind !== ID_WHOLE && kind !== ID_OPEN) reply.error(errors.streamId);
  return kind;
}

/** As `readId`, where "-" and "+" stand for the least and the greatest id. */
export function readIdOrEnd(
  context: CommandContext,
  i: number,
  target: StreamId,
  fillsLast = false,
): boolean {
  const { args, reply } = context;
  if (isSign(args, i, MINUS)) target.setMin();
  else if (isSign(args, i, PLUS)) target.setMax();
  else if (parseStreamId(args.bytes, args.start(i), args.end(i), target, fillsLast) !== ID_WHOLE) {
    reply.error(errors.streamId);
    return false;
  }
  return true;
}

/** Reads argument i, where an interval begins; "(" in front leaves out the id itself. */
export function readIntervalStart(context: CommandContext, i: number, target: StreamId): boolean {
  const isExclusive = isOpenEnd(context.args, i);
  if (!(isExclusive ? readExclusive(context, i, target, false) : readIdOrEnd(context, i, target)))
    return false;
  if (!isExclusive || target.increment()) return true;
  context.reply.error(errors.streamIntervalStart);
  return false;
}

/** Reads argument i, where an interval ends. */
export function readIntervalEnd(context: CommandContext, i: number, target: StreamId): boolean {
  const isExclusive = isOpenEnd(context.args, i);
  if (!(isExclusive ? readExclusive(context, i, target, true) : readIdOrEnd(context, i, target, true))) {
    return false;
  }
  if (!isExclusive || target.decrement()) return true;
  context.reply.error(errors.streamIntervalEnd);
  return false;
}

/** True when argument i is this one character, or begins with it and a NUL. */
export function isSign({ bytes, starts, ends }: Args, i: number, code: number): boolean {
  const start = starts[i] as number;
  const end = ends[i] as number;
  return start < end && bytes[start] === code && (start + 1 === end || bytes[start + 1] === 0);
}

/** Argument i as a number, rounded beyond 2^53; NaN when it is no int64. */
export function int64Number(args: Args, i: number): number {
  const value = args.safeInteger(i);
  if (!Number.isNaN(value)) return value;
  const exact = args.bigInteger(i);
  return exact === undefined ? Number.NaN : Number(exact);
}

/** As `int64Number`, with the usual error written when it is NaN. */
export function readInt64({ args, reply }: CommandContext, i: number): number {
  const value = int64Number(args, i);
  if (Number.isNaN(value)) reply.error(errors.notAnInteger);
  return value;
}

/** Puts argument i, which must be an int64, into `target`. */
export function readInt64Words(args: Args, i: number, target: Int64Words): void {
  const value = args.bigInteger(i) ?? 0n;
  target.high = Number(value >> 32n) | 0;
  target.low = Number(value & 0xffffffffn) | 0;
}

function isOpenEnd({ bytes, starts, ends }: Args, i: number): boolean {
  const start = starts[i] as number;
  return (ends[i] as number) - start > 1 && bytes[start] === OPEN;
}

function readExclusive(
  { args, reply }: CommandContext,
  i: number,
  target: StreamId,
  fillsLast: boolean,
): boolean {
  if (parseStreamId(args.bytes, args.start(i) + 1, args.end(i), target, fillsLast) === ID_WHOLE) return true;
  reply.error(errors.streamId);
  return false;
}
