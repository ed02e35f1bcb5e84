// Which encoding OBJECT ENCODING names for a string value, decided as Redis decides it.

import { ENCODING_EMBSTR, ENCODING_INT, ENCODING_RAW } from "../store/entry.ts";

/** Longest string Redis keeps in one allocation with its object. */
export const EMBSTR_BYTES_MAX = 44;

const INT64_MAX_DIGITS = "9223372036854775807";
const INT64_MIN_DIGITS = "9223372036854775808";

/** INT for a canonical signed 64-bit integer, else EMBSTR or RAW by length. */
export function stringEncoding(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= 20 && isCanonicalInt64(bytes, start, end)) return ENCODING_INT;
  return length <= EMBSTR_BYTES_MAX ? ENCODING_EMBSTR : ENCODING_RAW;
}

/** True for the one decimal spelling of a signed 64-bit integer: no sign but '-', no leading zero. */
export function isCanonicalInt64(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start) return false;
  const isNegative = bytes[start] === 45;
  const first = isNegative ? start + 1 : start;
  const digits = end - first;
  if (digits === 0 || digits > 19) return false;
  const lead = bytes[first] as number;
  if (lead === 48) return digits === 1 && !isNegative;
  for (let i = first; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 48 || byte > 57) return false;
  }
  if (digits < 19) return true;
  const limit = isNegative ? INT64_MIN_DIGITS : INT64_MAX_DIGITS;
  for (let i = 0; i < 19; i++) {
    const difference = (bytes[first + i] as number) - limit.charCodeAt(i);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
