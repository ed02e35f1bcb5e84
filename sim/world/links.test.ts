import fc from "fast-check";
import { expect, test } from "vitest";
import { Chance } from "./chance.ts";
import { Links, type Shape } from "./links.ts";

const places = ["node/0", "node/1", "node/2", "client/0", "client/1", "client/2"];
const times = { nowUs: 1000, forUs: 1_000_000 };
const seed = fc.nat();

function cut(
  shape: Shape,
  n: number,
): { links: Links; isCut: (from: string, to: string, at?: number) => boolean } {
  const links = new Links();
  links.cut(shape, places, "node/0", times, new Chance(1, n));
  return { links, isCut: (from, to, at = 2000) => links.cutBetween(`${from}>${to}`, at) !== undefined };
}

test("a partition isolates one place from all others, both ways, and leaves the rest connected", () => {
  fc.assert(
    fc.property(seed, (n) => {
      const { isCut } = cut("isolate", n);
      const lonely = places.filter((a) => places.every((b) => a === b || (isCut(a, b) && isCut(b, a))));
      expect(lonely).toHaveLength(1);
      for (const a of places)
        for (const b of places) {
          if (a !== b) expect(isCut(a, b)).toBe(a === lonely[0] || b === lonely[0]);
        }
    }),
  );
});

test("halves do not reach each other and do reach themselves", () => {
  fc.assert(
    fc.property(seed, (n) => {
      const { isCut } = cut("halves", n);
      const side = (a: string): boolean => a === "node/0" || !isCut(a, "node/0");
      for (const a of places)
        for (const b of places) if (a !== b) expect(isCut(a, b)).toBe(side(a) !== side(b));
    }),
  );
});

test("a bridge reaches both sides, which do not reach each other", () => {
  let sides = 0;
  fc.assert(
    fc.property(seed, (n) => {
      const { isCut } = cut("bridge", n);
      for (const a of places) expect(isCut("node/0", a) || isCut(a, "node/0")).toBe(false);
      for (const a of places)
        for (const b of places) {
          expect(isCut(a, b)).toBe(isCut(b, a));
          if (isCut(a, b)) sides++;
        }
    }),
    { seed: 3 },
  );
  expect(sides).toBeGreaterThan(0);
});

test("a one-way cut lets the other direction through", () => {
  fc.assert(
    fc.property(seed, (n) => {
      const { isCut } = cut("one-way", n);
      const pairs = places.flatMap((a) => places.filter((b) => isCut(a, b)).map((b) => [a, b] as const));
      expect(pairs).toHaveLength(1);
      for (const [a, b] of pairs) expect(isCut(b, a)).toBe(false);
    }),
  );
});

test("a flapping link is on and off by turns", () => {
  const { isCut } = cut("flap", 1);
  const other = places.find((place) => isCut(place, "node/0", 1000)) ?? "";
  const seen = [0, 50_000, 110_000, 150_000, 210_000].map((after) => isCut(other, "node/0", 1000 + after));
  expect(seen).toEqual([true, true, false, false, true]);
});

test("swizzled links are cut at different times within the fault", () => {
  const starts = new Set<number>();
  for (let n = 0; n < 5; n++) {
    const { links } = cut("swizzle", n);
    const seen: number[] = [];
    for (const place of places) {
      for (let at = 1000; at < 1_001_000; at += 1000) {
        if (links.cutBetween(`${place}>node/0`, at) === undefined) continue;
        seen.push(at);
        break;
      }
    }
    expect(seen.length).toBeGreaterThan(0);
    for (const at of seen) starts.add(at);
  }
  expect(starts.size).toBeGreaterThan(5);
});

test("every cut ends by itself, and healing ends it at once", () => {
  for (const shape of ["isolate", "halves", "bridge", "one-way", "swizzle", "flap"] as const) {
    const { links, isCut } = cut(shape, 7);
    for (const a of places) for (const b of places) expect(isCut(a, b, 1_001_000)).toBe(false);
    links.heal();
    for (const a of places) for (const b of places) expect(isCut(a, b)).toBe(false);
  }
});
