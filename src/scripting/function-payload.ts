// FUNCTION DUMP's payload: all libraries in the form of an RDB file, with the footer that DUMP's payloads have.
//
//   | 245 | code of a library as a string | 245 | ... | RDB version: 2 bytes LE | CRC-64 of all before: 8 bytes LE |

import { Crc64 } from "../lib/crc64.ts";
import { ByteSink } from "../persistence/byte-sink.ts";
import { type RdbCursor, readString, writeString } from "../persistence/rdb-string.ts";

const LIBRARY = 245;
const LIBRARY_BEFORE_RELEASE = 246;
const RDB_VERSION = 10;
const FOOTER_BYTES = 10;

/** The payload of these libraries' codes. */
export function dumpLibraries(codes: readonly Uint8Array[], isCompressed: boolean): Uint8Array {
  const sink = new ByteSink();
  for (const code of codes) {
    sink.byte(LIBRARY);
    writeString(sink, code, 0, code.length, isCompressed);
  }
  sink.byte(RDB_VERSION);
  sink.byte(0);
  const checksum = new Crc64();
  checksum.update(sink.bytes, 0, sink.sizeBytes);
  sink.reserve(8);
  checksum.writeTo(sink.bytes, sink.sizeBytes);
  sink.sizeBytes += 8;
  return sink.bytes.subarray(0, sink.sizeBytes);
}

export type LibraryCodes =
  | { readonly ok: true; readonly codes: readonly Uint8Array[] }
  | { readonly ok: false; readonly error: string };

/** The codes that bytes[start, end) hold. */
export function readLibraries(bytes: Uint8Array, start: number, end: number, sizeMax: number): LibraryCodes {
  const fail = (text: string): LibraryCodes => ({ ok: false, error: `ERR ${text}` });
  const footer = end - FOOTER_BYTES;
  const checksum = new Crc64();
  checksum.update(bytes, start, Math.max(start, end - 8));
  const version = footer < start ? 0 : (bytes[footer] as number) | ((bytes[footer + 1] as number) << 8);
  if (footer < start || version > RDB_VERSION || !checksum.equals(bytes, end - 8)) {
    return fail("DUMP payload version or checksum are wrong");
  }
  const codes: Uint8Array[] = [];
  const cursor: RdbCursor = { bytes, at: start, end };
  while (cursor.at < footer) {
    const type = bytes[cursor.at++];
    if (type === LIBRARY_BEFORE_RELEASE) return fail("Pre-release function format not supported.");
    if (type !== LIBRARY) return fail("given type is not a function");
    const code = readString(cursor, sizeMax);
    if (code === undefined) return fail("Failed loading library code");
    codes.push(new Uint8Array(code)); // A copy: slice() of a Buffer would be none.
  }
  return { ok: true, codes };
}
