// Glob patterns over bytes, with Redis's meaning of every byte.
//
// Role: KEYS, SCAN MATCH, PSUBSCRIBE, CONFIG GET, ACL key and channel rules.
//   *      any run of bytes            ?      any one byte
//   [ab]   one of these bytes          [^ab]  one byte that is none of these
//   [a-z]  one byte of the range       \x     the byte x itself
//
// Redis never refuses a pattern, so these details are part of the language and clients see them:
//   - A class without its "]" ends where the pattern ends.
//   - "-" makes a range when at least three pattern bytes remain, even if the third is "]": "[a-]" is the
//     range from "]" to "a", in a class that then has no end.
//   - Bytes are signed in ranges: 0x80..0xff lie below 0x00. Reversed ends are swapped before case is
//     folded, and only ASCII letters are folded; folding makes 0x80..0xfe positive and leaves 0xff at -1.
//   - An escaped byte in a class is compared with its case even when case is ignored.
//   - "*" matches no empty text when the whole text is empty: no pattern but the empty one does.
//   - A pattern that gets past `starsMax` stars in one match never matches.
// Every element but "*" takes exactly one byte, so it suffices to go back to the latest star: earlier stars
// cannot help. Hence time is O(pattern * text) and memory is constant; Redis reaches the same answers by
// recursion with a flag.

/** How many stars one match may pass before it is given up (Redis's guard against abusive patterns). */
export const starsMax = 1000;

const star = 0x2a;
const question = 0x3f;
const openClass = 0x5b;
const closeClass = 0x5d;
const backslash = 0x5c;
const caret = 0x5e;
const dash = 0x2d;

/**
 * Whether pattern[pStart..pEnd) matches all of text[tStart..tEnd). With `caseless`, ASCII letters match in
 * either case. No allocation.
 */
export function globMatch(
  pattern: Uint8Array,
  pStart: number,
  pEnd: number,
  text: Uint8Array,
  tStart: number,
  tEnd: number,
  caseless: boolean,
): boolean {
  let p = pStart;
  let t = tStart;
  let afterStar = -1; // Where the pattern goes on after the latest star, and where in the text that was tried.
  let triedFrom = 0;
  let stars = 0;

  while (p < pEnd && t < tEnd) {
    const byte = pattern[p] as number;
    let isMatch: boolean;
    if (byte === star) {
      do p++;
      while (p < pEnd && pattern[p] === star);
      if (p === pEnd) return true;
      if (++stars > starsMax) return false;
      afterStar = p;
      triedFrom = t;
      continue;
    }
    if (byte === question) {
      isMatch = true;
      p++;
    } else if (byte === openClass) {
      const classStart = p + 1;
      p = classEnd(pattern, classStart, pEnd);
      isMatch = classMatches(pattern, classStart, pEnd, text[t] as number, caseless);
    } else {
      if (byte === backslash && p + 1 < pEnd) p++;
      isMatch = isSameByte(pattern[p] as number, text[t] as number, caseless);
      p++;
    }
    if (isMatch) {
      t++;
      // Text is left over: let the latest star take one byte more.
      if (p < pEnd || t === tEnd) continue;
    }
    if (afterStar < 0 || ++triedFrom === tEnd) return false;
    p = afterStar;
    t = triedFrom;
  }

  // Text used up before the pattern: a later start would be shorter still, so there is no going back.
  if (t === tStart) return p === pEnd && t === tEnd;
  while (p < pEnd && pattern[p] === star) p++;
  return p === pEnd && t === tEnd;
}

// The offset just after a class that opened before `start`.
function classEnd(pattern: Uint8Array, start: number, pEnd: number): number {
  let p = start;
  if (p < pEnd && pattern[p] === caret) p++;
  while (p < pEnd) {
    const byte = pattern[p] as number;
    if (byte === backslash && p + 1 < pEnd) p += 2;
    else if (byte === closeClass) return p + 1;
    else if (p + 2 < pEnd && pattern[p + 1] === dash) p += 3;
    else p++;
  }
  return pEnd;
}

function classMatches(
  pattern: Uint8Array,
  start: number,
  pEnd: number,
  byte: number,
  caseless: boolean,
): boolean {
  let p = start;
  const isNegated = p < pEnd && pattern[p] === caret;
  if (isNegated) p++;
  while (p < pEnd) {
    const member = pattern[p] as number;
    if (member === backslash && p + 1 < pEnd) {
      if (pattern[p + 1] === byte) return !isNegated;
      p += 2;
    } else if (member === closeClass) {
      return isNegated;
    } else if (p + 2 < pEnd && pattern[p + 1] === dash) {
      if (isInRange(member, pattern[p + 2] as number, byte, caseless)) return !isNegated;
      p += 3;
    } else {
      if (isSameByte(member, byte, caseless)) return !isNegated;
      p++;
    }
  }
  return isNegated;
}

function isInRange(from: number, to: number, byte: number, caseless: boolean): boolean {
  let low = (from << 24) >> 24;
  let high = (to << 24) >> 24;
  let value = (byte << 24) >> 24;
  if (low > high) {
    const swapped = low;
    low = high;
    high = swapped;
  }
  if (caseless) {
    low = foldSigned(low);
    high = foldSigned(high);
    value = foldSigned(value);
  }
  return value >= low && value <= high;
}

function isSameByte(a: number, b: number, caseless: boolean): boolean {
  return a === b || (caseless && fold(a) === fold(b));
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
}

// The C library's tolower of a negative char gives the unsigned byte back, except for -1, its end-of-file
// mark.
function foldSigned(byte: number): number {
  if (byte < -1) return byte + 256;
  return fold(byte);
}
