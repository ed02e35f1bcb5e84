// Numbers as Redis reads them from arguments and values.
//
// Redis reads an integer strictly: no sign but '-', no leading zero, no space, 64 bits. Anything that is past 2^53
// is a BigInt here, so that no digit is lost.

export const int64Min = -(1n << 63n);
export const int64Max = (1n << 63n) - 1n;

/** A canonical signed 64-bit integer, or undefined. */
export function int64(text: string): bigint | undefined {
  if (!isCanonical(text)) return undefined;
  const value = BigInt(text);
  return value >= int64Min && value <= int64Max ? value : undefined;
}

/** "0", or digits that begin with none, or the same behind '-'; up to 20 characters. */
export function isCanonical(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > 20) return false;
  let at = 0;
  if (text.charCodeAt(0) === 45) {
    if (length === 1) return false;
    at = 1;
  }
  const first = text.charCodeAt(at);
  if (first === 48) return length === 1;
  for (; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Whether Redis would keep the text as a number: what OBJECT ENCODING calls "int". */
export function isInt64(text: string): boolean {
  if (text.length < 19) return isCanonical(text);
  return int64(text) !== undefined;
}
