// CRC-64/Jones: the checksum at the end of DUMP payloads and RDB files.
//
// Role: the variant Redis uses: polynomial 0xad93d23594c935a9, bits reflected, start 0, no final change;
// check value of "123456789" is e9c6d914c4b8d9ca. The 64 bits are kept as two 32-bit words, since BigInt
// would allocate for every byte. Four bytes are folded at a time through four tables.

// The polynomial with its bits reversed.
const polynomialHigh = 0x95ac9329;
const polynomialLow = 0xac4bc9b5;

// Entry [256 * n + b]: what byte b contributes when n more bytes follow it in the folded word.
const lowTable = new Int32Array(4 * 256);
const highTable = new Int32Array(4 * 256);
fillTables();

function fillTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry === 1) {
        low ^= polynomialLow;
        high ^= polynomialHigh;
      }
    }
    lowTable[byte] = low;
    highTable[byte] = high;
  }
  for (let at = 256; at < lowTable.length; at++) {
    const low = lowTable[at - 256] as number;
    const high = highTable[at - 256] as number;
    lowTable[at] = ((low >>> 8) | (high << 24)) ^ (lowTable[low & 0xff] as number);
    highTable[at] = (high >>> 8) ^ (highTable[low & 0xff] as number);
  }
}

/** A running checksum. Feeding bytes in any number of pieces gives the same value. */
export class Crc64 {
  #low = 0;
  #high = 0;

  /** Back to the checksum of no bytes. */
  reset(): void {
    this.#low = 0;
    this.#high = 0;
  }

  /** Takes in bytes[start..end). No allocation. */
  update(bytes: Uint8Array, start: number, end: number): void {
    let low = this.#low;
    let high = this.#high;
    let at = start;
    for (const wordsEnd = end - 3; at < wordsEnd; at += 4) {
      const a = ((low ^ (bytes[at] as number)) & 0xff) | 768;
      const b = (((low >>> 8) ^ (bytes[at + 1] as number)) & 0xff) | 512;
      const c = (((low >>> 16) ^ (bytes[at + 2] as number)) & 0xff) | 256;
      const d = (low >>> 24) ^ (bytes[at + 3] as number);
      low =
        high ^
        (lowTable[a] as number) ^
        (lowTable[b] as number) ^
        (lowTable[c] as number) ^
        (lowTable[d] as number);
      high =
        (highTable[a] as number) ^
        (highTable[b] as number) ^
        (highTable[c] as number) ^
        (highTable[d] as number);
    }
    for (; at < end; at++) {
      const index = (low ^ (bytes[at] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (lowTable[index] as number);
      high = (high >>> 8) ^ (highTable[index] as number);
    }
    this.#low = low;
    this.#high = high;
  }

  /** Writes the checksum as 8 little-endian bytes at `at`, as Redis stores it. */
  writeTo(target: Uint8Array, at: number): void {
    for (let i = 0; i < 4; i++) {
      target[at + i] = this.#low >>> (8 * i);
      target[at + 4 + i] = this.#high >>> (8 * i);
    }
  }

  /** Whether the 8 little-endian bytes at `at` are this checksum. */
  equals(bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < 4; i++) {
      if (bytes[at + i] !== ((this.#low >>> (8 * i)) & 0xff)) return false;
      if (bytes[at + 4 + i] !== ((this.#high >>> (8 * i)) & 0xff)) return false;
    }
    return true;
  }
}
