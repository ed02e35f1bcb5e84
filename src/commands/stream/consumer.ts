// Consumer: the one that a command names, seen now, and made when it is missing.

import { EVENT_STREAM } from "../../keyspace/key-events.ts";
import type { StreamView } from "../../keyspace/stream-view.ts";
import type { CommandContext } from "../context.ts";

/** Chooses the consumer that argument i names, of the chosen group; `keyAt` is the argument of the stream's key. */
export function useConsumer(context: CommandContext, stream: StreamView, keyAt: number, i: number): void {
  if (!addConsumer(context, stream, keyAt, i)) stream.groups.seenMs = context.keyspace.nowMs;
}

/** As `useConsumer`, and says whether it was made; one that is there already has not been seen by that. */
export function addConsumer(
  { keyspace, args }: CommandContext,
  stream: StreamView,
  keyAt: number,
  i: number,
): boolean {
  const { groups } = stream;
  if (groups.findConsumer(args.bytes, args.start(i), args.end(i))) return false;
  groups.addConsumer(args.bytes, args.start(i), args.end(i), keyspace.nowMs);
  stream.countChange();
  keyspace.notify(EVENT_STREAM, "xgroup-createconsumer", args, keyAt);
  return true;
}
