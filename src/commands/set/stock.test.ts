import type { Rng } from "../../lib/rng.ts";
import { testRandomCalls } from "../../testing/family-differential.ts";
import { testStories } from "../../testing/stock-stories.ts";

const max = "9223372036854775807";
const min = "-9223372036854775808";

const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    "SADD; SADD k; SREM k; SISMEMBER k; SISMEMBER k a b; SMISMEMBER k; SMEMBERS; SMEMBERS k x; SCARD; SPOP",
    "SPOP k 1 2; SRANDMEMBER; SRANDMEMBER k 1 2; SMOVE a b; SMOVE a b c d; SINTER; SUNION; SDIFF; SINTERSTORE k",
    "SUNIONSTORE k; SDIFFSTORE k; SINTERCARD; SINTERCARD 1; SSCAN; SSCAN k",
    "SET s text; SADD s a; SREM s a; SISMEMBER s a; SMISMEMBER s a b; SMEMBERS s; SCARD s; SPOP s; SPOP s 1; SPOP s 0",
    "SPOP s x; SPOP s -1; SRANDMEMBER s; SRANDMEMBER s 1; SRANDMEMBER s 0; SRANDMEMBER s x; SSCAN s 0; SSCAN s x",
    "SADD k a; SMOVE s k a; SMOVE k s a; SMOVE k s none; SMOVE none s a; SMOVE s none a; SMOVE s s a; SINTER s; SINTER k s",
    "SINTER none s; SINTER s none; SUNION s; SUNION k s; SUNION none s; SDIFF s; SDIFF k s; SDIFF none s; SDIFF k k s",
    "SINTERSTORE d k s; SUNIONSTORE d k s; SDIFFSTORE d s k; SINTERSTORE d none s; EXISTS d; SINTERCARD 2 k s",
    "SINTERCARD 2 none s; SINTERCARD 1 s LIMIT x; SINTERCARD 3 k s; GET k; INCR k; HGET k a; TYPE k; SET k x GET; SET k x",
  ],
  "a set that is not there": [
    "SREM k a; SISMEMBER k a; SMISMEMBER k a b; SMEMBERS k; SCARD k; SPOP k; SPOP k 3; SPOP k 0; SRANDMEMBER k",
    "SRANDMEMBER k 3; SRANDMEMBER k -3; SMOVE k l a; SINTER k; SUNION k; SDIFF k; SINTERSTORE d k; SUNIONSTORE d k l",
    "SDIFFSTORE d k l; SINTERCARD 1 k; SSCAN k 0; SSCAN k 7 COUNT x; SSCAN k 0 FOO; SSCAN k x FOO; EXISTS k d; DBSIZE",
  ],
  "members come and go": [
    "SADD k b; SADD k b a b c a; SCARD k; SISMEMBER k a; SISMEMBER k x; SMISMEMBER k a x c a; SREM k x; SREM k a a b",
    'SMEMBERS k; SADD k ""; SISMEMBER k ""; SREM k "" c; EXISTS k; TYPE k; SADD k 3 1 2; SMEMBERS k; SREM k 1 x 01 3',
    "SMEMBERS k; SREM k 2 2; EXISTS k; SADD k a; SPOP k; EXISTS k; SADD k a; SPOP k 1; EXISTS k; SADD k a; SPOP k 9",
    "DBSIZE; SADD k 1; DEL k; SCARD k; SADD k 5; UNLINK k; SCARD k; SADD k a 1; FLUSHALL; SCARD k",
  ],
  "members move": [
    "SADD a 1 2; SMOVE a b 1; SMEMBERS a; SMEMBERS b; SMOVE a b 1; SMOVE a b x; SMOVE a b 2; EXISTS a; SMEMBERS b",
    "SMOVE b b 1; SMOVE b b 9; SADD c x; SMOVE c b x; OBJECT ENCODING b; SMEMBERS b; EXISTS c; SADD c 1; SMOVE b c 1",
    "SMEMBERS c; SCARD b; EXPIREAT b 4102444800; SMOVE c b 1; EXPIRETIME b; EXISTS c; SMOVE b n x; OBJECT ENCODING n; TTL n",
  ],
  "counts of draws": [
    "SADD k a; SRANDMEMBER k; SRANDMEMBER k 0; SRANDMEMBER k 1; SRANDMEMBER k 5; SRANDMEMBER k -3; SRANDMEMBER k 1.5",
    `SRANDMEMBER k ${min}; SRANDMEMBER k ${max}; SRANDMEMBER k 9223372036854775808; SRANDMEMBER none ${min}`,
    "SRANDMEMBER none -9223372036854775807; SPOP k 0; SPOP k -1; SPOP k x; SPOP k 9223372036854775808; SPOP none -1",
    `SPOP k -9223372036854775809; SPOP k ${min}; SPOP k ${max}; EXISTS k`,
  ],
  "what sets have in common": [
    "SADD a 1 2 3 x; SADD b 2 3 4 5; SADD c 3; SINTER a b c; SINTER a none; SINTER a a; SUNION c c; SUNION c none c",
    "SDIFF a b; SDIFF a a; SDIFF a b a; SDIFF none a; SDIFF c a; SDIFF c none; SINTER c; SUNION c; SDIFF c; SINTER a c",
    "SINTERSTORE d a b; SMEMBERS d; SINTERSTORE d a none; EXISTS d; SINTERSTORE d none; SINTERSTORE a a c; SMEMBERS a",
    "SUNIONSTORE a a c b; SMEMBERS a; SDIFFSTORE a a b; EXISTS a; SDIFFSTORE a b c; SMEMBERS a; SDIFFSTORE a a; SMEMBERS a",
    "SET s 1 EX 1000; SUNIONSTORE s b; SMEMBERS s; TTL s; EXPIREAT s 4102444800; SINTERSTORE s b; EXPIRETIME s",
    "SET s 1; SINTERSTORE s none b; EXISTS s; HSET h f v; SDIFFSTORE h b c; TYPE h; SDIFFSTORE h h h; TYPE h",
  ],
  "how many in common": [
    "SADD a 1 2 3 x; SADD b 2 3 4 x; SINTERCARD 2 a b; SINTERCARD 2 a b LIMIT 0; SINTERCARD 2 a b LIMIT 1; SINTERCARD 1 a",
    "SINTERCARD 1 a LIMIT 2; SINTERCARD 2 a none; SINTERCARD 2 a b limit 9; SINTERCARD 2 a b LIMIT 2 LIMIT 1",
    "SINTERCARD 2 a b LIMIT; SINTERCARD 2 a b LIMIT -1; SINTERCARD 2 a b LIMIT x; SINTERCARD 2 a b LIMIT 1 x; SINTERCARD 0 a",
    "SINTERCARD -1 a; SINTERCARD x a; SINTERCARD 3 a b; SINTERCARD 1 a b; SINTERCARD 1 a LIMIT 1 LIMIT; SINTERCARD 1.0 a",
    `SINTERCARD ${max} a; SINTERCARD 9223372036854775808 a; SINTERCARD 2 a b LIMIT ${max}; SINTERCARD 2 a limit`,
  ],
  "encodings and limits": [
    `SADD i 1 -1 32767 -32768; OBJECT ENCODING i; DUMP i; SADD i 32768; DUMP i; SADD i 2147483648; DUMP i; SADD i ${max} ${min}`,
    "DUMP i; SMEMBERS i; SREM i 2147483648 9223372036854775807 -9223372036854775808; DUMP i; SADD i 9223372036854775808",
    "OBJECT ENCODING i; SREM i 9223372036854775808; OBJECT ENCODING i; SADD j 01; OBJECT ENCODING j; SADD l -0; OBJECT ENCODING l",
    'SADD m ""; OBJECT ENCODING m; CONFIG SET set-max-intset-entries 3; SADD n 1 2 3; OBJECT ENCODING n; SADD n 3; OBJECT ENCODING n',
    "SADD n 4; OBJECT ENCODING n; SREM n 4 3; OBJECT ENCODING n; SADD o 1 2; SMOVE n o 1; OBJECT ENCODING o; SADD o 7 8",
    "OBJECT ENCODING o; CONFIG SET set-max-intset-entries 0; SADD p 1; OBJECT ENCODING p; SMEMBERS p",
  ],
  "encodings of what is stored": [
    `SADD a x 1 2 ${max}; SADD b x; SADD c 1 ${max}; SDIFFSTORE d a b c; OBJECT ENCODING d; SMEMBERS d; SREM a x`,
    "OBJECT ENCODING a; SDIFFSTORE d a c; OBJECT ENCODING d; DUMP d; SUNIONSTORE d a; OBJECT ENCODING d; DUMP d; SDIFFSTORE d a",
    "OBJECT ENCODING d; DUMP d; SADD e 9 8 7 6 5 4 3 2 1; SADD f x; SADD g 1; SDIFFSTORE d e f g; OBJECT ENCODING d; DUMP d",
    "SADD h 70000 1 2; SADD h1 70000; SADD h2 x; SDIFFSTORE d h h1; DUMP d; SDIFFSTORE d h h1 h2; DUMP d; SDIFFSTORE d h h1 h2 h1; DUMP d",
    "SINTERSTORE d h h; DUMP d; CONFIG SET set-max-intset-entries 4; SUNIONSTORE d e; OBJECT ENCODING d; SINTERSTORE d e g",
    "OBJECT ENCODING d; SADD e1 9 8 7; SADD e2 6; SADD e3 5; SDIFFSTORE d e e1 e2; OBJECT ENCODING d; SDIFFSTORE d e e1 e2 e3 g",
    "OBJECT ENCODING d; SMEMBERS d; COPY e ee; OBJECT ENCODING ee; RENAME d dd; OBJECT ENCODING dd",
  ],
  "walking over members": [
    "SADD k a; SSCAN k 0; SSCAN k 0 COUNT 7; SSCAN k 0 COUNT 0; SSCAN k 0 COUNT x; SSCAN k 0 COUNT; SSCAN k 0 MATCH a*",
    "SSCAN k 0 MATCH b*; SSCAN k 0 match * count 9; SSCAN k 0 TYPE string; SADD i 1 2 30; SSCAN i -1; SSCAN i 1x; SSCAN i 18446744073709551615",
    "SSCAN i 18446744073709551616; SSCAN k 0 NOPE 1; SSCAN i 0 COUNT 1; SSCAN i 0 MATCH 3?; SSCAN i 0 MATCH [12]",
  ],
  "what is said about the commands": [
    "COMMAND INFO SADD; COMMAND INFO SREM; COMMAND INFO SISMEMBER; COMMAND INFO SMISMEMBER; COMMAND INFO SMEMBERS",
    "COMMAND INFO SCARD; COMMAND INFO SPOP; COMMAND INFO SRANDMEMBER; COMMAND INFO SMOVE; COMMAND INFO SINTER",
    "COMMAND INFO SUNION; COMMAND INFO SDIFF; COMMAND INFO SINTERSTORE; COMMAND INFO SUNIONSTORE; COMMAND INFO SDIFFSTORE",
    "COMMAND INFO SINTERCARD; COMMAND INFO SSCAN; COMMAND GETKEYS SINTERCARD 2 a b LIMIT 1; COMMAND GETKEYS SMOVE a b c",
    "COMMAND GETKEYSANDFLAGS SINTERSTORE a b c; COMMAND GETKEYSANDFLAGS SDIFFSTORE a b; COMMAND GETKEYS SINTERCARD 3 a b",
  ],
  "keys that hold sets": [
    "SADD k a 1; EXPIREAT k 4102444800; SADD k b; EXPIRETIME k; PERSIST k; MOVE k 3; EXISTS k; SELECT 3; SMEMBERS k; SELECT 0",
    "SADD k x; COPY k l; SADD l y; SMEMBERS k; SMEMBERS l; COPY k l; COPY k l REPLACE; SMEMBERS l; SET s 1; RENAME s l; GET l",
    "RENAME k l; SMEMBERS l; EXISTS k; SCAN 0 TYPE set; OBJECT REFCOUNT l; TOUCH l; DUMP l; RANDOMKEY; SWAPDB 0 3; SMEMBERS k",
  ],
};

// The members of an aggregate of plain words may come in any order.
const unordered = new Set(["SMEMBERS", "SINTER", "SUNION", "SDIFF"]);

function sorted(reply: string): string {
  const words = reply.split("\r\n");
  const pairs: string[] = [];
  for (let i = 1; i + 1 < words.length; i += 2) pairs.push(`${words[i]} ${words[i + 1]}`);
  return `${words[0]} ${pairs.toSorted().join(" ")}`;
}

testStories(stories, {
  config: { "set-max-intset-entries": "512" },
  comparable: (reply, [name = ""]) => (unordered.has(name) ? sorted(reply) : reply),
});

const keys = ["k1", "k2", "k3", "k4", "k5", "s"];
const special = [
  "a",
  "b",
  "",
  "01",
  "-0",
  max,
  min,
  "9223372036854775808",
  "\u00ff\u0000\r\n",
  "x".repeat(70),
];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const member = (): string => {
    const kind = rng.below(12);
    if (kind === 0) return one(special);
    if (kind === 1) return `m${rng.below(40)}`;
    return `${rng.below(kind < 4 ? 700 : 14) * (rng.chance(1, 30) ? 70_000 : 1)}`;
  };
  const some = (make: () => string, most = 4): string[] => Array.from({ length: 1 + rng.below(most) }, make);
  const key = one(keys);
  const anyKey = (): string => one(keys);
  switch (rng.below(24)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return ["SADD", key, ...some(member, rng.chance(1, 5) ? 40 : 4)];
    case 4:
    case 5:
      return ["SREM", key, ...some(member)];
    case 6:
      return ["SISMEMBER", key, member()];
    case 7:
      return ["SMISMEMBER", key, ...some(member)];
    case 8:
      return ["SMEMBERS", key];
    case 9:
      return ["SCARD", key];
    case 10:
      return ["SRANDMEMBER", key, ...(rng.chance(1, 3) ? [] : [`${rng.below(12) - 5}`])];
    // What is drawn differs, so all is taken or nothing.
    case 11:
      return ["SPOP", key, one(["0", "100000", "-1", "x"])];
    case 12:
    case 13:
      return ["SMOVE", key, anyKey(), member()];
    case 14:
    case 15:
      return [one(["SINTER", "SUNION", "SDIFF"]), ...some(anyKey)];
    case 16:
    case 17:
    case 18:
      return [one(["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE", "SDIFFSTORE"]), key, ...some(anyKey)];
    case 19: {
      const chosen = some(anyKey);
      return [
        "SINTERCARD",
        `${chosen.length}`,
        ...chosen,
        ...(rng.chance(1, 2) ? [] : ["LIMIT", `${rng.below(4)}`]),
      ];
    }
    case 20:
      return rng.chance(1, 4) ? ["DEL", key] : ["SSCAN", key, "0", "COUNT", "10000"];
    case 21:
      return rng.chance(1, 2) ? ["COPY", key, anyKey(), "REPLACE"] : ["RENAME", key, anyKey()];
    case 22:
      return rng.chance(1, 5) ? ["SET", "s", "text"] : ["TYPE", key];
    default:
      return ["OBJECT", "ENCODING", key];
  }
}

const small = { "set-max-intset-entries": "6" };
testRandomCalls({ drawing: () => nextCall, calls: 5000, keys, configs: [{}, small, {}, small] });
