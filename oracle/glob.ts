// Patterns as KEYS, SCAN and CONFIG GET take them.
//
//   ? one character; * any run; [abc], [a-z], [^...] one of a class; \ takes the next one as it is
//
// An open class goes to the end of the pattern, and a reversed range is turned round.

/** Whether the whole text fits the pattern. `ignoresCase`: ASCII letters only. */
export function fits(pattern: string, text: string, ignoresCase = false): boolean {
  if (text === "") return pattern === ""; // Redis never looks at the pattern for an empty text.
  if (ignoresCase) return fitsFrom(lower(pattern), 0, lower(text), 0);
  return fitsFrom(pattern, 0, text, 0);
}

/** The same where "*" is known to stand for everything: KEYS, and SCAN and its kin. */
export function fitsElement(pattern: string, element: string): boolean {
  return pattern === "*" || fits(pattern, element);
}

function fitsFrom(pattern: string, patternFrom: number, text: string, textFrom: number): boolean {
  let p = patternFrom;
  let t = textFrom;
  // Where to go on when what follows the last star does not fit: the star takes one character more.
  let starAt = -1;
  let starTo = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      starAt = p++;
      starTo = t;
      continue;
    }
    const next = p < pattern.length ? afterOne(pattern, p, text[t] as string) : undefined;
    if (next !== undefined) {
      p = next;
      t++;
      continue;
    }
    if (starAt < 0) return false;
    p = starAt + 1;
    t = ++starTo;
  }
  while (pattern[p] === "*") p++;
  return p >= pattern.length;
}

// Where the pattern goes on after the character, or undefined when its next piece does not take it.
function afterOne(pattern: string, at: number, character: string): number | undefined {
  switch (pattern[at]) {
    case "?":
      return at + 1;
    case "[":
      return afterClass(pattern, at + 1, character);
    case "\\": {
      const literal = at + 1 < pattern.length ? at + 1 : at;
      return pattern[literal] === character ? literal + 1 : undefined;
    }
    default:
      return pattern[at] === character ? at + 1 : undefined;
  }
}

function afterClass(pattern: string, from: number, character: string): number | undefined {
  let at = from;
  const isNegated = pattern[at] === "^";
  if (isNegated) at++;
  let isFound = false;
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "\\" && at + 1 < pattern.length) {
      if (pattern[at + 1] === character) isFound = true;
      at += 2;
    } else if (pattern[at + 1] === "-" && at + 2 < pattern.length) {
      const ends = [pattern[at] as string, pattern[at + 2] as string].sort();
      if (character >= (ends[0] as string) && character <= (ends[1] as string)) isFound = true;
      at += 3;
    } else {
      if (pattern[at] === character) isFound = true;
      at++;
    }
  }
  if (isFound === isNegated) return undefined;
  return Math.min(at + 1, pattern.length);
}

function lower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
