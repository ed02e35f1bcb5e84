// DUMP payloads: one value with its type in front and a footer that guards it.
//
//   | type: 1 byte | value as in an RDB file | RDB version: 2 bytes LE | CRC-64 of all before: 8 bytes LE |
//
// Role: what DUMP answers and RESTORE takes. For now values are strings; a further type is one more member
// of `DumpValue`, one file that writes and reads it, and one line in each switch below.
// As Redis does, the value is read without regard for where the footer starts, and bytes left over between
// them are ignored: only the footer's check stands between a client and such a payload.

import { unreachable } from "../lib/assert.ts";
import { Crc64 } from "../lib/crc64.ts";
import type { ByteSink } from "./byte-sink.ts";
import { type RdbCursor, readString, writeString } from "./rdb-string.ts";

/** The RDB version written by Redis 7.0, and the newest one accepted. */
export const rdbVersion = 10;
const footerSizeBytes = 10;

const stringType = 0;
// Types that Redis 7.0 knows: 0..7 and 9..19. It takes any other byte for bad data.
const typeMax = 19;
const typeUnknown = 8;

export type DumpValue = { readonly kind: "string"; readonly bytes: Uint8Array };

export type DumpReading =
  | DumpValue
  | { readonly kind: "unsupported-type"; readonly type: number } // Redis's own type, not ours yet.
  | { readonly kind: "bad-footer" } // Too short, from a newer version, or the checksum differs.
  | { readonly kind: "bad-data" }; // The footer is right and the value is not.

const badFooter: DumpReading = { kind: "bad-footer" };
const badData: DumpReading = { kind: "bad-data" };

// One checksum serves every payload: it is reset before each use and never kept over a call.
const checksum = new Crc64();

/** Appends the payload of `value`; `isCompressed` is the rdbcompression setting. */
export function writeDumpPayload(sink: ByteSink, value: DumpValue, isCompressed: boolean): void {
  const start = sink.sizeBytes;
  switch (value.kind) {
    case "string":
      sink.byte(stringType);
      writeString(sink, value.bytes, 0, value.bytes.length, isCompressed);
      break;
    default:
      unreachable(value.kind);
  }
  sink.byte(rdbVersion & 0xff);
  sink.byte(rdbVersion >> 8);
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
  if (type > typeMax || type === typeUnknown) return badData;
  const cursor: RdbCursor = { bytes, at: start + 1, end };
  switch (type) {
    case stringType: {
      const text = readString(cursor, sizeBytesMax);
      return text === undefined ? badData : { kind: "string", bytes: text };
    }
    default:
      return { kind: "unsupported-type", type };
  }
}

function hasValidFooter(bytes: Uint8Array, start: number, end: number): boolean {
  const footer = end - footerSizeBytes;
  if (footer < start) return false;
  const version = (bytes[footer] as number) | ((bytes[footer + 1] as number) << 8);
  if (version > rdbVersion) return false;
  checksum.reset();
  checksum.update(bytes, start, end - 8);
  return checksum.equals(bytes, end - 8);
}
