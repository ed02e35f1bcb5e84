// Stream lag: how far a consumer group is behind, from counters alone.
//
// A group counts what it has read. The count is right as long as no entry that is still before the group was deleted
// from the middle of the stream; where it is not known it can be told again at the stream's ends.

import type { StreamId } from "../lib/stream-id.ts";
import type { StreamView } from "./stream-view.ts";

const UNKNOWN = -1n;

// True when an entry from `from` on was deleted and others before it are still there.
function hasDeletedFrom(stream: StreamView, from: StreamId): boolean {
  const { firstId, maxDeletedId } = stream;
  if (stream.length === 0 || maxDeletedId.isMin || firstId.compare(maxDeletedId) > 0) return false;
  return from.compare(maxDeletedId) <= 0;
}

/** How many entries were ever added up to `id`; -1 when it cannot be told. */
export function addedUpTo(stream: StreamView, id: StreamId): bigint {
  const added = addedTo(stream);
  if (added === 0n) return 0n;
  const order = id.compare(stream.lastId);
  if (order === 0 || (order < 0 && stream.length === 0)) return added;
  if (order > 0) return UNKNOWN;
  const { firstId, maxDeletedId } = stream;
  if (!maxDeletedId.isMin && maxDeletedId.compare(firstId) >= 0) return UNKNOWN;
  const first = id.compare(firstId);
  if (first > 0) return UNKNOWN;
  return BigInt.asIntN(64, added - BigInt(stream.length) + (first === 0 ? 1n : 0n));
}

/** How many entries the chosen group has still to read; undefined when it cannot be told. */
export function lagOf(stream: StreamView): bigint | undefined {
  const added = addedTo(stream);
  if (added === 0n) return 0n;
  const { groups } = stream;
  let read: bigint;
  if (groups.isReadKnown && !hasDeletedFrom(stream, groups.lastId)) {
    read = (BigInt(groups.readHigh) << 32n) | BigInt(groups.readLow >>> 0);
  } else {
    read = addedUpTo(stream, groups.lastId);
    if (read === UNKNOWN) return undefined;
  }
  return BigInt.asIntN(64, added - read);
}

/** The chosen group has read the entry `id`, whose place the group's last id has not reached yet. */
export function countRead(stream: StreamView, id: StreamId): void {
  const { groups } = stream;
  if (groups.isReadKnown && !hasDeletedFrom(stream, id)) {
    groups.countRead();
  } else if ((stream.addedHigh | stream.addedLow) !== 0) {
    const read = addedUpTo(stream, id);
    groups.setRead(Number(read >> 32n) | 0, Number(read & 0xffffffffn) | 0);
  }
}

function addedTo(stream: StreamView): bigint {
  return (BigInt(stream.addedHigh) << 32n) | BigInt(stream.addedLow >>> 0);
}
