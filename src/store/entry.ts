// Entry: the block that holds one key and, for small types, its value.
//
//   byte 0      type (3 bits) | encoding (2) | has expiry (1) | replication stamp (2)
//   byte 1..3   access word: LRU clock, or LFU minutes and counter (24 bits, little-endian)
//   [4..7]      position in the expiry index, int32      } only when the key
//   [8..15]     absolute expiry in ms, float64           } has an expiry
//   then        key length, varint; key bytes; then the value:
//               string: length, varint; bytes            (an "int" string is its decimal digits)
//               collection: length, varint; then         (keyspace/collections.ts)
//                 packed | count u16, below 0xffff | elements (packed-block.ts), or a set's integers |
//                 large  | 0xffff u16 | root cell ref i32 |
//
// A varint is big-endian with its size in the top bits: 0xxxxxxx, 10xxxxxx + 1 byte, 11000000 + 4.
// The two stamp bits are reserved for replication: 0 none, 1 inline stamp of 16 bytes after the
// value, 2 reference to an extended record, 3 reserved. They are 0 until replication exists.
//
// Everything here is offsets into an arena's segment; nothing allocates.

export const TYPE_STRING = 0;
export const TYPE_LIST = 1;
export const TYPE_SET = 2;
export const TYPE_ZSET = 3;
export const TYPE_HASH = 4;
export const TYPE_STREAM = 5;

export const ENCODING_INT = 0;
export const ENCODING_EMBSTR = 1;
export const ENCODING_RAW = 2;

/** Encodings of collections: the name that is answered, whatever the form. The compact one: listpack, intset. */
export const ENCODING_COMPACT = 0;
/** hashtable or skiplist. */
export const ENCODING_LARGE = 1;
/** listpackex: of a hash with the compact encoding, once one of its fields had an expiry. */
export const ENCODING_TIMED = 2;

export const EXPIRY_FLAG = 1 << 5;
/** Bytes before the key length, without and with an expiry. */
export const HEADER_BYTES = 4;
export const EXPIRY_HEADER_BYTES = 16;

/** Where the key length stands, for the entry whose first byte is `flags`. */
export function keyLengthAt(flags: number): number {
  return (flags & EXPIRY_FLAG) === 0 ? HEADER_BYTES : EXPIRY_HEADER_BYTES;
}

/** Bytes a varint of this value takes: 1, 2 or 5. */
export function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : 5;
}

export function readVarint(u8: Uint8Array, at: number): number {
  const first = u8[at] as number;
  if (first < 0x80) return first;
  if (first < 0xc0) return ((first & 0x3f) << 8) | (u8[at + 1] as number);
  return (
    (((u8[at + 1] as number) << 24) |
      ((u8[at + 2] as number) << 16) |
      ((u8[at + 3] as number) << 8) |
      (u8[at + 4] as number)) >>>
    0
  );
}

/** Bytes the varint at `at` takes. */
export function varintBytesAt(u8: Uint8Array, at: number): number {
  const first = u8[at] as number;
  return first < 0x80 ? 1 : first < 0xc0 ? 2 : 5;
}

/** Writes `value` (0 .. 2^32-1) and returns where it ends. */
export function writeVarint(u8: Uint8Array, at: number, value: number): number {
  if (value < 0x80) {
    u8[at] = value;
    return at + 1;
  }
  if (value < 0x4000) {
    u8[at] = 0x80 | (value >>> 8);
    u8[at + 1] = value & 0xff;
    return at + 2;
  }
  u8[at] = 0xc0;
  u8[at + 1] = value >>> 24;
  u8[at + 2] = (value >>> 16) & 0xff;
  u8[at + 3] = (value >>> 8) & 0xff;
  u8[at + 4] = value & 0xff;
  return at + 5;
}

/** Where the value of the entry at `base` begins, behind its length. */
export function valueAt(u8: Uint8Array, base: number): number {
  const keyAt = base + keyLengthAt(u8[base] as number);
  const lengthAt = keyAt + varintBytesAt(u8, keyAt) + readVarint(u8, keyAt);
  return lengthAt + varintBytesAt(u8, lengthAt);
}
