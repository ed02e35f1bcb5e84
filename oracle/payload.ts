// Payloads of DUMP and RESTORE: a value as in a file of RDB version 10, then the version and a checksum.
//
//   | type 1 | value ... | version 2, lowest byte first | CRC-64 of all before 8, lowest byte first |
//
// Invariant: nothing is shared with the server's own codec.

import { crc64 } from "./crc64.ts";
import type { Entry, Model, Value } from "./model.ts";
import { int64 } from "./numbers.ts";
import { PayloadReader } from "./payload-reader.ts";
import { isSameStream } from "./payload-streams.ts";
import { storedCollection, typeByteOf } from "./payload-types.ts";
import { plainValue } from "./state.ts";

const VERSION = 10;
const FOOTER_BYTES = 10;
const TYPE_STRING = 0;
const INTEGER_TEXT_BYTES_MAX = 11; // "-2147483648"
const COMPRESSED_FROM_BYTES = 21; // shorter ones are never compressed

/**
 * The payload of a value, or undefined when there may be many: the server may compress what is long, and collections
 * have no order.
 */
export function payloadOf(value: Value): string | undefined {
  if (value.type !== "string" || value.value.length >= COMPRESSED_FROM_BYTES) return undefined;
  const body = String.fromCharCode(TYPE_STRING) + storedString(value.value);
  return sealed(body);
}

/** Whether a payload restores the value, and is of the form in which its encoding is stored. */
export function restores(payload: string, entry: Entry, model: Model): boolean {
  if (!isSealed(payload) || payload.charCodeAt(0) !== typeByteOf(entry)) return false;
  const stored = storedValue(payload, model);
  if (stored?.type === "stream" && entry.type === "stream") {
    return isSameStream(stored, entry, model.timeToleranceMs);
  }
  return stored !== undefined && isSame(stored, entry);
}

function isSame(a: Value, b: Value): boolean {
  if (a.type === "zset" && b.type === "zset") {
    // A zero's sign is not compared: a small sorted set that is restored loses it.
    return (
      a.value.size === b.value.size && [...a.value].every(([member, score]) => b.value.get(member) === score)
    );
  }
  const one = plainValue(a);
  const other = plainValue(b);
  if (a.type !== b.type || one.length !== other.length) return false;
  return typeof one === "string" ? one === other : one.every((text, i) => text === other[i]);
}

/** A body with its version and checksum. */
export function sealed(body: string, version = VERSION): string {
  const text = body + String.fromCharCode(version & 0xff, version >> 8);
  return text + crc64(text);
}

/** Whether version and checksum are right. */
export function isSealed(payload: string): boolean {
  if (payload.length < FOOTER_BYTES) return false;
  const version = payload.charCodeAt(payload.length - 10) + payload.charCodeAt(payload.length - 9) * 256;
  return version <= VERSION && crc64(payload.slice(0, -8)) === payload.slice(-8);
}

/** The value in a payload whose footer is right; undefined when it is malformed. */
export function storedValue(payload: string, model: Model): Value | undefined {
  const reader = new PayloadReader(payload.slice(0, -FOOTER_BYTES));
  const type = reader.byte();
  if (type === undefined) return undefined;
  if (type !== TYPE_STRING) return storedCollection(type, reader, model);
  const value = reader.string();
  return value === undefined ? undefined : { type: "string", value };
}

function storedString(text: string): string {
  const number = text.length <= INTEGER_TEXT_BYTES_MAX ? int64(text) : undefined;
  const stored = number === undefined ? undefined : storedInteger(Number(number));
  return stored ?? storedLength(text.length) + text;
}

// In 8, 16 or 32 bits, lowest byte first; undefined when it needs more.
function storedInteger(value: number): string | undefined {
  const bytes = [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff];
  if (value >= -0x80 && value <= 0x7f) return `\xc0${String.fromCharCode(...bytes.slice(0, 1))}`;
  if (value >= -0x8000 && value <= 0x7fff) return `\xc1${String.fromCharCode(...bytes.slice(0, 2))}`;
  if (value >= -0x80000000 && value <= 0x7fffffff) return `\xc2${String.fromCharCode(...bytes)}`;
  return undefined;
}

// Only what payloadOf needs: below 64 in one byte.
function storedLength(length: number): string {
  return String.fromCharCode(length);
}
