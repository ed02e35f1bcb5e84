// Bytes: copying, comparing and turning text into bytes, without allocation on the short path.
//
// A loop beats `set(subarray)` for short runs: the view that `subarray` makes costs about 50 ns,
// which is what copying roughly 96 bytes one by one costs.

const LOOP_COPY_BYTES_MAX = 96;

/** Copies source[start, end) to target at `at`. The ranges must not overlap in one buffer. */
export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start <= LOOP_COPY_BYTES_MAX) {
    for (let i = start, j = at; i < end; i++, j++) target[j] = source[i] as number;
  } else {
    target.set(source.subarray(start, end), at);
  }
}

const WORD_COPY_BYTES_MAX = 512;

/**
 * As `copyBytes`, over views of the two buffers: eight bytes at a time, whatever their alignment. 64 bytes take about
 * 24 ns, byte by byte 92. No BigInt is made where this is compiled: the engine moves a register. Beyond 512 bytes the
 * engine's own copy is faster still.
 */
export function copyWords(target: DataView, at: number, source: DataView, start: number, end: number): void {
  if (end - start > WORD_COPY_BYTES_MAX) {
    const to = new Uint8Array(target.buffer, target.byteOffset + at, end - start);
    to.set(new Uint8Array(source.buffer, source.byteOffset + start, end - start));
    return;
  }
  let from = start;
  let to = at;
  for (const wordsEnd = end - 7; from < wordsEnd; from += 8, to += 8) {
    target.setBigInt64(to, source.getBigInt64(from, true), true);
  }
  if (from < end - 3) {
    target.setInt32(to, source.getInt32(from, true), true);
    from += 4;
    to += 4;
  }
  for (; from < end; from++, to++) target.setUint8(to, source.getUint8(from));
}

/** A view of the same bytes. */
export function dataViewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** True when a[aStart, aEnd) and b[bStart, bEnd) hold the same bytes. */
export function equalBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}

/** memcmp with length as the tie-break: negative, zero or positive. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** Encodes text whose code units are all below 256, one byte each (Latin-1). */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Text is cut behind so many characters: V8 throws where a string would pass 2^29 - 24, and three may be put together. */
export const TEXT_CHARS_MAX = 2 ** 27;
const SHORT_TEXT_MAX = 4096;
const TEXT_PIECE = 8192;

/** Decodes bytes one code unit each (Latin-1); every byte string up to `TEXT_CHARS_MAX` survives a round trip. */
export function latin1Text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start > SHORT_TEXT_MAX) return longText(bytes, start, Math.min(end, start + TEXT_CHARS_MAX));
  // Sixteen at a time: a key of 16 bytes takes 65 ns, where spreading a view of it takes 600.
  const code = String.fromCharCode;
  let text = "";
  let at = start;
  for (; at + 16 <= end; at += 16) {
    text += code(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
      bytes[at + 4] as number,
      bytes[at + 5] as number,
      bytes[at + 6] as number,
      bytes[at + 7] as number,
      bytes[at + 8] as number,
      bytes[at + 9] as number,
      bytes[at + 10] as number,
      bytes[at + 11] as number,
      bytes[at + 12] as number,
      bytes[at + 13] as number,
      bytes[at + 14] as number,
      bytes[at + 15] as number,
    );
  }
  for (; at + 4 <= end; at += 4) {
    text += code(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
  }
  for (; at < end; at++) text += code(bytes[at] as number);
  return text;
}

// In pieces that the call's stack has room for. Built of sixteens, 100 MB of text would take a gigabyte at first.
function longText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += TEXT_PIECE) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, Math.min(end, at + TEXT_PIECE)));
  }
  return text;
}

/** True when bytes[start, end) spell `lower` (ASCII, lower case) in any mix of case. */
export function equalsCaseless(bytes: Uint8Array, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    let byte = bytes[start + i] as number;
    if (byte >= 65 && byte <= 90) byte += 32;
    if (byte !== lower.charCodeAt(i)) return false;
  }
  return true;
}
