// DUMP payloads: one value with its type in front and a footer that guards it.
//
//   | type: 1 byte | value as in an RDB file | RDB version: 2 bytes LE | CRC-64 of all before: 8 bytes LE |
//
// Role: what DUMP answers and RESTORE takes. Strings are handled here, each other type by its codec: a further type
// is one more in `codecs`.
// A payload has the version of Redis 7.0, but for hashes with fields that expire, which came with 7.4: these have its.
// As Redis does, the value is read without regard for where the footer starts, and bytes left over between
// them are ignored: only the footer's check stands between a client and such a payload.

import type { EntryView } from "../keyspace/entry-view.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { assert } from "../lib/assert.ts";
import { Crc64 } from "../lib/crc64.ts";
import type { Args } from "../resp/args.ts";
import { TYPE_STRING } from "../store/entry.ts";
import type { ByteSink } from "./byte-sink.ts";
import { hashCodec, isTimedHash } from "./hash-codec.ts";
import { listCodec, listParts } from "./list-codec.ts";
import { type RdbCursor, readString, writeString } from "./rdb-string.ts";
import { setCodec } from "./set-codec.ts";
import { sortedSetCodec } from "./sorted-set-codec.ts";
import { streamCodec } from "./stream-codec.ts";
import {
  type CollectionValue,
  type Pieces,
  type ValueCodec,
  type WriteOptions,
  writeHead,
} from "./value-codec.ts";

/** The RDB version written by Redis 7.0, and the newest one accepted. */
export const rdbVersion = 10;
/** The RDB version of Redis 7.4, which brought types for hashes with fields that expire. */
export const rdbVersionTimed = 12;
/** The RDB version of Redis 7.2, whose streams also tell when consumers were active. It is read, not written. */
const rdbVersionActive = 11;
const streamTypeActive = 21;
const footerSizeBytes = 10;

const stringType = 0;
// Types that Redis 7.0 knows: 0..7 and 9..19. It takes any other byte for bad data.
const typeMax = 19;
const typeUnknown = 8;

export type { CollectionValue } from "./value-codec.ts";

const codecs: readonly ValueCodec[] = [hashCodec, listCodec, setCodec, sortedSetCodec, streamCodec];

export type StringValue = { readonly kind: "string"; readonly bytes: Uint8Array };

export type DumpReading =
  | StringValue
  | CollectionValue
  | { readonly kind: "unsupported-type"; readonly type: number } // Redis's own type, not ours yet.
  | { readonly kind: "bad-footer" } // Too short, from a newer version, or the checksum differs.
  | { readonly kind: "bad-data" }; // The footer is right and the value is not.

const badFooter: DumpReading = { kind: "bad-footer" };
const badData: DumpReading = { kind: "bad-data" };

// One checksum serves every payload: it is reset before each use and never kept over a call.
const checksum = new Crc64();

/** Appends the payload of a string; `isCompressed` is the rdbcompression setting. */
export function writeDumpPayload(sink: ByteSink, value: StringValue, isCompressed: boolean): void {
  const start = sink.sizeBytes;
  sink.byte(stringType);
  writeString(sink, value.bytes, 0, value.bytes.length, isCompressed);
  seal(sink, start);
}

/** Appends the payload of an entry's value, whatever its type. */
export function writeEntryPayload(sink: ByteSink, entry: EntryView, isCompressed: boolean): void {
  const start = sink.sizeBytes;
  const pieces = writeEntry(sink, entry, { isCompressed, isKeyed: false });
  if (pieces !== undefined) for (const _ of pieces);
  seal(sink, start);
}

/** Appends an entry's type and value, or of a large value the beginning; returns what is left. */
export function writeEntry(sink: ByteSink, entry: EntryView, options: WriteOptions): Pieces | undefined {
  if (entry.type === TYPE_STRING) {
    writeHead(sink, stringType, entry, options);
    writeString(sink, entry.bytes, entry.valueStart, entry.valueEnd, options.isCompressed);
    return undefined;
  }
  const codec = codecs.find(({ type }) => type === entry.type);
  if (codec === undefined) assert(false, `no codec for values of type ${entry.type}`);
  return (codec as ValueCodec).write(sink, entry, options);
}

/** The codec that reads a collection of this RDB type, or undefined. */
export function codecOf(rdbType: number): ValueCodec | undefined {
  return codecs.find(({ rdbTypes }) => rdbTypes.includes(rdbType));
}

/** The listpacks that a list's payload is made of: how many, and their bytes altogether. */
export function measureListParts(entry: EntryView): { readonly count: number; readonly sizeBytes: number } {
  const parts = listParts(entry);
  return { count: parts.length, sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

/** Stores a collection that was read at argument i's key, which must not exist; returns its entry. */
export function storeCollection(
  keyspace: Keyspace,
  args: Args,
  i: number,
  value: CollectionValue,
): EntryView {
  return value.codec.store(keyspace, args, i, value);
}

/** True for a hash all of whose fields have expired. */
export function isOver(value: StringValue | CollectionValue, nowMs: number): boolean {
  if (value.kind === "string" || value.codec !== hashCodec || value.scores.length === 0) return false;
  return value.scores.every((atMs) => atMs !== 0 && atMs <= nowMs);
}

// Appends the footer of the payload that began at `start`.
function seal(sink: ByteSink, start: number): void {
  const version = isTimedHash(sink.bytes[start] as number) ? rdbVersionTimed : rdbVersion;
  sink.byte(version & 0xff);
  sink.byte(version >> 8);
  sink.reserve(8);
  checksum.reset();
  checksum.update(sink.bytes, start, sink.sizeBytes);
  checksum.writeTo(sink.bytes, sink.sizeBytes);
  sink.sizeBytes += 8;
}

/**
 * Reads the payload in bytes[start..end). No string in it may be longer than `sizeBytesMax`, which also
 * bounds the memory taken. The value's bytes may be a view of `bytes`.
 */
export function readDumpPayload(
  bytes: Uint8Array,
  start: number,
  end: number,
  sizeBytesMax: number,
): DumpReading {
  if (!hasValidFooter(bytes, start, end)) return badFooter;
  const type = bytes[start] as number;
  if ((type > typeMax && versionMaxOf(type) === rdbVersion) || type === typeUnknown) return badData;
  const cursor: RdbCursor = { bytes, at: start + 1, end };
  switch (type) {
    case stringType: {
      const text = readString(cursor, sizeBytesMax);
      return text === undefined ? badData : { kind: "string", bytes: text };
    }
    default: {
      const codec = codecOf(type);
      if (codec === undefined) return { kind: "unsupported-type", type };
      return codec.read(type, cursor, sizeBytesMax) ?? badData;
    }
  }
}

function versionMaxOf(type: number): number {
  if (type === streamTypeActive) return rdbVersionActive;
  return isTimedHash(type) ? rdbVersionTimed : rdbVersion;
}

function hasValidFooter(bytes: Uint8Array, start: number, end: number): boolean {
  const footer = end - footerSizeBytes;
  if (footer < start) return false;
  const version = (bytes[footer] as number) | ((bytes[footer + 1] as number) << 8);
  if (version > versionMaxOf(bytes[start] as number)) return false;
  checksum.reset();
  checksum.update(bytes, start, end - 8);
  return checksum.equals(bytes, end - 8);
}
