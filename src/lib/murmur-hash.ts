// MurmurHash64A: the 64-bit hash that HyperLogLogs are made with. The same bytes must hash to the same registers as
// in Redis, or counts made there could not be continued here.
//
// 64-bit words are pairs of 32-bit ones. Products are made of 16-bit parts, so that all partial results are exact.
// The result stands in `murmur` until the next call: no allocation.

const SEED = 0xadc83b19; // Redis's
// The multiplier, 0xc6a4a7935bd1e995.
const M_HIGH = 0xc6a4a793 | 0;
const M_LOW = 0x5bd1e995;
const M_LOW_UPPER = M_LOW >>> 16;
const M_LOW_LOWER = M_LOW & 0xffff;

/** The words of the last hash; as signed numbers, their bits count. */
export const murmur = { high: 0, low: 0 };
const block = { high: 0, low: 0 };

type Words = { high: number; low: number };

/** Hashes bytes[start, end) into `murmur`. */
export function murmurHash64A(bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  const tail = end - (length & 7);
  murmur.high = 0;
  murmur.low = length;
  multiply(murmur);
  murmur.low ^= SEED;
  for (let at = start; at < tail; at += 8) {
    block.low = wordAt(bytes, at, 4);
    block.high = wordAt(bytes, at + 4, 4);
    multiply(block);
    foldTop(block);
    multiply(block);
    murmur.high ^= block.high;
    murmur.low ^= block.low;
    multiply(murmur);
  }
  const left = end - tail;
  if (left > 0) {
    murmur.low ^= wordAt(bytes, tail, left < 4 ? left : 4);
    if (left > 4) murmur.high ^= wordAt(bytes, tail + 4, left - 4);
    multiply(murmur);
  }
  foldTop(murmur);
  multiply(murmur);
  foldTop(murmur);
}

// `count` (1 to 4) bytes, little-endian.
function wordAt(bytes: Uint8Array, at: number, count: number): number {
  let word = bytes[at] as number;
  if (count > 1) word |= (bytes[at + 1] as number) << 8;
  if (count > 2) word |= (bytes[at + 2] as number) << 16;
  if (count > 3) word |= (bytes[at + 3] as number) << 24;
  return word;
}

// words ^= words >>> 47
function foldTop(words: Words): void {
  words.low ^= words.high >>> 15;
}

// words *= m, modulo 2^64
function multiply(words: Words): void {
  const { high, low } = words;
  const upper = low >>> 16;
  const lower = low & 0xffff;
  const bottom = lower * M_LOW_LOWER;
  const middle = upper * M_LOW_LOWER + (bottom >>> 16); // below 2^32, as is the next
  const other = lower * M_LOW_UPPER + (middle & 0xffff);
  const carried = upper * M_LOW_UPPER + (middle >>> 16) + (other >>> 16);
  words.low = (other << 16) | (bottom & 0xffff);
  words.high = (carried + Math.imul(low, M_HIGH) + Math.imul(high, M_LOW)) | 0;
}
