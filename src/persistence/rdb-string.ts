// Lengths and strings as RDB files and DUMP payloads hold them.
//
//   00LLLLLL                        length below 64
//   01LLLLLL LLLLLLLL               length below 16384
//   10000000 + 4 bytes              length below 2^32, big-endian
//   10000001 + 8 bytes              any length, big-endian
//   11000000 / 1 / 2 + 1 / 2 / 4    not a length: the string is the decimal text of this little-endian
//   integer 11000011 + length + length      not a length: compressed size, original size, then LZF bytes
//
// Role: every RDB type is built from these. Writing makes the choices Redis makes, in its order: integer
// text of at most 11 bytes that fits 32 bits, then LZF for more than 20 bytes if that saves at least 4, then
// the bytes as they are.
// Reading trusts nothing: every read is checked against the end, and memory is taken for a compressed string
// only when its declared size is within the caller's limit and within what its compressed bytes could give.

import { formatSafeInteger, int64TextSizeBytesMax, parseSafeInteger } from "../lib/int64.ts";
import { lzfCompress, lzfDecompress, lzfExpansionMax } from "../lib/lzf.ts";
import type { ByteSink } from "./byte-sink.ts";

const integerTextSizeBytesMax = 11;
const uncompressedSizeBytesMax = 20;
const savingBytesMin = 4;
// The marker and two lengths of at most 5 bytes each: no string of ours is 4 GB long.
const lzfHeaderSizeBytesMax = 11;

const length32 = 0x80;
const length64 = 0x81;
const specialMark = 0xc0;
const special = { int8: 0xc0, int16: 0xc1, int32: 0xc2, lzf: 0xc3 } as const;

/** Reading position in a run of bytes; nothing at or past `end` is read. After a failed read `at` means nothing. */
export type RdbCursor = { readonly bytes: Uint8Array; at: number; readonly end: number };

/** Appends a length, a safe non-negative integer. */
export function writeLength(sink: ByteSink, length: number): void {
  sink.reserve(9);
  const { bytes } = sink;
  let at = sink.sizeBytes;
  if (length < 0x40) {
    bytes[at++] = length;
  } else if (length < 0x4000) {
    bytes[at++] = 0x40 | (length >> 8);
    bytes[at++] = length & 0xff;
  } else {
    const isWide = length > 0xffffffff;
    bytes[at++] = isWide ? length64 : length32;
    if (isWide) at = write32BigEndian(bytes, at, Math.floor(length / 2 ** 32));
    at = write32BigEndian(bytes, at, length >>> 0);
  }
  sink.sizeBytes = at;
}

function write32BigEndian(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
  return at + 4;
}

/** Appends bytes[start..end) as a string; `isCompressed` is the rdbcompression setting. */
export function writeString(
  sink: ByteSink,
  bytes: Uint8Array,
  start: number,
  end: number,
  isCompressed: boolean,
): void {
  const size = end - start;
  if (size <= integerTextSizeBytesMax && writeSmallInteger(sink, parseSafeInteger(bytes, start, end))) return;
  if (isCompressed && size > uncompressedSizeBytesMax && writeLzf(sink, bytes, start, end)) return;
  writeLength(sink, size);
  sink.copy(bytes, start, end);
}

/** Appends a safe integer as the string of its decimal text, exactly as `writeString` of that text would. */
export function writeInteger(sink: ByteSink, value: number): void {
  if (writeSmallInteger(sink, value)) return;
  sink.reserve(1 + int64TextSizeBytesMax);
  const textStart = sink.sizeBytes + 1;
  const textEnd = formatSafeInteger(sink.bytes, textStart, value);
  sink.bytes[sink.sizeBytes] = textEnd - textStart;
  sink.sizeBytes = textEnd;
}

// NaN, for text that is no integer, fails every comparison.
function writeSmallInteger(sink: ByteSink, value: number): boolean {
  if (!(value >= -0x80000000 && value <= 0x7fffffff)) return false;
  sink.reserve(5);
  const { bytes } = sink;
  let at = sink.sizeBytes;
  let width = 4;
  if (value >= -0x80 && value <= 0x7f) width = 1;
  else if (value >= -0x8000 && value <= 0x7fff) width = 2;
  bytes[at++] = width === 1 ? special.int8 : width === 2 ? special.int16 : special.int32;
  for (let i = 0; i < width; i++) bytes[at++] = value >> (8 * i);
  sink.sizeBytes = at;
  return true;
}

// The header's size depends on the result's, so the result is made further on and moved up behind the header.
function writeLzf(sink: ByteSink, bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  const sizeMax = size - savingBytesMin;
  sink.reserve(lzfHeaderSizeBytesMax + sizeMax);
  const madeAt = sink.sizeBytes + lzfHeaderSizeBytesMax;
  const madeSize = lzfCompress(bytes, start, end, sink.bytes, madeAt, madeAt + sizeMax);
  if (madeSize === 0) return false;
  sink.byte(special.lzf);
  writeLength(sink, madeSize);
  writeLength(sink, size);
  sink.bytes.copyWithin(sink.sizeBytes, madeAt, madeAt + madeSize);
  sink.sizeBytes += madeSize;
  return true;
}

/** The length at the cursor, or -1 when it is cut off, malformed, a string's special form, or above 2^53 - 1. */
export function readLength(cursor: RdbCursor): number {
  const { bytes, end } = cursor;
  if (cursor.at >= end) return -1;
  const first = bytes[cursor.at++] as number;
  if (first < 0x40) return first;
  if (first < 0x80) {
    if (cursor.at >= end) return -1;
    return ((first & 0x3f) << 8) | (bytes[cursor.at++] as number);
  }
  if (first === length32) return readBigEndian(cursor, 4);
  if (first !== length64) return -1;
  const length = readBigEndian(cursor, 8);
  return length <= Number.MAX_SAFE_INTEGER ? length : -1;
}

function readBigEndian(cursor: RdbCursor, width: number): number {
  if (cursor.end - cursor.at < width) return -1;
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (cursor.bytes[cursor.at++] as number);
  return value;
}

/**
 * The string at the cursor, or undefined when it is cut off, malformed or longer than `sizeBytesMax`. Plain
 * strings are views of the cursor's bytes, others are new.
 */
export function readString(cursor: RdbCursor, sizeBytesMax: number): Uint8Array | undefined {
  if (cursor.at >= cursor.end) return undefined;
  const first = cursor.bytes[cursor.at] as number;
  if (first >= specialMark) {
    cursor.at++;
    if (first === special.lzf) return readLzf(cursor, sizeBytesMax);
    if (first === special.int8) return readInteger(cursor, 1);
    if (first === special.int16) return readInteger(cursor, 2);
    if (first === special.int32) return readInteger(cursor, 4);
    return undefined;
  }
  const size = readLength(cursor);
  if (size < 0 || size > sizeBytesMax || size > cursor.end - cursor.at) return undefined;
  const start = cursor.at;
  cursor.at += size;
  return cursor.bytes.subarray(start, cursor.at);
}

function readInteger(cursor: RdbCursor, width: 1 | 2 | 4): Uint8Array | undefined {
  if (cursor.end - cursor.at < width) return undefined;
  let value = 0;
  for (let i = 0; i < width; i++) value |= (cursor.bytes[cursor.at++] as number) << (8 * i);
  const unused = 32 - 8 * width;
  const text = new Uint8Array(integerTextSizeBytesMax);
  return text.subarray(0, formatSafeInteger(text, 0, (value << unused) >> unused));
}

function readLzf(cursor: RdbCursor, sizeBytesMax: number): Uint8Array | undefined {
  const madeSize = readLength(cursor);
  const size = readLength(cursor);
  if (madeSize < 0 || size < 0 || madeSize > cursor.end - cursor.at) return undefined;
  // In Redis the decompressor's 0 for "malformed" passes for the size 0, so this is always an empty string.
  if (size === 0) return new Uint8Array(0);
  if (size > sizeBytesMax || size > madeSize * lzfExpansionMax) return undefined;
  const target = new Uint8Array(size);
  const start = cursor.at;
  cursor.at += madeSize;
  return lzfDecompress(cursor.bytes, start, cursor.at, target) === size ? target : undefined;
}
