import type { Rng } from "../../../src/lib/rng.ts";
import { testDrawnAgainstStock } from "../../../src/testing/oracle-tables.ts";

// Places lie close together, all over the map, near the poles and where the map's ends meet.
function place(rng: Rng): string[] {
  const wide = (): number => (rng.below(2_000_001) - 1_000_000) / 1_000_000;
  switch (rng.below(4)) {
    case 0:
      return [`${13 + wide() / 10}`, `${38 + wide() / 10}`];
    case 1:
      return [`${wide() * 180}`, `${(rng.chance(1, 2) ? 1 : -1) * (84 + wide())}`];
    case 2:
      return [`${(rng.chance(1, 2) ? 1 : -1) * (179 + wide())}`, `${wide() * 85}`];
    default:
      return [`${wide() * 180}`, `${wide() * 85}`];
  }
}

function draw(rng: Rng): string[] {
  const one = (...words: readonly string[]): string => words[rng.below(words.length)] as string;
  const maybe = (...words: readonly string[]): readonly string[] => (rng.chance(1, 3) ? words : []);
  const key = one("a", "b");
  const member = (): string => `m${rng.below(300)}`;
  const size = (): string => `${Math.round(10 ** (rng.below(80) / 10))}`;
  const unit = one("m", "m", "km", "ft", "mi");
  const limit = rng.chance(1, 3) ? ["count", `${1 + rng.below(20)}`, ...maybe("any")] : [];
  const middle = rng.chance(1, 2) ? ["frommember", member()] : ["fromlonlat", ...place(rng)];
  const shape = rng.chance(1, 2) ? ["byradius", size(), unit] : ["bybox", size(), size(), unit];
  const order = maybe(one("asc", "desc"));
  switch (rng.below(5)) {
    case 0:
      return ["geoadd", key, ...Array.from({ length: 3 }, () => [...place(rng), member()]).flat()];
    case 1:
      return rng.chance(1, 4)
        ? ["zrange", "t", "0", "-1", "withscores"]
        : ["geodist", key, member(), member(), unit];
    case 2:
      return [one("geopos", "geohash"), key, member(), member()];
    case 3:
      return ["geosearchstore", "t", key, ...middle, ...shape, ...limit, ...order, ...maybe("storedist")];
    default:
      return ["geosearch", key, ...middle, ...shape, ...limit, ...order, "withdist", "withcoord"];
  }
}

await testDrawnAgainstStock("places", { count: 1500, draw });
