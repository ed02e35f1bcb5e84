// Call lines: tables of calls that tests replay against a stock server and the oracle.
//
// One call a line, in order; words in double quotes may hold \r \n \" \\ and \xHH. A line that begins with "#" says
// what follows.

import { matches, shown } from "./compare.ts";
import type { Oracle } from "./oracle.ts";

export type Section = { readonly title: string; readonly calls: string[][] };

export function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) sections.push({ title: line.slice(2), calls: [] });
    else if (line !== "") sections.at(-1)?.calls.push(wordsOf(line));
  }
  return sections;
}

/** What is wrong with a server's answer to the words, or undefined; the oracle has then executed them. */
export function differenceOf(
  oracle: Oracle,
  words: readonly string[],
  { actual, nowMs }: { readonly actual: string; readonly nowMs: number },
): string | undefined {
  const expected = oracle.execute(1, words, nowMs);
  const difference = matches(expected, actual, oracle.session(1).protocol);
  return difference === undefined ? undefined : `${words.map(shown).join(" ")}: ${difference}`;
}

function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|[^" ]+/g)];
  return words.map((match) => (match[1] === undefined ? match[0] : unescaped(match[1])));
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(x([\da-f]{2})|.)/g, (_whole, letter: string, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return letter === "r" ? "\r" : letter === "n" ? "\n" : letter;
  });
}
