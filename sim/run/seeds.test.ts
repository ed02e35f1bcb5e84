import { expect, test } from "vitest";
import { readCorpus, readSeed, seedOf } from "./seeds.ts";

test("seeds of one base are distinct, and the same each time", () => {
  const seeds = Array.from({ length: 5000 }, (_, index) => seedOf("0x0000000000000001", index));
  expect(new Set(seeds).size).toBe(5000);
  expect(seeds.every((seed) => /^0x[0-9a-f]{16}$/.test(seed))).toBe(true);
  expect(seedOf("0x1", 17)).toBe(seeds[17]);
  expect(seedOf("0x2", 17)).not.toBe(seeds[17]);
});

test("a seed is read as 64 bits, hexadecimal or decimal", () => {
  expect(readSeed("0xAB")).toBe("0x00000000000000ab");
  expect(readSeed("18446744073709551615")).toBe("0xffffffffffffffff");
  expect([readSeed("18446744073709551616"), readSeed("-1"), readSeed("x"), readSeed("")]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a corpus names seeds, and may bind them to a scenario and a profile", () => {
  expect(readCorpus("# all\n0x1\n\n0x2 expiry calm # why\n")).toEqual([
    { seed: "0x0000000000000001", scenario: undefined, profile: undefined },
    { seed: "0x0000000000000002", scenario: "expiry", profile: "calm" },
  ]);
  expect(() => readCorpus("what")).toThrow("no seed: what");
});
