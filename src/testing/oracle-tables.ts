// Oracle tables: calls that a stock server and the oracle must answer alike, from a table or drawn by chance, as tests.
//
// Role: for the stock.test.ts of a family. Where no stock server is installed the tests are skipped, as
// stock-server.ts says.

import { afterAll, expect, test } from "vitest";
import { differenceOf, sectionsOf } from "../../oracle/call-lines.ts";
import { Oracle } from "../../oracle/oracle.ts";
import { Rng } from "../lib/rng.ts";
import { type RawStockRedis, startStockRedis } from "./stock-server.ts";

// A stock server has a clock of its own, and what is asked of it takes a moment.
const timeToleranceMs = 5000;

/** A call. `payload`: what the last DUMP gave. */
export type Draw = (rng: Rng, payload: string) => readonly string[];

/** Declares a test of so many calls, drawn one after the other. ORACLE_TABLES_SEED repeats one. */
export async function testDrawnAgainstStock(
  what: string,
  { count, draw }: { readonly count: number; readonly draw: Draw },
): Promise<void> {
  const stock = await startStockRedis();
  const oracle = new Oracle({ timeToleranceMs });
  afterAll(() => stock?.stop());
  const seed = Number(process.env["ORACLE_TABLES_SEED"] ?? Date.now()) >>> 0;
  test.skipIf(stock === undefined)(`${what} drawn by chance: ORACLE_TABLES_SEED=${seed}`, async () => {
    const rng = new Rng(seed);
    let payload = "";
    const run = async (words: readonly string[]): Promise<string | undefined> => {
      const actual = await answerOf(stock as RawStockRedis, words);
      if (words.includes("DUMP") && actual.startsWith("$"))
        payload = actual.slice(actual.indexOf("\n") + 1, -2);
      return differenceOf(oracle, words, { actual, nowMs: Date.now() });
    };
    for (let i = 0; i < count; i++) {
      expect(`call ${i}: ${await run(draw(rng, payload))}`).toBe(`call ${i}: undefined`);
      for (const { key } of oracle.model.inDoubt.splice(0)) await run(["DEL", key]);
    }
  });
}

/**
 * Declares a test for each section; they build on each other and run in order, over one oracle and one connection.
 * Both sides start with the directives in `config`.
 */
export async function testAgainstStock(
  what: string,
  calls: string,
  config: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stock = await startStockRedis(
    Object.entries(config).flatMap(([directive, value]) => [`--${directive}`, value]),
  );
  const oracle = new Oracle({ timeToleranceMs, config });
  afterAll(() => stock?.stop());
  for (const section of sectionsOf(calls)) {
    test.skipIf(stock === undefined)(`${what} answer as a stock server does: ${section.title}`, async () => {
      const differences: string[] = [];
      for (const words of section.calls) {
        const actual = await answerOf(stock as RawStockRedis, words);
        const difference = differenceOf(oracle, words, { actual, nowMs: Date.now() });
        if (difference !== undefined) differences.push(difference);
      }
      expect(section.calls.length).toBeGreaterThan(0);
      expect(differences).toEqual([]);
    });
  }
}

function answerOf(stock: RawStockRedis, words: readonly string[]): Promise<string> {
  return stock.run(...words.map((word) => Buffer.from(word, "latin1")));
}
