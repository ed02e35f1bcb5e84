// CRC-16/XMODEM and the key slot that Redis Cluster derives from it.
//
// Role: which of the 16384 slots a key belongs to. Polynomial x^16 + x^12 + x^5 + 1, start 0, no
// reflection, as the cluster specification says; check value of "123456789" is 0x31c3.
// A key's hash tag decides when it has one: the bytes between its first "{" and the first "}" after
// that, unless there are none between them. Keys with one tag share a slot.

/** How many slots the keys are spread over. */
export const slotCount = 16384;

const polynomial = 0x1021;
const openBrace = 0x7b;
const closeBrace = 0x7d;

const table = buildTable();

function buildTable(): Uint16Array {
  const entries = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) !== 0 ? (crc << 1) ^ polynomial : crc << 1;
    entries[byte] = crc;
  }
  return entries;
}

/** CRC-16/XMODEM of bytes[start..end), 0..65535. No allocation. */
export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at++) {
    crc = ((crc << 8) & 0xffff) ^ (table[(crc >>> 8) ^ (bytes[at] as number)] as number);
  }
  return crc;
}

/** The slot of the key in bytes[start..end), 0..16383. No allocation. */
export function keySlot(bytes: Uint8Array, start: number, end: number): number {
  let open = start;
  while (open < end && bytes[open] !== openBrace) open++;
  if (open < end) {
    let close = open + 1;
    while (close < end && bytes[close] !== closeBrace) close++;
    // An unclosed or empty tag is no tag, and no later "{" is looked for.
    if (close < end && close > open + 1) return crc16(bytes, open + 1, close) & (slotCount - 1);
  }
  return crc16(bytes, start, end) & (slotCount - 1);
}
