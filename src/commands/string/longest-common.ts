// Longest common subsequence of two byte strings, by dynamic programming.
//
// cell(i, j) is the length of the longest common subsequence of a's first i bytes and b's first j. Where
// Redis keeps every cell (4 bytes each), one row is enough here to find the length, and one bit per cell
// to walk back: whether cell(i - 1, j) > cell(i, j - 1), which is the way Redis goes on a mismatch. The walk
// is therefore the same, and so are the ranges, at a 32nd of the memory.

/** Bytes [start, end) of a buffer. */
export type Span = { readonly bytes: Uint8Array; readonly start: number; readonly end: number };

/** A run of bytes that both strings have: inclusive indexes into each. */
export type Match = {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
};

/** What was found: `matches` from the last to the first. */
export type Common = { readonly length: number; readonly text: Uint8Array; readonly matches: Match[] };

/** The length alone: no walk back, memory for one row. */
export function commonLength(a: Span, b: Span): number {
  return fillRows(a, b, undefined);
}

/** The longest common subsequence and its runs. Transient memory: one bit per pair of bytes. */
export function longestCommon(a: Span, b: Span): Common {
  const rowWords = wordsPerRow(b);
  const isUpBits = new Int32Array(rowWords * (a.end - a.start));
  const length = fillRows(a, b, isUpBits);
  const text = new Uint8Array(length);
  const matches: Match[] = [];
  let left = length;
  let i = a.end - a.start;
  let j = b.end - b.start;
  let run = 0; // Bytes of the run that starts at i, j.
  while (i > 0 && j > 0) {
    const byte = a.bytes[a.start + i - 1] as number;
    if (byte === b.bytes[b.start + j - 1]) {
      text[--left] = byte;
      run++;
      i--;
      j--;
      continue;
    }
    if (run > 0) matches.push({ aStart: i, aEnd: i + run - 1, bStart: j, bEnd: j + run - 1 });
    run = 0;
    const word = isUpBits[(i - 1) * rowWords + ((j - 1) >>> 5)] as number;
    if (((word >>> ((j - 1) & 31)) & 1) === 1) i--;
    else j--;
  }
  if (run > 0) matches.push({ aStart: i, aEnd: i + run - 1, bStart: j, bEnd: j + run - 1 });
  return { length, text, matches };
}

function wordsPerRow(b: Span): number {
  return (b.end - b.start + 31) >>> 5;
}

function fillRows(a: Span, b: Span, isUpBits: Int32Array | undefined): number {
  const bLength = b.end - b.start;
  const rowWords = wordsPerRow(b);
  const right = b.bytes.subarray(b.start, b.end);
  // One row is enough: its cells left of j are this row's, those from j on still the row's above.
  const row = new Uint32Array(bLength + 1);
  let rowAt = 0;
  for (let at = a.start; at < a.end; at++, rowAt += rowWords) {
    const byte = a.bytes[at] as number;
    let diagonal = 0;
    let before = 0;
    let word = 0;
    for (let j = 0; j < bLength; j++) {
      const above = row[j + 1] as number;
      if (right[j] === byte) {
        before = diagonal + 1;
      } else if (above > before) {
        before = above;
        word |= 1 << (j & 31);
      }
      row[j + 1] = before;
      diagonal = above;
      if (isUpBits !== undefined && (j & 31) === 31) {
        isUpBits[rowAt + (j >>> 5)] = word;
        word = 0;
      }
    }
    if (isUpBits !== undefined && (bLength & 31) !== 0) isUpBits[rowAt + rowWords - 1] = word;
  }
  return row[bLength] as number;
}
