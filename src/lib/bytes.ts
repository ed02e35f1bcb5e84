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

/** Decodes bytes one code unit each (Latin-1), so that every byte string survives a round trip. */
export function latin1Text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let from = start; from < end; from += 4096) {
    const chunk = bytes.subarray(from, Math.min(end, from + 4096));
    text += String.fromCharCode(...chunk);
  }
  return text;
}

const encoder = new TextEncoder();

/** Encodes text as UTF-8. */
export function utf8Bytes(text: string): Uint8Array {
  return encoder.encode(text);
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
