// Bits of a string: bit 0 is the highest of the first byte; all bits behind the end are 0.

import type { Call } from "../../command.ts";
import { errors } from "../../errors.ts";
import { int64 } from "../../numbers.ts";
import { error, type Reply } from "../../reply.ts";
import { lengthMax } from "../../strings.ts";

export const badOffset: Reply = error(errors.bitOffset);

/** A bit's position, or undefined when it is none or lies behind the longest string allowed. */
export function bitOffset(call: Call, text: string, width = 0): number | undefined {
  const isCounted = width > 0 && text.startsWith("#"); // "#2" is the third field of that width.
  const count = int64(isCounted ? text.slice(1) : text);
  if (count === undefined) return undefined;
  const offset = isCounted ? BigInt.asIntN(64, count * BigInt(width)) : count;
  return offset < 0n || offset >> 3n >= BigInt(lengthMax(call)) ? undefined : Number(offset);
}

export function bitAt(value: string, offset: number): 0 | 1 {
  const byte = value.charCodeAt(Math.floor(offset / 8)); // NaN behind the end, whose bits are 0
  return (byte >> (7 - (offset % 8))) & 1 ? 1 : 0;
}

/** The value padded with zeros until it has the byte of that bit. */
export function reaching(value: string, offset: number): string {
  return value.padEnd(Math.floor(offset / 8) + 1, "\0");
}

/** `bits` (highest first) written over the value from `offset` on; the value must reach. */
export function withBits(value: string, offset: number, bits: readonly (0 | 1)[]): string {
  const first = Math.floor(offset / 8);
  const last = Math.floor((offset + bits.length - 1) / 8);
  const bytes = Array.from(value.slice(first, last + 1), (c) => c.charCodeAt(0));
  for (const [index, bit] of bits.entries()) {
    const at = offset - first * 8 + index;
    const mask = 0x80 >> (at & 7);
    const byte = bytes[at >> 3] ?? 0;
    bytes[at >> 3] = bit === 1 ? byte | mask : byte & ~mask;
  }
  return value.slice(0, first) + String.fromCharCode(...bytes) + value.slice(last + 1);
}

/**
 * Positions [first, last] meant by a client's pair among `total`, or undefined when it means none. Both negative
 * and crossed is none; otherwise each is brought into the range by itself.
 */
export function positions(start: bigint, end: bigint, total: number): [number, number] | undefined {
  if (start < 0n && end < 0n && start > end) return undefined;
  const size = BigInt(total);
  const first = clamped(start < 0n ? start + size : start);
  let last = clamped(end < 0n ? end + size : end);
  if (last >= size) last = size - 1n;
  return first > last ? undefined : [Number(first), Number(last)];
}

function clamped(position: bigint): bigint {
  return position < 0n ? 0n : position;
}
