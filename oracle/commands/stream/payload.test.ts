import { afterAll, expect, test } from "vitest";
import { hasStockRedis, startStockRedis } from "../../../src/testing/stock-server.ts";
import { differenceOf } from "../../call-lines.ts";
import { Oracle } from "../../oracle.ts";
import { sealed } from "../../payload.ts";

const stock = hasStockRedis() ? await startStockRedis() : undefined;

afterAll(() => stock?.stop());

function raw(...parts: readonly (string | number)[]): string {
  return parts.map((part) => (typeof part === "number" ? String.fromCharCode(part) : part)).join("");
}

const zeros = (count: number): string => "\0".repeat(count);
const id = (ms: number, sequence: number): string => raw(zeros(7), ms, zeros(7), sequence);
const nowMs = Date.now();
const now = raw(...Array.from({ length: 8 }, (_, i) => Number((BigInt(nowMs) >> BigInt(8 * i)) & 0xffn)));

// Two entries with the fields of the first, the former deleted; their IDs are 5-1 and 6-0.
const pack = raw(
  ...[1, 1, 1, 1, 1, 1, 0x81, "f", 2, 0, 1], // one left, one deleted, one field "f"
  ...[3, 1, 0, 1, 0, 1, 0x81, "v", 2, 4, 1],
  ...[2, 1, 1, 1, 0xdf, 0xff, 2, 0x81, "w", 2, 4, 1, 0xff],
);
const size = 6 + pack.length;
const node = raw(16, id(5, 1), size, size, zeros(3), 11 + 4, 0, pack);

test.skipIf(stock === undefined)(
  "a stream as Redis 5 wrote it is restored, with counters that follow from its entries",
  async () => {
    const group = raw(1, "g", 6, 0, 1, id(6, 0), now, 3, 1, 1, "c", now, 1, id(6, 0));
    const oracle = new Oracle({ timeToleranceMs: 5000 });
    const payload = sealed(raw(15, 1, node, 1, 7, 2, 1, group));
    const differences: string[] = [];
    for (const words of [
      ["RESTORE", "s", "0", payload],
      ["XINFO", "STREAM", "s", "FULL"],
      ["XINFO", "GROUPS", "s"],
      ["DUMP", "s"],
    ]) {
      const actual = (await stock?.run(...words.map((word) => Buffer.from(word, "latin1")))) ?? "";
      expect(actual).not.toMatch(/^-/);
      const difference = differenceOf(oracle, words, { actual, nowMs: Date.now() });
      if (difference !== undefined) differences.push(difference);
    }
    expect(differences).toEqual([]);
  },
);
