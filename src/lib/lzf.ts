// LZF: the byte-oriented compression of strings in RDB files and DUMP payloads.
//
// Role: writes what liblzf 3.6 writes, byte for byte, so that our DUMP of a value equals Redis's. So the
// hash, the order in which positions enter the table and every limit below are facts to keep, not choices.
//
//   000LLLLL <L+1 bytes>            a run of 1..32 literal bytes
//   LLLooooo oooooooo               L+2 bytes (L = 1..6) from o+1 bytes back
//   111ooooo LLLLLLLL oooooooo      L+9 bytes from o+1 bytes back
//
// The table maps a hash of three bytes to the latest position where they stood. liblzf leaves the table as
// it finds it; we behave as if every call found it empty, so a result depends on the input alone. Clearing
// 256 KB for each short string would cost more than compressing it: instead positions are stored above a
// base that rises with each call, and whatever lies at or below the base is from an earlier one.

const tableBits = 16;
const tableMask = (1 << tableBits) - 1;
const literalsMax = 32;
const offsetMax = 1 << 13;
const matchExtensionMax = (1 << 8) + (1 << 3);

/** No LZF stream of n bytes stands for more than n times this: three bytes give at most 264. */
export const lzfExpansionMax = 88;

const table = new Uint32Array(1 << tableBits);
const state = { base: 0 };

/**
 * Compresses src[start..end) into target[targetStart..targetEnd) and returns the compressed size, or 0 when
 * it does not fit (or there is nothing to compress). The target may be written to in either case. No
 * allocation.
 */
export function lzfCompress(
  src: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  targetStart = 0,
  targetEnd = target.length,
): number {
  if (start >= end || targetStart >= targetEnd) return 0;
  const base = claimPositions(end - start) - start;
  const firstEntry = base + start;
  let from = start;
  let to = targetStart + 1; // The byte before a run of literals holds its length.
  let literals = 0;
  const hashEnd = end - 2;
  let window = ((src[from] as number) << 8) | (src[from + 1] as number);

  while (from < hashEnd) {
    window = ((window << 8) | (src[from + 2] as number)) & 0xffffff;
    const slot = ((window >>> (24 - tableBits)) - window * 5) & tableMask;
    const entry = table[slot] as number;
    table[slot] = base + from;
    const found = entry - base;
    // Position 0 is never referred to: in liblzf it cannot be told from an empty entry.
    if (
      entry > firstEntry &&
      from - found - 1 < offsetMax &&
      src[found + 2] === src[from + 2] &&
      src[found] === src[from] &&
      src[found + 1] === src[from + 1]
    ) {
      if (to - (literals === 0 ? 1 : 0) + 4 >= targetEnd) return 0;
      target[to - literals - 1] = literals - 1;
      if (literals === 0) to--;

      const length = matchLength(src, found, from, end);
      const offset = from - found - 1;
      const code = length - 2;
      if (code < 7) {
        target[to++] = (offset >> 8) + (code << 5);
      } else {
        target[to++] = (offset >> 8) + (7 << 5);
        target[to++] = code - 7;
      }
      target[to++] = offset & 0xff;
      literals = 0;
      to++;
      from += length;
      if (from >= hashEnd) break;

      // Of the positions inside the match only the last two enter the table.
      window = ((src[from - 2] as number) << 16) | ((src[from - 1] as number) << 8) | (src[from] as number);
      table[((window >>> (24 - tableBits)) - window * 5) & tableMask] = base + from - 2;
      window = ((window << 8) | (src[from + 1] as number)) & 0xffffff;
      table[((window >>> (24 - tableBits)) - window * 5) & tableMask] = base + from - 1;
    } else {
      if (to >= targetEnd) return 0;
      target[to++] = src[from++] as number;
      if (++literals === literalsMax) {
        target[to - literals - 1] = literals - 1;
        literals = 0;
        to++;
      }
    }
  }

  if (to + 3 > targetEnd) return 0;
  while (from < end) {
    target[to++] = src[from++] as number;
    if (++literals === literalsMax) {
      target[to - literals - 1] = literals - 1;
      literals = 0;
      to++;
    }
  }
  if (literals === 0) to--;
  else target[to - literals - 1] = literals - 1;
  return to - targetStart;
}

// Entries of this call are base .. base + count - 1; all earlier ones lie below.
function claimPositions(count: number): number {
  if (state.base + count > 0xffffffff) {
    table.fill(0);
    state.base = 0;
  }
  const base = state.base;
  state.base = base + count;
  return base;
}

// How many bytes match, 3 being known. liblzf checks the limit only after its 16 unrolled steps, so a match
// at the end of the input may be up to two bytes longer than the limit says.
function matchLength(src: Uint8Array, found: number, from: number, end: number): number {
  let length = 2;
  const available = end - from - 2;
  const limit = available > matchExtensionMax ? matchExtensionMax : available;
  if (limit > 16) {
    do {
      length++;
      if (src[found + length] !== src[from + length]) return length;
    } while (length < 18);
  }
  do length++;
  while (length < limit && src[found + length] === src[from + length]);
  return length;
}

/**
 * Expands src[start..end) into target[targetStart..targetEnd) and returns how many bytes that gave, or -1
 * when the input is malformed or gives more than fits. Never reads or writes outside the two ranges. No
 * allocation.
 */
export function lzfDecompress(
  src: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  targetStart = 0,
  targetEnd = target.length,
): number {
  if (start >= end) return -1;
  let from = start;
  let to = targetStart;
  while (from < end) {
    const control = src[from++] as number;
    if (control < 32) {
      const count = control + 1;
      if (to + count > targetEnd || from + count > end) return -1;
      for (let i = 0; i < count; i++) target[to++] = src[from++] as number;
      continue;
    }
    let length = control >> 5;
    if (from >= end) return -1;
    if (length === 7) {
      length += src[from++] as number;
      if (from >= end) return -1;
    }
    let found = to - ((control & 0x1f) << 8) - 1 - (src[from++] as number);
    length += 2;
    if (to + length > targetEnd || found < targetStart) return -1;
    // Byte by byte, since a match may run into the bytes it is producing.
    for (const last = to + length; to < last; ) target[to++] = target[found++] as number;
  }
  return to - targetStart;
}
