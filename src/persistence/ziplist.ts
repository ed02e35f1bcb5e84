// Ziplists and zipmaps: what RDB files of Redis before 7 hold small collections in. They are only read.
//
//   ziplist   | total bytes u32 | offset of the last entry u32 | count u16 | entry ... | 0xff |
//     entry = length of the entry before (1 byte, or 0xfe and 4), then
//       00xxxxxx              text of up to 63 bytes
//       01xxxxxx + 1          text of up to 16383 bytes, big-endian
//       10000000 + 4          longer text, big-endian
//       c0, d0, e0            integer of 2, 4, 8 bytes, little-endian; f0 of 3, fe of 1
//       f1..fd                integer 0..12
//   zipmap    | count u8 | length, field, length, free u8, value, free bytes ... | 0xff |
//     a length is 1 byte below 254, or 254 and 4 bytes, little-endian
//
// Reading trusts nothing: every length is checked before it is used.

import { digitsOf, digitsOfWords } from "./listpack.ts";

const ziplistHeaderSizeBytes = 10;
const endMark = 0xff;
const wideMark = 0xfe;

/** The elements of the ziplist in all of `bytes`, or undefined when it is malformed. */
export function readZiplist(bytes: Uint8Array): Uint8Array[] | undefined {
  const size = bytes.length;
  if (size < ziplistHeaderSizeBytes + 1) return undefined;
  const data = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (data.getUint32(0, true) !== size || bytes[size - 1] !== endMark) return undefined;
  const end = size - 1;
  const elements: Uint8Array[] = [];
  let at = ziplistHeaderSizeBytes;
  let last = at;
  let before = 0;
  while (at < end) {
    last = at;
    const isWide = bytes[at] === wideMark;
    if (bytes[at] === endMark || at + (isWide ? 6 : 2) > end) return undefined;
    if ((isWide ? data.getUint32(at + 1, true) : bytes[at]) !== before) return undefined;
    const entryAt = at;
    at += isWide ? 5 : 1;
    const first = bytes[at] as number;
    if (first < 0xc0) {
      let headerSize = 1;
      let textSize = first & 0x3f;
      if (first >= 0x80) {
        headerSize = 5;
        if (first !== 0x80 || at + 5 > end) return undefined;
        textSize = data.getUint32(at + 1, false);
      } else if (first >= 0x40) {
        headerSize = 2;
        if (at + 2 > end) return undefined;
        textSize = ((first & 0x3f) << 8) | (bytes[at + 1] as number);
      }
      const from = at + headerSize;
      at = from + textSize;
      if (at > end) return undefined;
      elements.push(bytes.subarray(from, at));
    } else {
      const width = integerWidth(first);
      if (width < 0 || at + 1 + width > end) return undefined;
      elements.push(integerText(data, at + 1, first, width));
      at += 1 + width;
    }
    before = at - entryAt;
  }
  const declared = data.getUint16(8, true);
  if (declared !== 0xffff && declared !== elements.length) return undefined;
  return data.getUint32(4, true) === last ? elements : undefined;
}

function integerWidth(first: number): number {
  if (first === 0xc0) return 2;
  if (first === 0xd0) return 4;
  if (first === 0xe0) return 8;
  if (first === 0xf0) return 3;
  if (first === 0xfe) return 1;
  return first > 0xf0 && first < 0xfe ? 0 : -1;
}

function integerText(data: DataView, at: number, first: number, width: number): Uint8Array {
  switch (width) {
    case 0:
      return digitsOf((first & 0x0f) - 1);
    case 1:
      return digitsOf(data.getInt8(at));
    case 2:
      return digitsOf(data.getInt16(at, true));
    case 3:
      return digitsOf((data.getInt8(at + 2) << 16) | data.getUint16(at, true));
    case 4:
      return digitsOf(data.getInt32(at, true));
    default:
      return digitsOfWords(data.getInt32(at + 4, true), data.getInt32(at, true));
  }
}

/** The fields and values, in turn, of the zipmap in all of `bytes`, or undefined when it is malformed. */
export function readZipmap(bytes: Uint8Array): Uint8Array[] | undefined {
  const end = bytes.length - 1;
  if (end < 1 || bytes[end] !== endMark) return undefined;
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const elements: Uint8Array[] = [];
  let at = 1;
  while (at < end) {
    for (const isValue of [false, true]) {
      if (at >= end) return undefined;
      const first = bytes[at] as number;
      if (first === endMark || (first === wideMark && at + 5 > end)) return undefined;
      const size = first === wideMark ? data.getUint32(at + 1, true) : first;
      at += first === wideMark ? 5 : 1;
      let free = 0;
      if (isValue) {
        if (at >= end) return undefined;
        free = bytes[at++] as number;
      }
      if (at + size + free > end) return undefined;
      elements.push(bytes.subarray(at, at + size));
      at += size + free;
    }
  }
  return bytes[0] === wideMark || bytes[0] === elements.length / 2 ? elements : undefined;
}
