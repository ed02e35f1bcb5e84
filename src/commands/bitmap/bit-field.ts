// Bit fields: integers of 1 to 64 bits at any bit offset, highest bit first, and what happens when a value
// does not fit.
//
// Numbers carry fields of up to 48 bits and amounts up to 2^52, whose sums are exact as doubles; what is
// wider goes by BigInt. `bits` says the type as one number: positive for unsigned, negative for signed.

/** WRAP keeps the low bits, SAT the nearest bound, FAIL leaves the field as it is. */
export const WRAP = 0;
export const SAT = 1;
export const FAIL = 2;
export type Overflow = typeof WRAP | typeof SAT | typeof FAIL;

const NARROW_BITS_MAX = 48;
const NARROW_AMOUNT_MAX = 2 ** 52;

/** The field's bits as an unsigned integer; `width` is 1..53. Bytes at and after `end` count as 0. */
export function readField(
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  width: number,
): number {
  let at = start + Math.floor(offset / 8);
  let skipped = offset & 7;
  let left = width;
  let value = 0;
  while (left > 0) {
    const taken = Math.min(8 - skipped, left);
    const byte = at < end ? (bytes[at] as number) : 0;
    value = value * (1 << taken) + ((byte >>> (8 - skipped - taken)) & ((1 << taken) - 1));
    left -= taken;
    skipped = 0;
    at++;
  }
  return value;
}

/** Writes an unsigned integer below 2^width as the field's bits; `width` is 1..53. The bytes must exist. */
export function writeField(
  bytes: Uint8Array,
  start: number,
  offset: number,
  width: number,
  value: number,
): void {
  const lastBit = offset + width - 1;
  let at = start + Math.floor(lastBit / 8);
  let below = 7 - (lastBit & 7);
  let left = width;
  let rest = value;
  while (left > 0) {
    const taken = Math.min(8 - below, left);
    const mask = ((1 << taken) - 1) << below;
    const part = rest % (1 << taken);
    bytes[at] = ((bytes[at] as number) & ~mask) | (part << below);
    rest = Math.floor(rest / (1 << taken));
    left -= taken;
    below = 0;
    at--;
  }
}

/** As `readField`, for a `width` of 33..64. */
export function readWideField(
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  width: number,
): bigint {
  const high = readField(bytes, start, end, offset, width - 32);
  const low = readField(bytes, start, end, offset + width - 32, 32);
  return (BigInt(high) << 32n) | BigInt(low);
}

/** As `writeField`, for a `width` of 33..64. */
export function writeWideField(
  bytes: Uint8Array,
  start: number,
  offset: number,
  width: number,
  value: bigint,
): void {
  writeField(bytes, start, offset, width - 32, Number(value >> 32n));
  writeField(bytes, start, offset + width - 32, 32, Number(value & 0xffffffffn));
}

/** The value of a field's unsigned bits under its type. */
export function valueOfBits(raw: number, bits: number): number {
  return bits < 0 && raw >= 2 ** (-bits - 1) ? raw - 2 ** -bits : raw;
}

/** `wanted` made to fit the type, or NaN when it does not fit and may not change. |wanted| <= 2^53 - 1. */
export function fitNarrow(wanted: number, bits: number, overflow: Overflow): number {
  const max = bits < 0 ? 2 ** (-bits - 1) - 1 : 2 ** bits - 1;
  const min = bits < 0 ? -max - 1 : 0;
  if (wanted >= min && wanted <= max) return wanted;
  if (overflow === FAIL) return Number.NaN;
  if (overflow === SAT) return wanted > max ? max : min;
  const size = 2 ** Math.abs(bits);
  const remainder = (wanted % size) + 0; // A remainder of -0 becomes 0.
  return valueOfBits(remainder < 0 ? remainder + size : remainder, bits);
}

/** As `fitNarrow`, for any integer; undefined when it does not fit and may not change. */
export function fitWide(wanted: bigint, bits: number, overflow: Overflow): bigint | undefined {
  const max = 2n ** BigInt(bits < 0 ? -bits - 1 : bits) - 1n;
  const min = bits < 0 ? -max - 1n : 0n;
  if (wanted >= min && wanted <= max) return wanted;
  if (overflow === FAIL) return undefined;
  if (overflow === SAT) return wanted > max ? max : min;
  return bits < 0 ? BigInt.asIntN(-bits, wanted) : BigInt.asUintN(bits, wanted);
}

/**
 * The integer that a SET of `amount` asks for. Redis takes it for an unsigned one when the type is, and its
 * range check for signed types wraps for amounts more than 2^63 - 1 below the maximum: they count as too
 * large, so that SAT stores the maximum (7.0.15: SET i8 0 -9223372036854775808 stores 127).
 */
export function amountToSet(amount: bigint, bits: number): bigint {
  if (bits > 0) return BigInt.asUintN(64, amount);
  const max = 2n ** BigInt(-bits - 1) - 1n;
  return bits !== -64 && max - amount >= 2n ** 63n ? amount + 2n ** 64n : amount;
}

/** The unsigned bits of a value that fits. */
export function bitsOfValue(value: number, bits: number): number {
  return value < 0 ? value + 2 ** -bits : value;
}

/** Whether the pair of type and amount stays exact as numbers. */
export function isNarrow(bits: number, amount: number): boolean {
  // NaN, an amount that is no safe integer, compares false.
  return Math.abs(bits) <= NARROW_BITS_MAX && Math.abs(amount) <= NARROW_AMOUNT_MAX;
}
