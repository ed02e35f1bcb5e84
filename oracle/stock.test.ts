import { afterAll, beforeAll, expect, test } from "vitest";
import { type RawStockRedis, startStockRedis } from "../src/testing/stock-server.ts";
import { differenceOf, sectionsOf } from "./call-lines.ts";
import { Oracle } from "./oracle.ts";
import { stockCalls } from "./stock-calls.ts";

const stock = await startStockRedis(["--enable-debug-command", "yes"]);

afterAll(() => stock?.stop());

// A stock server has a clock of its own, and what is asked of it takes a moment.
const timeToleranceMs = 5000;

// Sections build on each other, so they run in order over one oracle and one connection.
for (const { title, calls } of sectionsOf(stockCalls)) {
  test.skipIf(stock === undefined)(`the oracle answers as a stock server does: ${title}`, async () => {
    const differences: string[] = [];
    for (const words of calls) {
      const actual = await (stock as RawStockRedis).run(...words.map((word) => Buffer.from(word, "latin1")));
      const difference = differenceOf(oracle, words, { actual, nowMs: Date.now() });
      if (difference !== undefined) differences.push(difference);
    }
    expect(calls.length).toBeGreaterThan(0);
    expect(differences).toEqual([]);
  });
}

let oracle = new Oracle();

beforeAll(() => {
  oracle = new Oracle({ timeToleranceMs, config: { "enable-debug-command": "yes" } });
});
