// Member cell: the block that holds one member of a large set, hash or sorted set.
//
//   set          | length, varint | member |
//   hash         | length, varint | field | length, varint | value |
//   hash, timed  | 0xe0 | expiry in ms, float64 | length, varint | field | length, varint | value |
//   sorted set   | score, float64 | length, varint | member |
//
// Varints are those of entry.ts, none of which begins with 0xe0. A sorted set's score stands first because the
// block's start is aligned.

import { copyBytes, copyWords } from "../lib/bytes.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import { varintBytes, writeVarint } from "./entry.ts";

/** First byte of a field that has an expiry. */
export const TIMED = 0xe0;
/** Bytes before a timed field's length. */
export const TIMED_BYTES = 9;
/** Bytes before a sorted set's member length. */
export const SCORE_BYTES = 8;

/** Where the member's length stands. `lead`: bytes every cell of the structure has in front, 0 or SCORE_BYTES. */
export function memberLengthAt(u8: Uint8Array, base: number, lead: number): number {
  return u8[base] === TIMED && lead === 0 ? base + TIMED_BYTES : base + lead;
}

/** Makes a set's cell, or with `lead` SCORE_BYTES one whose score is still to be written. */
export function newMemberCell(
  arena: Arena,
  lead: number,
  member: Uint8Array,
  start: number,
  end: number,
  data?: DataView,
): Ref {
  const length = end - start;
  const ref = arena.alloc(lead + varintBytes(length) + length);
  const u8 = arena.u8[segmentOf(ref)] as Uint8Array;
  const at = writeVarint(u8, byteOffset(ref) + lead, length);
  if (data === undefined) copyBytes(u8, at, member, start, end);
  else copyWords(arena.data[segmentOf(ref)] as DataView, at, data, start, end);
  return ref;
}

/** Makes a hash's cell. `expireAtMs` 0: none. */
export function newFieldCell(
  arena: Arena,
  field: Uint8Array,
  fieldStart: number,
  fieldEnd: number,
  value: Uint8Array,
  valueStart: number,
  valueEnd: number,
  expireAtMs: number,
): Ref {
  const fieldLength = fieldEnd - fieldStart;
  const valueLength = valueEnd - valueStart;
  const lead = expireAtMs === 0 ? 0 : TIMED_BYTES;
  const ref = arena.alloc(
    lead + varintBytes(fieldLength) + fieldLength + varintBytes(valueLength) + valueLength,
  );
  const u8 = arena.u8[segmentOf(ref)] as Uint8Array;
  const base = byteOffset(ref);
  if (expireAtMs !== 0) {
    u8[base] = TIMED;
    (arena.data[segmentOf(ref)] as DataView).setFloat64(base + 1, expireAtMs, true);
  }
  let at = writeVarint(u8, base + lead, fieldLength);
  copyBytes(u8, at, field, fieldStart, fieldEnd);
  at = writeVarint(u8, at + fieldLength, valueLength);
  copyBytes(u8, at, value, valueStart, valueEnd);
  return ref;
}

/** A field's expiry in ms, or 0. */
export function fieldExpiry(arena: Arena, ref: Ref): number {
  const base = byteOffset(ref);
  if ((arena.u8[segmentOf(ref)] as Uint8Array)[base] !== TIMED) return 0;
  return (arena.data[segmentOf(ref)] as DataView).getFloat64(base + 1, true);
}

/** Changes the expiry of a field that has one. */
export function setFieldExpiry(arena: Arena, ref: Ref, atMs: number): void {
  (arena.data[segmentOf(ref)] as DataView).setFloat64(byteOffset(ref) + 1, atMs, true);
}
