import type { Rng } from "../../lib/rng.ts";
import { testRandomCalls } from "../../testing/family-differential.ts";
import { testStories } from "../../testing/stock-stories.ts";

const sicily =
  "GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania 13.583333 37.316667 Agrigento";

const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    "GEOADD g 1 2; GEOPOS; GEOPOS g; GEOHASH g; GEODIST g a; GEORADIUS g 1 2 3; GEORADIUSBYMEMBER g a 1",
    "GEOSEARCH g FROMMEMBER a BYRADIUS 1; GEOSEARCHSTORE d g FROMMEMBER a BYRADIUS 1; SET s x",
    "GEOADD s 1 2 a; GEOADD s x 2 a; GEOPOS s a; GEOHASH s a; GEODIST s a b; GEODIST s a b xx",
    "GEORADIUS s x 2 3 km; GEORADIUS_RO s 1 2 3 km; GEORADIUSBYMEMBER s a 1 km",
    "GEOSEARCH s FROMMEMBER a BYRADIUS 1 km; GEOSEARCHSTORE d s X Y Z a b",
  ],
  adding: [
    `${sicily}; GEOADD g NX XX 1 1 a; GEOADD g NX XX 181 1 a; GEOADD g 181 1 a; GEOADD g 1000 0.0078125 a`,
    "GEOADD g -1000.0234375 0.0234375 a; COMMAND GETKEYS GEORADIUS g 1 1 1 m STORE",
    "COMMAND GETKEYS GEORADIUS g 1 1 1 m STORE d; GEOADD g 1 86 a; GEOADD g -180.5 1 a; GEOADD g x 86 a",
    "GEOADD g 1 x a; GEOADD g 1 1 a 2; GEOADD g foo 1 1 a; GEOADD g CH CH NX; GEOADD g inf 1 a",
    "GEOADD g 1 -inf a; GEOADD g 1e300 1 a; GEOADD g CH 13 38 Palermo; GEOADD g NX CH 14 38 Palermo 1 1 new",
    "GEOADD g XX CH 14 38 Palermo 1 1 newer; GEOADD g 181 -0 a; GEOADD g -0 -90 a; GEOADD g -0.0000001 -90 a",
    "GEODIST g Palermo Catania m\\0x; GEODIST g Palermo Catania Ft\\0; GEODIST g a b mx\\0; GEORADIUS g 15 37 200 km\\0y",
    "GEOADD g 180 85.05112878 ne -180 -85.05112878 sw 0 0 zero 180 0 east 0 85.05112878 north",
    "ZRANGE g 0 -1 WITHSCORES; GEOPOS g Palermo ne sw zero east north none",
    "GEOHASH g Palermo ne sw zero east north none",
  ],
  places: [
    `${sicily}; GEODIST g Palermo Catania; GEODIST g Palermo Catania km; GEODIST g Palermo Catania FT`,
    "GEODIST g Palermo Catania mi; GEODIST g Palermo Catania xx; GEODIST g Palermo none",
    "GEODIST g none Palermo; GEODIST g Palermo Catania km x; GEODIST n a b xx; GEODIST n a b",
    "GEODIST g Palermo Palermo; GEOHASH g Palermo none; GEOHASH n a b; GEOPOS g Palermo none; GEOPOS n a b",
    "GEOPOS n",
    "ZADD z 1.5 a -1 b -1.5 c inf d -inf e 1e17 f 9223372036854775808 g 1e19 h 2e19 i 3479447370796909.5 j",
    "GEOPOS z a b c d e f g h i j; GEOHASH z a b c d e f g h i j; GEODIST z a b; GEODIST z d e",
  ],
  radius: [
    `${sicily}; GEORADIUS g 15 37 200 km; GEORADIUS g 15 37 200 xx; GEORADIUS g 15 37 -1 km`,
    "GEORADIUS g 15 37 x km; GEORADIUS g x 37 1 km; GEORADIUS g 181 37 1 km",
    "GEORADIUS g 15 37 200 km WITHDIST WITHCOORD WITHHASH COUNT 1 ASC",
    "GEORADIUS g 15 37 200 km DESC WITHDIST; GEORADIUS g 15 37 200 km COUNT 0",
    "GEORADIUS g 15 37 200 km COUNT -1; GEORADIUS g 15 37 200 km COUNT x; GEORADIUS g 15 37 200 km ANY",
    "GEORADIUS g 15 37 200 km COUNT 1 ANY; GEORADIUS g 15 37 200 km FOO; GEORADIUS g 15 37 200 km STORE",
    "GEORADIUS g 15 37 200 km STORE x WITHDIST; GEORADIUS g 15 37 200 km STOREDIST x WITHDIST",
    "GEORADIUS g 15 37 200 km STOREDIST x; ZRANGE x 0 -1; GEORADIUS g 15 37 200 km STORE x",
    "ZRANGE x 0 -1 WITHSCORES; GEORADIUS g 12.3 45.6 9000 mi STOREDIST x; ZRANGE x 0 -1 WITHSCORES",
    "GEORADIUS_RO g 15 37 200 km STORE x; GEORADIUS_RO g 15 37 200 km ASC; GEORADIUSBYMEMBER g none 200 km",
    "GEORADIUSBYMEMBER g Palermo 200 km ASC WITHDIST; GEORADIUSBYMEMBER_RO g Palermo 200 km DESC",
    "GEORADIUSBYMEMBER n none 200 km; GEORADIUSBYMEMBER n none x xx; GEORADIUSBYMEMBER n none 2 xx FOO",
    "GEORADIUS n x 200 100 km; GEORADIUS n 10 20 100 km FOO; GEORADIUS n 10 20 100 km STORE x; EXISTS x",
    "GEORADIUS g 15 37 200 km STORE g COUNT 2; ZRANGE g 0 -1; GEORADIUS g 15 37 1 m STORE g; EXISTS g",
  ],
  search: [
    `${sicily}; GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC`,
    "GEOSEARCH g BYRADIUS 200 km ASC COUNT 1 ANY; geosearch g FROMLONLAT 15 37 ASC COUNT 1 ANY",
    "GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km WITHDIST",
    "GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 -1 km WITHDIST; GEOSEARCH g FROMLONLAT 15 37 BYBOX x 400 km",
    "GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 x km; GEOSEARCH g FROMLONLAT 15 37 BYBOX 4 4 xx",
    "GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 400 km BYBOX 400 400 km",
    "GEOSEARCH g FROMLONLAT 15 37 FROMMEMBER Palermo BYRADIUS 400 km",
    "GEOSEARCH g FROMMEMBER none BYRADIUS 400 km; GEOSEARCH g FROMMEMBER Palermo BYRADIUS 400 km STOREDIST",
    "GEOSEARCH g FROMMEMBER Palermo BYRADIUS 400 km ANY; GEOSEARCH n FROMMEMBER Palermo BYRADIUS 400 km FOO",
    "GeoSearch n BYRADIUS 400 km ASC DESC COUNT 1 ANY",
    "GEOSEARCH g FROMMEMBER Palermo FROMMEMBER Catania BYRADIUS 1 km BYRADIUS 2 km",
    "GEOSEARCH g FROMMEMBER Palermo BYRADIUS 2 STORE x km; GEOSEARCH n FROMMEMBER Palermo BYRADIUS 400 km",
    "GEOSEARCHSTORE x g FROMMEMBER Palermo BYRADIUS 400 km WITHDIST",
    "GEOSEARCHSTORE x g FROMMEMBER Palermo BYRADIUS 400 km STOREDIST; ZRANGE x 0 -1",
    "GEOSEARCHSTORE x g FROMMEMBER Palermo BYBOX 400 400 km COUNT 2 DESC; ZRANGE x 0 -1 WITHSCORES",
    "GEOSEARCHSTORE x n FROMMEMBER Palermo BYRADIUS 400 km STOREDIST; EXISTS x",
    "GEOSEARCH g FROMLONLAT 0 0 BYRADIUS 0 m; GEOSEARCH g FROMLONLAT 0 0 BYRADIUS inf m ASC",
    "GEOSEARCH g FROMLONLAT 0 0 BYRADIUS 20000 km; GEOSEARCH g FROMLONLAT 0 0 BYBOX 40000 40000 km",
    "GEOSEARCH g FROMLONLAT 180 85.05112878 BYRADIUS 20000 km",
    "GEOSEARCH g FROMLONLAT -180 -85 BYBOX 30000 20 mi; GEOSEARCH g FROMMEMBER Palermo BYRADIUS 0 m",
  ],
};

testStories(stories);

const keys = ["g1", "g2", "d"];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const maybe = (...words: string[]): string[] => (rng.chance(1, 3) ? words : []);
  const decimal = (bound: number): string => `${((rng.u32() / 2 ** 31 - 1) * bound).toFixed(rng.below(9))}`;
  const extremes = ["180", "-180", "0", "85.05112878", "-85.05112878", "179.999", "-179.999", "84.9"];
  // Places gather around three, so that small areas hold some, and the edges of the map are among them.
  const longitude = (): string =>
    rng.chance(1, 12)
      ? one(["180", "-180", "0", "179.999", "-179.999"])
      : rng.chance(1, 2)
        ? decimal(180)
        : `1${decimal(5).replace("-", "")}`;
  const latitude = (): string =>
    rng.chance(1, 12)
      ? one(extremes.slice(2)).replace(/^-?179.*/, "1")
      : rng.chance(1, 2)
        ? decimal(85)
        : `3${decimal(8).replace("-", "")}`;
  const member = (): string => `m${rng.below(60)}`;
  const unit = (): string => one(["m", "km", "ft", "mi"]);
  const size = (): string =>
    one(["0", "1", "10.5", "100", "500", "2000", "5000", "10000", "20000", "1e6", "3e6"]);
  const key = one(keys);
  const options = (): string[] => [
    ...maybe(one(["ASC", "DESC"])),
    ...maybe("COUNT", `${1 + rng.below(6)}`),
    ...maybe("WITHCOORD"),
    ...maybe("WITHDIST"),
    ...maybe("WITHHASH"),
  ];
  const from = (): string[] =>
    rng.chance(1, 2) ? ["FROMMEMBER", member()] : ["FROMLONLAT", longitude(), latitude()];
  const by = (): string[] =>
    rng.chance(1, 2) ? ["BYRADIUS", size(), unit()] : ["BYBOX", size(), size(), unit()];
  switch (rng.below(9)) {
    case 0:
    case 1: {
      const places = Array.from({ length: 1 + rng.below(4) }, () => [longitude(), latitude(), member()]);
      return ["GEOADD", one(["g1", "g2"]), ...maybe(one(["NX", "XX"])), ...maybe("CH"), ...places.flat()];
    }
    case 2:
      return [one(["GEOPOS", "GEOHASH"]), key, member(), member()];
    case 3:
      return ["GEODIST", key, member(), member(), ...maybe(unit())];
    case 4:
      return [one(["GEORADIUS", "GEORADIUS_RO"]), key, longitude(), latitude(), size(), unit(), ...options()];
    case 5:
      return [
        one(["GEORADIUSBYMEMBER", "GEORADIUSBYMEMBER_RO"]),
        key,
        member(),
        size(),
        unit(),
        ...options(),
      ];
    case 6:
    case 7:
      return [
        "GEOSEARCH",
        key,
        ...from(),
        ...by(),
        ...options(),
        ...(rng.chance(1, 5) ? ["COUNT", "3", "ANY"] : []),
      ];
    default:
      if (rng.chance(1, 12)) return ["DEL", key];
      return ["GEOSEARCHSTORE", "d", one(["g1", "g2"]), ...from(), ...by(), ...maybe("COUNT", "4")];
  }
}

testRandomCalls({ drawing: () => nextCall, calls: 4000, keys, configs: [{}, {}, {}, {}] });
