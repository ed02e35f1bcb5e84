import type { Rng } from "../../lib/rng.ts";
import { testRandomCalls } from "../../testing/family-differential.ts";
import { testStories } from "../../testing/stock-stories.ts";

const max = "9223372036854775807";
const min = "-9223372036854775808";

const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    "HSET; HSET h; HSET h a; HSET h a 1 b; HMSET h a 1 b; HMSET h a; HSETNX h a; HGET h; HMGET h; HGETALL",
    "HGETALL h x; HDEL h; HLEN; HEXISTS h; HKEYS; HVALS; HSTRLEN h; HINCRBY h a; HINCRBYFLOAT h a",
    "HRANDFIELD; HSCAN h; SET s text; HSET s a 1; HSET s a 1 b; HMSET s a 1; HSETNX s a 1; HGET s a",
    "HMGET s a b; HGETALL s; HDEL s a; HLEN s; HEXISTS s a; HKEYS s; HVALS s; HSTRLEN s a; HINCRBY s a 1",
    "HINCRBY s a x; HINCRBYFLOAT s a 1; HINCRBYFLOAT s a x; HRANDFIELD s; HRANDFIELD s 1; HRANDFIELD s x",
    "HSCAN s 0; HSCAN s x; HSCAN s 0 COUNT x; HSET h f v; GET h; INCR h; APPEND h x; SETRANGE h 0 x",
    "STRLEN h; GETRANGE h 0 1; SETBIT h 0 1; MGET h s; GETSET h x; SET h x GET; SET h x NX; TYPE h; SET h x",
    "TYPE h; HGET h f",
  ],
  "a hash that is not there": [
    "HGET h a; HMGET h a b; HGETALL h; HDEL h a; HLEN h; HEXISTS h a; HKEYS h; HVALS h; HSTRLEN h a",
    "HRANDFIELD h; HRANDFIELD h 3; HRANDFIELD h -3; HRANDFIELD h 3 WITHVALUES; HSCAN h 0; HSCAN h 7 COUNT x",
    "HSCAN h 0 FOO; HSCAN h x FOO; EXISTS h",
  ],
  "fields come and go": [
    "HSET h a 1; HSET h a 2 b 3 a 4; HGETALL h; HMSET h c 5; HSETNX h a 9; HSETNX h d 9; HLEN h",
    'HMGET h a x c d a; HDEL h x; HDEL h a a b; HGETALL h; HKEYS h; HVALS h; HEXISTS h c; HSET h "" ""',
    'HGET h ""; HSTRLEN h ""; HDEL h ""; HDEL h c d e; EXISTS h; TYPE h; HSET h a 1; DEL h; HLEN h',
    "HSET h a 1; UNLINK h; HLEN h; DBSIZE",
  ],
  "integers, to the ends of 64 bits": [
    "HINCRBY h a 5; HINCRBY h a -7; HGET h a; HINCRBY h a x; HINCRBY h a 1.5",
    `HINCRBY h a 9223372036854775808; HSET h b ${max}; HINCRBY h b 1; HINCRBY h b -1; HINCRBY h b 1`,
    `HINCRBY h b ${min}; HGET h b; HSET h b ${min}; HINCRBY h b -1; HINCRBY h b ${max}; HSET h c x`,
    'HINCRBY h c 1; HSET h c 01; HINCRBY h c 1; HSET h c ""; HINCRBY h c 1; HSET h d 9007199254740991',
    "HINCRBY h d 1; HINCRBY h d 1; HINCRBY h d -3; HINCRBY h d 9007199254740993; HSTRLEN h d; HINCRBY n a x",
    `EXISTS n; HINCRBY n a ${min}; HGET n a`,
  ],
  "numbers with a fraction": [
    "HINCRBYFLOAT h a 0.1; HINCRBYFLOAT h a 0.2; HINCRBYFLOAT h a -0.3; HINCRBYFLOAT h a 5.0e3; HGETALL h",
    'HINCRBYFLOAT h a inf; HINCRBYFLOAT h a nan; HINCRBYFLOAT h a x; HINCRBYFLOAT h a ""; HSET h b x',
    "HINCRBYFLOAT h b 1; HSET h b 1e4932; HINCRBYFLOAT h b 1e4932; HSET h b inf; HINCRBYFLOAT h b 1",
    "HSET h c 3; HINCRBYFLOAT h c 1; HINCRBY h c 1; HINCRBYFLOAT n a x; EXISTS n; HSET h d 010",
    "HINCRBYFLOAT h d 1; HINCRBYFLOAT h d 1e-30",
  ],
  "encodings and limits": [
    "CONFIG SET hash-max-listpack-entries 3 hash-max-listpack-value 5; HSET h a 1 b 2 c 3; OBJECT ENCODING h",
    "HSET h a 9; OBJECT ENCODING h; HSET h d 4; OBJECT ENCODING h; HDEL h a b c; OBJECT ENCODING h",
    "HGETALL h; HSET l a 1 b 2; CONFIG SET hash-max-listpack-entries 1; HGET l a; OBJECT ENCODING l",
    "HSET l a 3; OBJECT ENCODING l; CONFIG SET hash-max-listpack-entries 3; HSET i a 12345",
    "OBJECT ENCODING i; HSET i a 123456; OBJECT ENCODING i; HSET j abcdef 1; OBJECT ENCODING j; HSETNX k a 1",
    "HSETNX k a 123456; OBJECT ENCODING k; HSETNX k b 123456; OBJECT ENCODING k; HINCRBY l a 99999",
    "OBJECT ENCODING l; HINCRBY l a 1; OBJECT ENCODING l; HINCRBYFLOAT m a 1.12345; OBJECT ENCODING m",
    "COPY h hh; OBJECT ENCODING hh; RENAME i ii; OBJECT ENCODING ii; HGETALL ii; OBJECT ENCODING none",
  ],
  "drawing fields": [
    "HSET h a 1; HRANDFIELD h; HRANDFIELD h 0; HRANDFIELD h 1; HRANDFIELD h 5; HRANDFIELD h -3",
    "HRANDFIELD h -2 WITHVALUES; HRANDFIELD h 2 withvalues; HRANDFIELD h 1 NOPE; HRANDFIELD h 1 WITHVALUES x",
    `HRANDFIELD h x; HRANDFIELD h x NOPE; HRANDFIELD h ${min}; HRANDFIELD h ${max} WITHVALUES`,
    "HRANDFIELD h 4611686018427387904 WITHVALUES; HRANDFIELD h 4611686018427387903 WITHVALUES",
    `HRANDFIELD h ${max}; HRANDFIELD h -4611686018427387904 WITHVALUES; HRANDFIELD h 9223372036854775808`,
  ],
  "walking over fields": [
    "HSET h a 1; HSCAN h 0; HSCAN h 0 COUNT 1; HSCAN h 0 COUNT 0; HSCAN h 0 COUNT x; HSCAN h 0 COUNT",
    "HSCAN h 0 MATCH a*; HSCAN h 0 MATCH b*; HSCAN h 0 match * count 3; HSCAN h 0 TYPE string; HSCAN h -1",
    "HSCAN h 1x; HSCAN h 18446744073709551615; HSCAN h 18446744073709551616; HSCAN h 0 NOPE 1",
  ],
  "keys that hold hashes": [
    "HSET h a 1 b two; EXPIREAT h 4102444800; HSET h c 3; EXPIRETIME h; PERSIST h; TTL h; MOVE h 3; EXISTS h",
    "SELECT 3; HGETALL h; SELECT 0; MOVE h 0; SELECT 0; HSET h x 1; COPY h g; HSET g y 2; HGETALL h",
    "HGETALL g; COPY h g; COPY h g REPLACE; HGETALL g; SET s 1; RENAME s g; GET g; RENAME h g; HGETALL g",
    "EXISTS h; SCAN 0 TYPE hash; SCAN 0 TYPE set; OBJECT REFCOUNT g; TOUCH g; DUMP g; RANDOMKEY",
    "HSET g z 1 EXPIRE; DEBUG OBJECT none",
  ],
};

testStories(stories, {
  config: { "hash-max-listpack-entries": "512", "hash-max-listpack-value": "64" },
});

const keys = ["h1", "h2", "h3", "s"];
const fields = [
  "a",
  "b",
  "c",
  "1",
  "2",
  "-7",
  "300",
  "70000",
  max,
  "",
  "long-field-0123456789",
  "x".repeat(70),
];
const values = [
  ...[
    "1",
    "0",
    "-1",
    "42",
    "127",
    "128",
    "-4097",
    "40000",
    "9007199254740993",
    max,
    min,
    "1.5",
    "-0.25",
    "text",
    "",
  ],
  ...["padded 01", "01", "x".repeat(64), "x".repeat(65), "y".repeat(300), "\u00ff\u0000\r\n"],
];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const field = (): string => (rng.chance(1, 3) ? one(fields) : `f${rng.below(rng.chance(1, 8) ? 600 : 12)}`);
  const some = (make: () => string): string[] => Array.from({ length: 1 + rng.below(4) }, make);
  const key = one(keys);
  const increments = ["1", "-1", "100", "x", max, min, "9007199254740991", "0.1", "-2.5", "1e3"];
  switch (rng.below(22)) {
    case 0:
    case 1:
    case 2:
      return ["HSET", key, ...some(() => "").flatMap(() => [field(), one(values)])];
    case 3:
      return ["HMSET", key, ...some(() => "").flatMap(() => [field(), one(values)])];
    case 4:
      return ["HSETNX", key, field(), one(values)];
    case 5:
      return ["HGET", key, field()];
    case 6:
      return ["HMGET", key, ...some(field)];
    case 7:
      return ["HGETALL", key];
    case 8:
    case 9:
      return ["HDEL", key, ...some(field)];
    case 10:
      return ["HLEN", key];
    case 11:
      return ["HEXISTS", key, field()];
    case 12:
      return [one(["HKEYS", "HVALS"]), key];
    case 13:
      return ["HSTRLEN", key, field()];
    case 14:
    case 15:
      return ["HINCRBY", key, field(), one(increments)];
    case 16:
      return ["HINCRBYFLOAT", key, field(), one(increments)];
    case 17:
      return ["HRANDFIELD", key, ...(rng.chance(1, 2) ? [] : [`${rng.below(9) - 4}`])];
    case 18:
      return rng.chance(1, 6) ? ["DEL", key] : ["HSCAN", key, "0", "COUNT", "10000"];
    case 19:
      return one(["COPY", "RENAME"]) === "COPY"
        ? ["COPY", key, one(keys), "REPLACE"]
        : ["RENAME", key, one(keys)];
    case 20:
      return rng.chance(1, 5) ? ["SET", "s", one(values)] : ["TYPE", key];
    default:
      return ["OBJECT", "ENCODING", key];
  }
}

const small = { "hash-max-listpack-entries": "5", "hash-max-listpack-value": "8" };
testRandomCalls({ drawing: () => nextCall, calls: 5000, keys, configs: [{}, small, {}, small] });
