// Glob: whether a key or channel is of a pattern, as Redis's manual describes it, for the judges.
//
// Role: a second, plain reading of patterns: `*`, `?`, `[a-c]`, `[^x]` and `\` for the next character. The server has
// its own, and its mistakes must show.

/** Cost grows with the number of stars; patterns of checks are short. */
export function globMatches(pattern: string, text: string): boolean {
  // A stock Redis takes "*" alone for everything, and otherwise finds no pattern in an empty text, not even "**".
  if (text === "") return pattern === "" || pattern === "*";
  return matchesFrom(pattern, 0, text, 0);
}

function matchesFrom(pattern: string, patternAt: number, text: string, textAt: number): boolean {
  let p = patternAt;
  let t = textAt;
  for (; p < pattern.length; p++) {
    const sign = pattern[p];
    if (sign === "*") {
      while (pattern[p + 1] === "*") p++;
      for (let skip = t; skip <= text.length; skip++) {
        if (matchesFrom(pattern, p + 1, text, skip)) return true;
      }
      return false;
    }
    if (t >= text.length) return false;
    if (sign === "[") {
      const set = readSet(pattern, p + 1, text.charCodeAt(t));
      if (!set.isIn) return false;
      p = set.end;
    } else if (sign !== "?") {
      if (sign === "\\" && p + 1 < pattern.length) p++;
      if (pattern[p] !== text[t]) return false;
    }
    t++;
  }
  return t === text.length;
}

// A set from behind its bracket; `end` is at the closing one, or at the pattern's last character.
function readSet(pattern: string, from: number, code: number): { isIn: boolean; end: number } {
  const isNegated = pattern[from] === "^";
  let at = isNegated ? from + 1 : from;
  let isIn = false;
  for (; at < pattern.length && pattern[at] !== "]"; at++) {
    if (pattern[at] === "\\" && at + 1 < pattern.length) at++;
    else if (pattern[at + 1] === "-" && at + 2 < pattern.length) {
      const low = Math.min(pattern.charCodeAt(at), pattern.charCodeAt(at + 2));
      const high = Math.max(pattern.charCodeAt(at), pattern.charCodeAt(at + 2));
      if (code >= low && code <= high) isIn = true;
      at += 2;
      continue;
    }
    if (pattern.charCodeAt(at) === code) isIn = true;
  }
  return { isIn: isIn !== isNegated, end: Math.min(at, pattern.length - 1) };
}
