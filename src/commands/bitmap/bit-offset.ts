// Bit offsets: the offset argument of SETBIT, GETBIT and BITFIELD.
//
// Bit 0 is the highest bit of the first byte. An offset's byte must lie below proto-max-bulk-len. BITFIELD
// also takes "#n", n fields of its width; Redis multiplies in 64 bits and lets the product wrap, so a huge n
// may come out small, and does here too.

import { parseInt64Big, parseSafeInteger } from "../../lib/int64.ts";
import type { Args } from "../../resp/args.ts";

const HASH = 35;

/** Argument i as a bit offset; NaN when it is none or its byte is not below `bytesMax`. */
export function readBitOffset(args: Args, i: number, bytesMax: number): number {
  return checkedOffset(args.safeInteger(i), bytesMax);
}

/** As `readBitOffset`, where "#n" stands for n fields of `bits` bits. */
export function readFieldOffset(args: Args, i: number, bits: number, bytesMax: number): number {
  const start = args.start(i);
  const end = args.end(i);
  if (start === end || args.bytes[start] !== HASH) return readBitOffset(args, i, bytesMax);
  const offset = parseSafeInteger(args.bytes, start + 1, end) * bits;
  if (Number.isSafeInteger(offset)) return checkedOffset(offset, bytesMax);
  const count = parseInt64Big(args.bytes, start + 1, end);
  if (count === undefined) return Number.NaN;
  return checkedOffset(Number(BigInt.asIntN(64, count * BigInt(bits))), bytesMax);
}

// An offset that is no safe integer is NaN here, and it would be beyond every limit.
function checkedOffset(offset: number, bytesMax: number): number {
  return offset >= 0 && Math.floor(offset / 8) < bytesMax ? offset : Number.NaN;
}
