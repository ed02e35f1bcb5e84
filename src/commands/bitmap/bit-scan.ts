// Bit scan: counting bits and finding the first one, over bytes that may be hundreds of megabytes.
//
// Long runs are read as 32-bit words, from the first word boundary on; the bytes before and after it are
// taken one by one. Bit 0 is the highest bit of the first byte.

// Below this the view of words costs more than it saves.
const WORDS_BYTES_MIN = 128;

const onesInByte = Uint8Array.from({ length: 256 }, (_, byte) => onesInWord(byte));

/** How many bits of bytes[start, end) are 1. */
export function countOnes(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let at = start;
  if (end - start >= WORDS_BYTES_MIN) {
    for (; ((bytes.byteOffset + at) & 3) !== 0; at++) count += onesInByte[bytes[at] as number] as number;
    const words = wordsFrom(bytes, at, end);
    const pairsEnd = words.length & ~1;
    let i = 0;
    // Two words share the last steps: counts per nibble reach 8 and still fit.
    for (; i < pairsEnd; i += 2) {
      const nibbles = onesPerNibble(words[i] as number) + onesPerNibble(words[i + 1] as number);
      const perByte = (nibbles & 0x0f0f0f0f) + ((nibbles >>> 4) & 0x0f0f0f0f);
      count += Math.imul(perByte, 0x01010101) >>> 24;
    }
    if (i < words.length) count += onesInWord(words[i] as number);
    at += words.length * 4;
  }
  for (; at < end; at++) count += onesInByte[bytes[at] as number] as number;
  return count;
}

/** How many bits of the bit range [first, last] are 1, counted from the byte at `start`. */
export function countOnesInBits(bytes: Uint8Array, start: number, first: number, last: number): number {
  const from = start + Math.floor(first / 8);
  const to = start + Math.floor(last / 8);
  const before = (bytes[from] as number) & ~(0xff >>> (first & 7));
  const after = (bytes[to] as number) & (0x7f >>> (last & 7));
  return countOnes(bytes, from, to + 1) - (onesInByte[before] as number) - (onesInByte[after] as number);
}

/** The first bit in the bit range [first, last] that equals `bit`, counted from the byte at `start`; -1 for none. */
export function findBit(bytes: Uint8Array, start: number, first: number, last: number, bit: number): number {
  const flip = bit === 1 ? 0 : 0xff; // Turns the search for a 0 into one for a 1.
  const from = start + Math.floor(first / 8);
  const to = start + Math.floor(last / 8);
  let at = from;
  let byte = ((bytes[at] as number) ^ flip) & (0xff >>> (first & 7));
  if (byte === 0 && at < to) {
    at = skipBytes(bytes, at + 1, to, flip);
    byte = (bytes[at] as number) ^ flip;
  }
  const place = (at - start) * 8 + Math.clz32(byte) - 24; // 8 past the byte when it has none.
  return byte !== 0 && place <= last ? place : -1;
}

// The first index in [start, last) whose byte is not `skipped` (0 or 255), else `last`.
function skipBytes(bytes: Uint8Array, start: number, last: number, skipped: number): number {
  let at = start;
  if (last - start >= WORDS_BYTES_MIN) {
    for (; ((bytes.byteOffset + at) & 3) !== 0; at++) if (bytes[at] !== skipped) return at;
    const words = wordsFrom(bytes, at, last);
    const skippedWord = skipped === 0 ? 0 : -1;
    let i = 0;
    while (i < words.length && words[i] === skippedWord) i++;
    at += i * 4;
  }
  while (at < last && bytes[at] === skipped) at++;
  return at;
}

// Whole words of bytes[at, end); `at` stands on a word boundary of the memory beneath.
function wordsFrom(bytes: Uint8Array, at: number, end: number): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset + at, (end - at) >>> 2);
}

function onesPerNibble(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  return (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
}

function onesInWord(word: number): number {
  const nibbles = onesPerNibble(word);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
