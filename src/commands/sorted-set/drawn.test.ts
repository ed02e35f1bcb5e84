// Sorted sets answer drawn calls as a stock Redis does.

import type { Rng } from "../../lib/rng.ts";
import { testRandomCalls } from "../../testing/family-differential.ts";

const max = "9223372036854775807";
// DUMP of the sets {a, b, 1} and {1, 2, 3}: one call makes either, whatever was there.
const textSet = "\x02\x03\x01b\x01a\xc0\x01\x0a\x00\x17\xa8\x9f4\x071\xc3\xde";
const integerSet =
  "\x0b\x0e\x02\x00\x00\x00\x03\x00\x00\x00\x01\x00\x02\x00\x03\x00\x0a\x00\xa5\x02\\\xe2mnM\x1b";

const keys = ["z1", "z2", "z3", "l1", "l2", "d", "s"];
const sorted = ["z1", "z2", "z3", "l1", "d"];
const scores = [
  ...[
    "1",
    "2",
    "-1",
    "0",
    "-0",
    "0.1",
    "1.5",
    "-2.25",
    "3",
    "10",
    "1e22",
    "inf",
    "-inf",
    "9007199254740993",
    "4e-320",
    "127",
  ],
  ...["128", "-4097", "40000", "3.14159265358979"],
];
const members = [
  "a",
  "b",
  "bb",
  "1",
  "2",
  "-7",
  "300",
  "70000",
  max,
  "",
  "long-member-0123456789",
  "x".repeat(70),
  "\u00ff\u0000\r\n",
];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const member = (): string =>
    rng.chance(1, 3) ? one(members) : `m${rng.below(rng.chance(1, 8) ? 300 : 12)}`;
  const score = (): string => (rng.chance(2, 3) ? `${rng.below(20) - 5}` : one(scores));
  const some = (make: () => string): string[] => Array.from({ length: 1 + rng.below(4) }, make);
  const maybe = (...words: string[]): string[] => (rng.chance(1, 3) ? words : []);
  const rank = (): string => `${rng.below(12) - 6}`;
  const bound = (): string => (rng.chance(1, 4) ? "(" : "") + score();
  const lexBound = (): string =>
    one(["-", "+", `[${member()}`, `(${member()}`, `[m${rng.below(9)}`, `(m${rng.below(9)}`]);
  const limit = (): string[] => maybe("LIMIT", `${rng.below(5) - 1}`, `${rng.below(6) - 1}`);
  const key = one(keys);
  // All scores of these are 0, so that ranges by member mean something.
  const lexKey = one(["l1", "l2"]);
  const several = (): string[] => {
    const list = some(() => one(keys));
    return [`${list.length}`, ...list];
  };
  const weights = (list: string[]): string[] => [
    ...maybe("WEIGHTS", ...list.slice(1).map(score)),
    ...maybe("AGGREGATE", one(["SUM", "MIN", "MAX"])),
  ];
  switch (rng.below(27)) {
    case 0:
    case 1:
    case 2:
      return ["ZADD", one(sorted), ...some(() => "").flatMap(() => [score(), member()])];
    case 3:
      return [
        "ZADD",
        one(sorted),
        ...maybe(one(["NX", "XX"])),
        ...maybe(one(["GT", "LT"])),
        ...maybe("CH"),
        score(),
        member(),
      ];
    case 4:
      return ["ZADD", one(sorted), ...maybe(one(["NX", "XX", "GT", "LT"])), "INCR", score(), member()];
    case 5:
      return ["ZADD", lexKey, ...some(() => "").flatMap(() => ["0", member()])];
    case 6:
      return ["ZINCRBY", one(sorted), score(), member()];
    case 7:
      return ["ZREM", key, ...some(member)];
    case 8:
      return one(["a", "b"]) === "a" ? ["ZCARD", key] : ["ZMSCORE", key, ...some(member)];
    case 9:
      return [one(["ZRANK", "ZREVRANK", "ZSCORE"]), key, member()];
    case 10:
      return ["ZRANGE", key, rank(), rank(), ...maybe("REV"), ...maybe("WITHSCORES")];
    case 11:
      return ["ZREVRANGE", key, rank(), rank(), ...maybe("WITHSCORES")];
    case 12:
      return [
        "ZRANGE",
        key,
        bound(),
        bound(),
        "BYSCORE",
        ...maybe("REV"),
        ...limit(),
        ...maybe("WITHSCORES"),
      ];
    case 13:
      return [
        one(["ZRANGEBYSCORE", "ZREVRANGEBYSCORE"]),
        key,
        bound(),
        bound(),
        ...maybe("WITHSCORES"),
        ...limit(),
      ];
    case 14:
      return ["ZRANGE", "l2", lexBound(), lexBound(), "BYLEX", ...maybe("REV"), ...limit()];
    case 15:
      return [one(["ZRANGEBYLEX", "ZREVRANGEBYLEX"]), "l2", lexBound(), lexBound(), ...limit()];
    case 16:
      return rng.chance(1, 2)
        ? ["ZCOUNT", key, bound(), bound()]
        : ["ZLEXCOUNT", "l2", lexBound(), lexBound()];
    case 17:
      return rng.chance(1, 4)
        ? ["ZREMRANGEBYRANK", key, rank(), rank()]
        : ["ZREMRANGEBYLEX", "l2", lexBound(), lexBound()];
    case 18:
      return ["ZREMRANGEBYSCORE", key, bound(), bound()];
    case 19:
      return [one(["ZPOPMIN", "ZPOPMAX"]), key, ...maybe(`${rng.below(4)}`)];
    case 20:
      return ["ZMPOP", ...several(), one(["MIN", "MAX"]), ...maybe("COUNT", `${rng.below(3)}`)];
    case 21: {
      const list = several();
      return [one(["ZUNION", "ZINTER"]), ...list, ...weights(list), ...maybe("WITHSCORES")];
    }
    case 22: {
      const list = several();
      return [one(["ZUNIONSTORE", "ZINTERSTORE"]), one(["d", "z3"]), ...list, ...weights(list)];
    }
    case 23:
      return rng.chance(1, 2)
        ? ["ZDIFF", ...several(), ...maybe("WITHSCORES")]
        : rng.chance(1, 2)
          ? ["ZDIFFSTORE", "d", ...several()]
          : ["ZINTERCARD", ...several(), ...maybe("LIMIT", `${rng.below(4)}`)];
    case 24:
      return rng.chance(1, 2)
        ? ["ZRANGESTORE", one(["d", "z3"]), key, rank(), rank(), ...maybe("REV")]
        : ["ZRANGESTORE", one(["d", "z3"]), key, bound(), bound(), "BYSCORE", ...maybe("REV"), ...limit()];
    case 25:
      if (rng.chance(1, 6)) return ["RESTORE", "s", "0", one([textSet, integerSet]), "REPLACE"];
      return rng.chance(1, 6) ? ["DEL", key] : ["ZSCAN", key, "0", "COUNT", "10000"];
    default:
      if (rng.chance(1, 3)) return ["ZRANDMEMBER", key, ...maybe(`${rng.below(9) - 4}`)];
      return rng.chance(1, 2)
        ? ["COPY", one(sorted), one(["d", "z3"]), "REPLACE"]
        : ["OBJECT", "ENCODING", key];
  }
}

const small = { "zset-max-listpack-entries": "5", "zset-max-listpack-value": "8" };
testRandomCalls({
  drawing: () => nextCall,
  calls: 4000,
  keys: [...sorted, "l2"],
  configs: [{}, small, {}, small],
});
