import { afterAll, beforeAll, expect, test } from "vitest";
import { type RawStockRedis, startStockRedis } from "../src/testing/stock-server.ts";
import { matches, shown } from "./compare.ts";
import { Oracle } from "./oracle.ts";
import { stockCalls } from "./stock-calls.ts";

const stock = await startStockRedis(["--enable-debug-command", "yes"]);

afterAll(() => stock?.stop());

// A stock server has a clock of its own, and what is asked of it takes a moment.
const timeToleranceMs = 5000;

type Section = { readonly title: string; readonly calls: string[][] };

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) sections.push({ title: line.slice(2), calls: [] });
    else if (line !== "") sections.at(-1)?.calls.push(wordsOf(line));
  }
  return sections;
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

// Sections build on each other, so they run in order over one oracle and one connection.
for (const { title, calls } of sectionsOf(stockCalls)) {
  test.skipIf(stock === undefined)(`the oracle answers as a stock server does: ${title}`, async () => {
    const differences: string[] = [];
    for (const words of calls) {
      const actual = await (stock as RawStockRedis).run(...words.map((word) => Buffer.from(word, "latin1")));
      const expected = oracle.execute(1, words, Date.now());
      const difference = matches(expected, actual, oracle.session(1).protocol);
      if (difference !== undefined) differences.push(`${words.map(shown).join(" ")}: ${difference}`);
    }
    expect(calls.length).toBeGreaterThan(0);
    expect(differences).toEqual([]);
  });
}

let oracle = new Oracle();

beforeAll(() => {
  oracle = new Oracle({ timeToleranceMs, config: { "enable-debug-command": "yes" } });
});
