// CRC-64 as dump payloads carry it: the Jones polynomial, bits reflected, beginning with 0.
//
// Two halves of 32 bits, because whole ones would be BigInts, and payloads are long.

type Crc = { readonly high: number; readonly low: number };

const POLYNOMIAL_HIGH = 0x95ac9329; // ad93d23594c935a9 with its bits in the other order
const POLYNOMIAL_LOW = 0xac4bc9b5;

const table: readonly Crc[] = Array.from({ length: 256 }, (_, byte) => {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (isOdd) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  return { high: high >>> 0, low: low >>> 0 };
});

/** The checksum's eight bytes, lowest first. */
export function crc64(text: string): string {
  let high = 0;
  let low = 0;
  for (let i = 0; i < text.length; i++) {
    const entry = table[(low ^ text.charCodeAt(i)) & 0xff] as Crc;
    low = ((low >>> 8) | (high << 24)) ^ entry.low;
    high = (high >>> 8) ^ entry.high;
  }
  return bytesOf(low) + bytesOf(high);
}

function bytesOf(half: number): string {
  return String.fromCharCode(half & 0xff, (half >>> 8) & 0xff, (half >>> 16) & 0xff, half >>> 24);
}
