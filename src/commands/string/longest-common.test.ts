import fc from "fast-check";
import { expect, test } from "vitest";
import { latin1Bytes, latin1Text } from "../../lib/bytes.ts";
import { commonLength, longestCommon, type Span } from "./longest-common.ts";

// Few letters, so that much is common and choices between equal ways come up. Lengths pass a word of bits.
const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 80 });

function span(value: string): Span {
  return { bytes: latin1Bytes(`<<${value}>>`), start: 2, end: 2 + value.length };
}

// The textbook table, every cell kept.
function textbookLength(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const cell = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const best = a[i - 1] === b[j - 1] ? cell(i - 1, j - 1) + 1 : Math.max(cell(i - 1, j), cell(i, j - 1));
      (table[i] as number[])[j] = best;
    }
  }
  return cell(a.length, b.length);
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at++;
  return at === part.length;
}

test("the result is a common subsequence of the textbook's length", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const common = longestCommon(span(a), span(b));
      const found = latin1Text(common.text);
      expect(found.length).toBe(textbookLength(a, b));
      expect(common.length).toBe(found.length);
      expect(commonLength(span(a), span(b))).toBe(found.length);
      expect(isSubsequence(found, a) && isSubsequence(found, b)).toBe(true);
    }),
  );
});

test("the matches, last first, are equal runs that spell the result", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const { matches, text: found } = longestCommon(span(a), span(b));
      const runs = matches.toReversed().map((m) => a.slice(m.aStart, m.aEnd + 1));
      expect(matches.toReversed().map((m) => b.slice(m.bStart, m.bEnd + 1))).toEqual(runs);
      expect(runs.join("")).toBe(latin1Text(found));
    }),
  );
});
