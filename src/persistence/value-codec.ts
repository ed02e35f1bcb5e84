// Value codec: how one type of collection stands in RDB files and DUMP payloads. One file per type implements it.
//
// A value is read as a whole, into arrays that live as long as the command, before anything is stored: what is
// malformed leaves the keyspace as it was. A large value is written piece by piece, so that a snapshot may go on with
// other work in between.

import type { EntryView } from "../keyspace/entry-view.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { latin1Text } from "../lib/bytes.ts";
import type { Args } from "../resp/args.ts";
import type { ByteSink } from "./byte-sink.ts";
import { type RdbCursor, readLength, readString, writeString } from "./rdb-string.ts";

/** Elements of a large value in one piece: some ten microseconds. */
export const ELEMENTS_PER_PIECE = 128;

/**
 * A collection as it was read: its elements (of a hash fields and values in turn), and of a sorted set the scores. Of a
 * hash with fields that expire the times in ms stand in their place, 0 for a field that does not.
 */
export type CollectionValue = {
  readonly kind: "collection";
  readonly codec: ValueCodec;
  readonly elements: readonly Uint8Array[];
  readonly scores: readonly number[];
  /** It stood packed in one string, and stays compact unless it has too many elements: their lengths are not looked at. */
  readonly isPacked: boolean;
};

export type WriteOptions = {
  /** The rdbcompression setting. */
  readonly isCompressed: boolean;
  /** The key stands behind the type, as in a file; in a payload there is none. */
  readonly isKeyed: boolean;
};

/** What is left of a large value: each step appends a piece. Until the last one the value may not change. */
export type Pieces = Generator<undefined, void, undefined>;

export type ValueCodec = {
  /** The TYPE_ code of store/entry.ts. */
  readonly type: number;
  /** The types of RDB that `read` understands. */
  readonly rdbTypes: readonly number[];
  /** Appends the RDB type and the value, or of a large one the beginning; returns what is left. */
  write(sink: ByteSink, entry: EntryView, options: WriteOptions): Pieces | undefined;
  /** The value at the cursor, or undefined when it is malformed or empty, or a string in it is longer. */
  read(rdbType: number, cursor: RdbCursor, sizeBytesMax: number): CollectionValue | undefined;
  /** Stores the value at argument i's key, which must not exist; returns its entry. Counts as one change. */
  store(keyspace: Keyspace, args: Args, i: number, value: CollectionValue): EntryView;
};

/** Appends what every value begins with. */
export function writeHead(sink: ByteSink, rdbType: number, entry: EntryView, options: WriteOptions): void {
  sink.byte(rdbType);
  if (options.isKeyed) writeString(sink, entry.bytes, entry.keyStart, entry.keyEnd, options.isCompressed);
}

/** Calls `writeNext` as long as it says that it wrote an element; the first piece at once. Returns what is left. */
export function writeInPieces(writeNext: () => boolean): Pieces | undefined {
  for (let i = 0; i < ELEMENTS_PER_PIECE; i++) if (!writeNext()) return undefined;
  return restOf(writeNext);
}

function* restOf(writeNext: () => boolean): Pieces {
  for (let i = 1; writeNext(); i++) if (i % ELEMENTS_PER_PIECE === 0) yield;
}

/** `count` strings with their number in front, or undefined. `perItem`: strings for each that is counted. */
export function readStrings(
  cursor: RdbCursor,
  perItem: number,
  sizeBytesMax: number,
): Uint8Array[] | undefined {
  const count = readLength(cursor) * perItem;
  // Every string takes a byte or more.
  if (count <= 0 || count > cursor.end - cursor.at) return undefined;
  const elements: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const element = readString(cursor, sizeBytesMax);
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}

/** The elements that stand packed in one string, read by `read`; undefined when malformed or none. */
export function readPacked(
  cursor: RdbCursor,
  sizeBytesMax: number,
  read: (bytes: Uint8Array) => Uint8Array[] | undefined,
): Uint8Array[] | undefined {
  const blob = readString(cursor, sizeBytesMax);
  const elements = blob === undefined ? undefined : read(blob);
  return elements === undefined || elements.length === 0 ? undefined : elements;
}

/** True when every `stride`-th element, from the first on, occurs once. */
export function areUnique(elements: readonly Uint8Array[], stride: number): boolean {
  const seen = new Set<string>();
  for (let i = 0; i < elements.length; i += stride) seen.add(latin1Text(elements[i] as Uint8Array));
  return seen.size * stride === elements.length;
}
