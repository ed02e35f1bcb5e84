// SORT and SORT_RO answer a stock Redis 7.0's replies byte for byte: stories, random calls, events and waiting.

import { test } from "vitest";
import type { Rng } from "../../lib/rng.ts";
import { runAgainstStock, testRandomCalls } from "../../testing/family-differential.ts";
import { isStock, testArgumentDocs, testConversations, testStories } from "../../testing/stock-stories.ts";

const max = "9223372036854775807";
const min = "-9223372036854775808";

const stories: Readonly<Record<string, readonly string[]>> = {
  "arguments and types": [
    "SORT; SORT_RO; SORT k; SORT_RO k; SORT k ALPHA DESC; SORT k LIMIT 0; SORT k LIMIT x 1; SORT k LIMIT 0 x; SORT k LIMIT 0 1.5",
    "SORT k BY; SORT k GET; SORT k STORE; SORT k NOPE; SORT_RO k STORE d; SORT k x STORE d; SORT k LIMIT 0 1 STORE d",
    "SET s text; SORT s; SORT s NOPE; SORT s STORE d; SORT_RO s; HSET h f v; SORT h; SORT h BY nosort; RPUSH l 2 1; SORT_RO l STORE d",
    "SORT l STORE s; TYPE s; LRANGE s 0 -1; SORT none STORE s; EXISTS s; SORT none STORE s; SORT none GET # GET x; SORT none BY w_*",
  ],
  "by number": [
    "RPUSH l 3 -1 2.5 1e2 0x10 -inf inf +7 .5 5. -0 0; SORT l; SORT l DESC; SORT l ASC; SORT l DESC ASC; SORT l ASC LIMIT 2 3",
    `SORT l LIMIT -5 2; SORT l LIMIT 2 -5; SORT l LIMIT 0 0; SORT l LIMIT 100 1; SORT l LIMIT ${max} ${max}; SORT l LIMIT ${min} ${min}`,
    "SORT l LIMIT 1 2 LIMIT 3 1; RPUSH t 1.0 1 01 1.00 1e0; SORT t; SORT t DESC; SORT t STORE d; LRANGE d 0 -1; RPUSH l a; SORT l",
    'SORT l STORE d; SORT l BY nosort; SORT_RO l ALPHA; RPUSH e 1 "" -1; SORT e; RPUSH g nan; SORT g',
    "RPUSH j 12x; SORT j; RPUSH k 12\\0x 7; SORT k; RPUSH m 0x; SORT m; RPUSH n 1e; SORT n; RPUSH o 9007199254740993 9007199254740992; SORT o",
    `RPUSH p ${max} ${min} 9223372036854775806 18446744073709551616; SORT p; RPUSH q infinity -INFINITY 0; SORT q; SORT q DESC LIMIT 0 1`,
  ],
  // Apart from the others: Redis remembers a range error and reports it again for numbers that are none.
  "numbers out of range": [
    "RPUSH e 1e400 1; SORT e; RPUSH f 1e-400; SORT f; RPUSH i 1e-310; SORT i; RPUSH j -1e999; SORT j",
  ],
  "by text": [
    'RPUSH l b a B A ab \u00e9 "" b\\0b b\\0a 10 9; SORT l ALPHA; SORT l ALPHA DESC; SORT l ALPHA LIMIT 1 3; SORT l ALPHA STORE d; LRANGE d 0 -1',
    "SORT l ALPHA DESC STORE d; LRANGE d 0 -1; SORT l; SORT l BY x; SORT l BY x DESC; SORT l BY x ALPHA LIMIT 1 2; SORT l BY x DESC LIMIT 1 2",
    "SORT l BY x BY w_* LIMIT 0 3; SORT l DESC BY x STORE d; LRANGE d 0 -1",
  ],
  "by other keys": [
    "RPUSH l 1 2 3 4; MSET w_1 9 w_2 -3 w_3 4.5; SORT l BY w_*; SORT l BY w_* DESC; SORT l BY w_* GET #; SORT l BY w_* GET w_* GET # GET none",
    "SORT l BY w_* LIMIT 1 2; SORT l BY w_* STORE d GET w_* GET o_*; LRANGE d 0 -1; SET w_4 x; SORT l BY w_*; SORT l BY w_* ALPHA; SORT l BY w_* ALPHA DESC",
    "SORT l BY w_* STORE d; LRANGE d 0 -1; DEL w_4; HSET w_4 f 1; SORT l BY w_*; SORT l GET w_*; HSET h_1 f 3 g a; HSET h_2 f 1 g b; HSET h_3 g c",
    "SORT l BY h_*->f; SORT l BY h_*->f GET h_*->g GET h_*->none GET h_*; SORT l BY w_*->f; SORT l GET h_*->; SET h_1-> arrow; SORT l GET h_*->",
    "SET a->b_1 x; SORT l GET a->b_*; SET p_1_q 5; SORT l GET p_*_q; SET p_1_* star; SORT l GET p_*_*; HSET p_1_q2 f 6; SORT l GET p_*_q2->f",
    "SORT l BY #; SORT l GET ##; SET #1 7; SORT l GET #*; SORT l BY * GET *; MSET 1 d 2 c 3 b; SORT l BY * ALPHA; SORT l GET * STORE l; LRANGE l 0 -1",
    "HSET t_1 f->g 1; RPUSH u 1; SORT u GET t_*->f->g; SET t_1x\\0y 3; SORT u GET t_*x\\0y; SET nul\\0_1 4; SORT u GET nul\\0_*; SORT u GET #\\0",
    "MSET same_1 x same_2 x same_3 x; RPUSH v 3 1 2; SORT v BY same_* ALPHA; SORT v BY same_* ALPHA DESC; SORT v BY none_*; SORT v BY none_* ALPHA",
  ],
  "sets and sorted sets": [
    "SADD s 5 3 1 2; SORT s; SORT s DESC; SORT s BY nosort; SORT s BY nosort STORE d; LRANGE d 0 -1; SADD t c a b; SORT t; SORT t ALPHA; SORT t ALPHA LIMIT 1 1",
    "SORT t BY nosort STORE d; LRANGE d 0 -1; SORT t BY nosort DESC STORE d; LRANGE d 0 -1; SORT t BY nosort STORE t; TYPE t; SORT s BY nosort GET # STORE d",
    "ZADD z 3 a 1 b 2 c; OBJECT ENCODING z; SORT z BY nosort; OBJECT ENCODING z; SORT z BY nosort DESC; SORT z BY nosort LIMIT 1 1; SORT z ALPHA",
    "SORT z BY nosort DESC LIMIT 0 2; SORT z BY nosort DESC LIMIT 1 100; SORT z BY nosort LIMIT 5 1; SORT z; SORT z BY nosort DESC STORE z; LRANGE z 0 -1",
    "ZADD y 1 1 2 2; SORT_RO y; OBJECT ENCODING y; ZADD x 1 1; SORT x NOPE; OBJECT ENCODING x; SORT x LIMIT 9 9; OBJECT ENCODING x; ZRANGE x 0 -1 WITHSCORES",
  ],
  "what is stored": [
    "RPUSH l 2 1; SET d x EX 1000; SORT l STORE d; TTL d; TYPE d; OBJECT ENCODING d; SORT l LIMIT 0 0 STORE d; EXISTS d; EXPIREAT l 4102444800; SORT l STORE l; TTL l; LRANGE l 0 -1",
    "SORT l STORE a STORE b; EXISTS a b; SORT l GET none STORE d; LRANGE d 0 -1",
  ],
  "docs of the commands": [
    "COMMAND INFO sort sort_ro; COMMAND GETKEYS SORT k; COMMAND GETKEYSANDFLAGS SORT k BY w_* GET # STORE d; COMMAND GETKEYS SORT k STORE d LIMIT 0 1 STORE e",
    "COMMAND GETKEYS SORT k STORE; COMMAND GETKEYS SORT k GET STORE; COMMAND GETKEYS SORT k BY STORE d; COMMAND GETKEYS SORT k LIMIT STORE x y",
    "COMMAND GETKEYSANDFLAGS SORT_RO k BY x; COMMAND GETKEYSANDFLAGS SORT_RO k STORE d; COMMAND GETKEYS SORT",
  ],
};

testStories(stories);

testArgumentDocs(["sort", "sort_ro"]);

const keys = ["l", "m", "s", "z", "d"];
const others = ["w_1", "w_2", "w_3", "w_a", "w_b", "h_1", "h_2", "h_a"];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const numbers = ["1", "2", "3", "10", "-4", "2.5", "01", max];
  const element = (): string => one(rng.chance(1, 60) ? ["a", "b", "c", ""] : numbers);
  const some = (): string[] => Array.from({ length: 1 + rng.below(6) }, element);
  switch (rng.below(12)) {
    case 0:
      return ["RPUSH", one(["l", "m"]), ...some()];
    case 1:
      return ["SADD", "s", ...some()];
    case 2:
      return ["ZADD", "z", `${rng.below(5)}`, element()];
    case 3:
      return rng.chance(1, 2) ? ["DEL", one(keys)] : ["LPOP", one(["l", "m"]), "4"];
    case 4:
      return ["SET", one(others.slice(0, 5)), element()];
    case 5:
      return rng.chance(1, 4)
        ? ["DEL", one(others)]
        : ["HSET", one(others.slice(5)), one(["f", "g"]), element()];
    default:
      return sortCall(rng, one);
  }
}

// Where texts are equal the order that a set or sorted set is walked in is seen, which nobody promises.
function sortCall(rng: Rng, one: (list: readonly string[]) => string): readonly string[] {
  const key = one(["l", "m", "s", "z", "none"]);
  const by = key === "s" ? [] : ["BY", one(["nosort", "w_*", "h_*->f", "#"])];
  const isBy = rng.chance(1, 2) && by.length > 0;
  const isOrdered = key === "l" || key === "m";
  const isAlpha = rng.chance(1, 2) && (isOrdered || !(isBy && by[1]?.includes("*")));
  return [
    rng.chance(1, 4) ? "SORT_RO" : "SORT",
    key,
    ...(isBy ? by : []),
    ...(rng.chance(1, 3) ? ["LIMIT", `${rng.below(6) - 1}`, `${rng.below(6) - 1}`] : []),
    ...(rng.chance(1, 4) ? ["GET", one(["#", "w_*", "h_*->g", "x"])] : []),
    ...(rng.chance(1, 6) ? ["GET", one(["#", "w_*"])] : []),
    ...(rng.chance(1, 3) ? [one(["ASC", "DESC"])] : []),
    ...(isAlpha ? ["ALPHA"] : []),
    ...(rng.chance(1, 5) ? ["STORE", one(["d", "m", "d"])] : []),
  ];
}

testRandomCalls({ drawing: () => nextCall, calls: 4000, keys, configs: [{}, {}] });

// Many elements and few weights, some missing: their places tell how Redis goes about it.
function nextPartialSort(rng: Rng): readonly string[] {
  if (rng.chance(1, 8)) {
    return ["RPUSH", "l", ...Array.from({ length: 1 + rng.below(60) }, () => `${rng.below(1000)}`)];
  }
  if (rng.chance(1, 20)) return ["DEL", "l"];
  const by = rng.chance(1, 2) ? "w_*" : "none_*";
  if (rng.chance(1, 5)) return ["SET", `w_${rng.below(1000)}`, `${rng.below(4)}`];
  const limit = ["LIMIT", `${rng.below(60)}`, `${rng.below(40)}`];
  return ["SORT", "l", "BY", by, ...limit, "ALPHA", rng.chance(1, 2) ? "ASC" : "DESC"];
}

test.skipIf(!isStock)("a part of equals is the one that a stock Redis returns: seed 7", () =>
  runAgainstStock({ next: nextPartialSort, calls: 3000, seed: 7, keys: ["l"] }),
);

testConversations({
  "events, waiting and watching": [
    "c: CONFIG SET notify-keyspace-events KEAnm",
    "a: PSUBSCRIBE __key*__:*",
    "c: RPUSH l 2 1; SORT l; SORT l STORE d; SORT l STORE d; SORT none STORE d; SORT none STORE d; SORT l BY w_* GET h_*->f; SET d x; SORT l STORE d; SORT l STORE l",
    "b: BLPOP waited 0",
    "c: SORT l STORE waited; LRANGE waited 0 -1; WATCH d; SORT none STORE d; MULTI; PING; EXEC",
  ],
});
