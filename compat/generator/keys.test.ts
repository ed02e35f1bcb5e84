import { expect, test } from "vitest";
import { Chance } from "./chance.ts";
import { keyCounts, ZipfKeys } from "./keys.ts";

test.each(keyCounts)("of %i keys all can be drawn, the first most often", (count) => {
  const chance = new Chance(3);
  const keys = new ZipfKeys(count, 0, () => undefined);
  const drawn = new Map<string, number>();
  for (let i = 0; i < 200_000; i++) {
    const key = keys.draw(chance, undefined);
    drawn.set(key, (drawn.get(key) ?? 0) + 1);
  }
  expect(drawn.size).toBe(count);
  const ranked = [...drawn.values()].sort((a, b) => b - a);
  expect(Math.max(...ranked)).toBeGreaterThanOrEqual((200_000 / count) * 0.9);
});

test("keys that hold what the command works on are drawn far more often than blindly, others too", () => {
  const typeOf = (key: string): string => (key.includes("1") ? "hash" : "list");
  const hits = (known: (key: string) => string | undefined): number => {
    const chance = new Chance(4);
    const keys = new ZipfKeys(64, 200, known);
    const drawn = Array.from({ length: 10_000 }, () => keys.draw(chance, "hash"));
    return drawn.filter((key) => typeOf(key) === "hash").length;
  };
  const blind = hits(() => undefined);
  expect(hits(typeOf)).toBeGreaterThan(Math.min(blind * 1.5, 7000));
  expect(hits(typeOf)).toBeLessThan(10_000);
});
