// HyperLogLog registers: how an element names one, how dense ones are packed, and what all of them estimate.
//
// There are 16384 registers. 14 bits of an element's hash name its register, the other 50 its value: the number of
// zero bits before the first one, plus 1. A register keeps the largest value it has seen.
//
//   dense: 6 bits each, least significant bits first:  |11000000|22221111|33333322|
//
// The estimate is that of O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), with the
// operations in Redis's order, so that both round to the same number.

import { murmur, murmurHash64A } from "../../lib/murmur-hash.ts";

export const REGISTERS = 16_384;
export const DENSE_BYTES = (REGISTERS * 6) / 8;
const INDEX_BITS = 14;
const VALUE_BITS = 64 - INDEX_BITS;
/** A dense register holds up to 63; elements have values up to 51. */
export const HISTOGRAM_LENGTH = 64;
const ALPHA = 0.721_347_520_444_481_7; // 0.5 / ln 2

/** The register and value of the last element given to `locateRegister`. */
export const located = { index: 0, value: 0 };

/** Finds the register of the element bytes[start, end), and its value. */
export function locateRegister(bytes: Uint8Array, start: number, end: number): void {
  murmurHash64A(bytes, start, end);
  const { high, low } = murmur;
  located.index = low & (REGISTERS - 1);
  const lower = (low >>> INDEX_BITS) | (high << (32 - INDEX_BITS));
  // A bit behind the last one ends the zeros.
  const upper = (high >>> INDEX_BITS) | (1 << (VALUE_BITS - 32));
  located.value = 1 + (lower !== 0 ? trailingZeros(lower) : 32 + trailingZeros(upper));
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** Value of a dense register; the registers begin at `at`. */
export function denseRegister(bytes: Uint8Array, at: number, index: number): number {
  const byte = at + ((index * 6) >>> 3);
  const shift = (index * 6) & 7;
  const low = (bytes[byte] as number) >>> shift;
  // With a shift of 2 or less the register ends in its first byte; the last one does.
  return (shift > 2 ? low | ((bytes[byte + 1] as number) << (8 - shift)) : low) & 63;
}

/** Sets a dense register. */
export function setDenseRegister(bytes: Uint8Array, at: number, index: number, value: number): void {
  const byte = at + ((index * 6) >>> 3);
  const shift = (index * 6) & 7;
  bytes[byte] = ((bytes[byte] as number) & ~(63 << shift)) | (value << shift);
  if (shift <= 2) return;
  bytes[byte + 1] = ((bytes[byte + 1] as number) & ~(63 >>> (8 - shift))) | (value >>> (8 - shift));
}

/** How many elements the registers have seen, by how many of them hold each value; -2^63 when that is infinite. */
export function estimate(histogram: Int32Array): number {
  const m = REGISTERS;
  let z = m * tau((m - (histogram[VALUE_BITS + 1] as number)) / m);
  for (let value = VALUE_BITS; value >= 1; value--) {
    z += histogram[value] as number;
    z *= 0.5;
  }
  z += m * sigma((histogram[0] as number) / m);
  const count = Math.round((ALPHA * m * m) / z);
  return Number.isFinite(count) ? count : -(2 ** 63);
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}
