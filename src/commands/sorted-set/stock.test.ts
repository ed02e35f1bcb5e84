import { describe, expect, test } from "vitest";
import type { Rng } from "../../lib/rng.ts";
import { createTestServer } from "../../testing/command-runner.ts";
import { runAgainstStock } from "../../testing/family-differential.ts";
import { startStockRedis } from "../../testing/stock-server.ts";
import { declarations } from "../registry.ts";
import { sortedSetCommands } from "./all.ts";

const commands = [...declarations.filter(({ group }) => group !== "sorted-set"), ...sortedSetCommands];

const max = "9223372036854775807";
const min = "-9223372036854775808";
// DUMP of the sets {a, b, 1} and {1, 2, 3}: this family's tests need no commands of sets.
const textSet = "\x02\x03\x01b\x01a\xc0\x01\x0a\x00\x17\xa8\x9f4\x071\xc3\xde";
const integerSet =
  "\x0b\x0e\x02\x00\x00\x00\x03\x00\x00\x00\x01\x00\x02\x00\x03\x00\x0a\x00\xa5\x02\\\xe2mnM\x1b";

// One story for each test, on an empty server. Words are separated by spaces, "" is an empty argument.
const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    ...[
      "ZADD",
      "ZADD z",
      "ZADD z 1",
      "ZADD z 1 a 2",
      "ZINCRBY z 1",
      "ZREM z",
      "ZCARD",
      "ZCARD z x",
      "ZSCORE z",
    ],
    ...["ZMSCORE z", "ZRANK z", "ZRANGE z 0", "ZRANGESTORE d z 0", "ZCOUNT z 1", "ZLEXCOUNT z -", "ZUNION 1"],
    ...["ZUNIONSTORE d 1", "ZDIFF 1", "ZINTERCARD 1", "ZPOPMIN", "ZMPOP 1 z", "ZRANDMEMBER", "ZSCAN z"],
    ...["SET s text", "ZADD s 1 a", "ZADD s x a", "ZADD s 1 a 2", "ZINCRBY s 1 a", "ZREM s a", "ZCARD s"],
    ...[
      "ZSCORE s a",
      "ZMSCORE s a",
      "ZRANK s a",
      "ZREVRANK s a",
      "ZRANGE s 0 -1",
      "ZRANGE s x 1",
      "ZRANGE s 0 1 X",
    ],
    ...[
      "ZREVRANGE s 0 1",
      "ZRANGEBYSCORE s 0 1",
      "ZRANGEBYSCORE s x 1",
      "ZRANGEBYLEX s - +",
      "ZRANGEBYLEX s x +",
    ],
    ...["ZRANGESTORE d s 0 -1", "ZCOUNT s 0 1", "ZCOUNT s x 1", "ZLEXCOUNT s - +", "ZLEXCOUNT s a b"],
    ...["ZREMRANGEBYRANK s 0 1", "ZREMRANGEBYRANK s x 1", "ZREMRANGEBYSCORE s 0 1", "ZREMRANGEBYSCORE s x 1"],
    ...[
      "ZREMRANGEBYLEX s - +",
      "ZREMRANGEBYLEX s a b",
      "ZPOPMIN s",
      "ZPOPMAX s x",
      "ZPOPMIN s 0",
      "ZMPOP 1 s MIN",
    ],
    ...["ZMPOP 1 s NOPE", "ZUNION 1 s", "ZUNION 1 s NOPE", "ZINTER 2 s n", "ZINTER 2 n s", "ZDIFF 1 s"],
    ...[
      "ZUNIONSTORE d 1 s",
      "ZINTERCARD 1 s",
      "ZRANDMEMBER s",
      "ZRANDMEMBER s 1",
      "ZRANDMEMBER s x",
      "ZSCAN s 0",
    ],
    ...[
      "ZADD z 1 a",
      "GET z",
      "INCR z",
      "APPEND z x",
      "SETRANGE z 0 x",
      "STRLEN z",
      "MGET z s",
      "TYPE z",
      "SET z x",
    ],
  ],
  "a sorted set that is not there": [
    ...["ZREM z a", "ZCARD z", "ZSCORE z a", "ZMSCORE z a b", "ZRANK z a", "ZREVRANK z a", "ZRANGE z 0 -1"],
    ...[
      "ZRANGE z 0 -1 WITHSCORES",
      "ZRANGEBYSCORE z 0 1",
      "ZRANGEBYLEX z - +",
      "ZRANGESTORE d z 0 -1",
      "ZCOUNT z 0 1",
    ],
    ...[
      "ZLEXCOUNT z - +",
      "ZREMRANGEBYRANK z 0 1",
      "ZREMRANGEBYSCORE z 0 1",
      "ZREMRANGEBYLEX z - +",
      "ZPOPMIN z",
    ],
    ...[
      "ZPOPMIN z 3",
      "ZPOPMAX z 0",
      "ZMPOP 1 z MIN",
      "ZUNION 1 z",
      "ZINTER 2 z y",
      "ZDIFF 1 z",
      "ZUNIONSTORE d 1 z",
    ],
    ...[
      "ZINTERCARD 1 z",
      "ZRANDMEMBER z",
      "ZRANDMEMBER z 3",
      "ZRANDMEMBER z -3 WITHSCORES",
      "ZSCAN z 0",
      "EXISTS z",
    ],
    ...["ZADD z XX 1 a", "ZADD z XX INCR 1 a", "EXISTS z", "ZADD d 1 a", "ZRANGESTORE d z 0 -1", "EXISTS d"],
    ...["SET d x", "ZUNIONSTORE d 1 z", "EXISTS d", "SET d x", "ZDIFFSTORE d 1 z", "EXISTS d"],
  ],
  "options of ZADD": [
    ...[
      "ZADD z 1 a 2 b 3 a",
      "ZRANGE z 0 -1 WITHSCORES",
      "ZADD z NX 9 a 9 c",
      "ZADD z XX 5 a 5 d",
      "ZADD z CH 6 a 5 c",
    ],
    ...[
      "ZADD z GT 1 a 7 b",
      "ZADD z LT CH 1 a 9 b",
      "ZADD z GT CH 1 e",
      "ZADD z XX GT CH 5 e 5 f",
      "ZADD z INCR 2 a",
    ],
    ...[
      "ZADD z INCR NX 2 a",
      "ZADD z INCR XX 2 nope",
      "ZADD z INCR GT -1 a",
      "ZADD z INCR LT -1 a",
      "ZADD z INCR 1 a 2 b",
    ],
    ...[
      "ZADD z NX XX 1 a",
      "ZADD z GT LT 1 a",
      "ZADD z NX GT 1 a",
      "ZADD z NX LT x a",
      "ZADD z NX XX",
      "ZADD z NX XX GT",
    ],
    ...[
      "ZADD z nx ch incr 4 g",
      "ZADD z ch CH 4 h",
      "ZADD z x a",
      "ZADD z 1 a x b",
      "ZADD z 1 a nan b",
      "ZADD z nan a",
    ],
    ...[
      "ZADD z +5 a",
      "ZADD z 0x10 b",
      "ZADD z 1e3 c",
      "ZADD z .5 d",
      "ZADD z 5. e",
      'ZADD z "" e',
      "ZADD z 1e400 e",
    ],
    ...["ZADD z 1e-400 e", "ZADD z inf e", "ZADD z -INFINITY f", "ZADD z Inf g", "ZRANGE z 0 -1 WITHSCORES"],
    ...[
      "ZINCRBY z -inf e",
      "ZINCRBY z inf f",
      "ZADD z INCR -inf e",
      "ZINCRBY z 1.5 a",
      "ZINCRBY z x a",
      "ZINCRBY z NX a",
    ],
    ...[
      "ZINCRBY n x a",
      "ZINCRBY n 2 a",
      "ZINCRBY n 2 a",
      "ZINCRBY n -inf b",
      "ZRANGE n 0 -1 WITHSCORES",
      "ZCARD n",
    ],
  ],
  "scores as text": [
    ...["ZADD z 0.1 a 3.14159265358979 b 1e22 c 123456789012345678 d -0 e 1.5e-7 f 9007199254740993 g 0 h"],
    ...[
      "ZRANGE z 0 -1 WITHSCORES",
      "ZMSCORE z a b c d e f g h x",
      "ZSCORE z e",
      "ZINCRBY z 0.2 a",
      "ZINCRBY z -0 e",
    ],
    ...[
      "ZADD z 1.7976931348623157e308 a",
      "ZINCRBY z 1.7976931348623157e308 a",
      "ZADD z 4e-320 b",
      "ZSCORE z b",
    ],
    ...[
      "ZADD y -0 a",
      "ZSCORE y a",
      "ZADD y CH 0 a",
      "ZSCORE y a",
      "ZSCAN y 0",
      "ZADD y 0.1 a",
      "ZSCAN y 0",
      "DUMP y",
      // A listpack keeps a score as an integer up to 2^62, and ZSCAN shows what it keeps.
      "ZADD x 1234567890123456789 a -4611686018427387904 b 4611686018427389000 c 1e20 d",
      "ZSCAN x 0",
      "ZRANGE x 0 -1 WITHSCORES",
      "DUMP x",
    ],
  ],
  "ranges by rank": [
    ...[
      "ZADD z 1 a 2 b 3 c 4 d",
      "ZRANGE z 0 -1",
      "ZRANGE z 1 2",
      "ZRANGE z -2 -1",
      "ZRANGE z 2 1",
      "ZRANGE z 4 9",
    ],
    ...[
      "ZRANGE z -9 -5",
      "ZRANGE z -9 -4",
      "ZRANGE z 0 99",
      `ZRANGE z ${min} ${max}`,
      `ZRANGE z ${max} ${min}`,
    ],
    ...["ZRANGE z 0 -1 REV", "ZRANGE z 0 0 REV WITHSCORES", "ZREVRANGE z 0 -1 WITHSCORES", "ZREVRANGE z 1 2"],
    ...[
      "ZRANGE z 0 -1 LIMIT 0 1",
      "ZRANGE z 0 -1 LIMIT 0 -1",
      "ZRANGE z 0 -1 LIMIT 5 -1",
      "ZRANGE z 0 -1 LIMIT x 1",
    ],
    ...[
      "ZRANGE z 0 -1 LIMIT 0",
      "ZREVRANGE z 0 -1 REV",
      "ZREVRANGE z 0 -1 BYSCORE",
      "ZREVRANGE z 0 -1 LIMIT 0 1",
    ],
    ...[
      "ZRANGE z 0 1.5",
      "ZRANGE z (0 1",
      "ZRANGE z 0 9223372036854775808",
      "ZRANGE z 0 -1 WITHSCORES WITHSCORES",
    ],
    ...[
      "ZRANK z a",
      "ZRANK z d",
      "ZREVRANK z a",
      "ZRANK z x",
      "ZREVRANK z x",
      "ZREMRANGEBYRANK z 1 2",
      "ZRANGE z 0 -1",
    ],
    ...[
      "ZREMRANGEBYRANK z 5 9",
      "ZREMRANGEBYRANK z -9 -8",
      "ZREMRANGEBYRANK z -9 -2",
      "ZREMRANGEBYRANK z 0 -1",
      "EXISTS z",
    ],
  ],
  "ranges by score": [
    ...[
      "ZADD z 1 a 2 b 2 bb 3 c inf d -inf e",
      "ZRANGEBYSCORE z -inf +inf",
      "ZRANGEBYSCORE z (1 3 WITHSCORES",
    ],
    ...[
      "ZRANGEBYSCORE z 2 (3",
      "ZRANGEBYSCORE z (2 (2",
      "ZRANGEBYSCORE z 2 2",
      "ZRANGEBYSCORE z 3 1",
      "ZRANGEBYSCORE z (inf inf",
    ],
    ...[
      "ZREVRANGEBYSCORE z 3 1",
      "ZREVRANGEBYSCORE z +inf -inf WITHSCORES LIMIT 1 2",
      "ZRANGE z 1 3 BYSCORE LIMIT 1 1",
    ],
    ...[
      "ZRANGE z 3 1 BYSCORE REV WITHSCORES",
      "ZRANGE z 1 3 BYSCORE LIMIT 0 0",
      "ZRANGE z 1 3 BYSCORE LIMIT 2 -7",
    ],
    ...[
      "ZRANGE z 1 3 BYSCORE LIMIT -1 2",
      "ZRANGE z 1 3 BYSCORE LIMIT 9 2",
      "ZRANGE z 3 1 BYSCORE REV LIMIT 1 9",
    ],
    ...[
      "ZRANGE z 1 x BYSCORE",
      "ZRANGE z 1 nan BYSCORE",
      "ZRANGE z ((1 2 BYSCORE",
      "ZRANGE z [1 2 BYSCORE",
      'ZRANGE z "" 3 BYSCORE',
    ],
    ...[
      "ZRANGE z ( 3 BYSCORE",
      "ZRANGE z 1e999 3 BYSCORE",
      "ZRANGE z -1e999 1e-999 BYSCORE",
      "ZRANGE z 0x1 0x3 BYSCORE",
    ],
    ...[
      "ZRANGE z 0x1p-9999 0x1p9999 BYSCORE",
      "ZRANGEBYSCORE z \t1 2",
      "ZRANGEBYSCORE z \t 2",
      "ZRANGEBYSCORE z 1\t 2",
    ],
    ...[
      "ZRANGEBYSCORE z 1\0x 2",
      "ZRANGE z 1 3 BYSCORE BYLEX",
      "ZRANGE z [a [c BYLEX BYSCORE",
      "ZRANGEBYSCORE z 1 3 REV",
    ],
    ...[
      "ZCOUNT z 1 3",
      "ZCOUNT z (1 (3",
      "ZCOUNT z -inf (inf",
      "ZCOUNT z 3 1",
      "ZCOUNT z x 1",
      "ZCOUNT z 1 x",
    ],
    ...[
      "ZREMRANGEBYSCORE z (1 2",
      "ZRANGE z 0 -1",
      "ZREMRANGEBYSCORE z 5 6",
      "ZREMRANGEBYSCORE z -inf inf",
      "EXISTS z",
    ],
  ],
  "ranges by member": [
    ...[
      "ZADD z 0 a 0 b 0 bb 0 c 0 10 0 9",
      'ZADD z 0 ""',
      "ZRANGEBYLEX z - +",
      "ZRANGEBYLEX z [b [c",
      "ZRANGEBYLEX z (b (c",
    ],
    ...[
      "ZRANGEBYLEX z + -",
      "ZRANGEBYLEX z - -",
      "ZRANGEBYLEX z + +",
      "ZRANGEBYLEX z [ (a",
      "ZRANGEBYLEX z ( [a",
    ],
    ...[
      "ZRANGEBYLEX z [b [b",
      "ZRANGEBYLEX z (b [b",
      "ZRANGEBYLEX z [c [a",
      "ZRANGEBYLEX z - + LIMIT 1 2",
      "ZRANGEBYLEX z - + LIMIT -1 2",
    ],
    ...[
      "ZRANGEBYLEX z - + LIMIT 2 -1",
      "ZRANGEBYLEX z a b",
      "ZRANGEBYLEX z -x +",
      "ZRANGEBYLEX z -\0x +",
      'ZRANGEBYLEX z "" +',
    ],
    ...[
      "ZRANGEBYLEX z - + WITHSCORES",
      "ZRANGE z - + BYLEX WITHSCORES",
      "ZRANGE z + - BYLEX REV",
      "ZRANGE z - + BYLEX REV",
    ],
    ...[
      "ZREVRANGEBYLEX z + -",
      "ZREVRANGEBYLEX z [c [b",
      "ZREVRANGEBYLEX z + - LIMIT 1 3",
      "ZREVRANGEBYLEX z (c (a",
      "ZREVRANGEBYLEX z [zz [c",
    ],
    ...[
      "ZLEXCOUNT z - +",
      "ZLEXCOUNT z [b (c",
      "ZLEXCOUNT z + -",
      "ZLEXCOUNT z [b x",
      "ZREMRANGEBYLEX z [b (c",
    ],
    ...["ZRANGE z 0 -1", "ZREMRANGEBYLEX z x y", "ZREMRANGEBYLEX z - +", "EXISTS z"],
    ...[
      "ZADD m 1 d 2 b 3 c 4 a",
      "ZRANGEBYLEX m [b [c",
      "ZRANGEBYLEX m [c +",
      "ZREVRANGEBYLEX m [c -",
      "ZREVRANGEBYLEX m + [b",
    ],
    ...[
      "ZLEXCOUNT m [b [d",
      "ZLEXCOUNT m - [c",
      "ZLEXCOUNT m [b +",
      "ZREMRANGEBYLEX m [b [d",
      "ZRANGE m 0 -1",
    ],
  ],
  "ranges stored": [
    ...[
      "ZADD z 1 a 2 b 3 c 4 d",
      "ZRANGESTORE d z 1 2",
      "ZRANGE d 0 -1 WITHSCORES",
      "ZRANGESTORE d z 2 4 BYSCORE LIMIT 1 1",
    ],
    ...[
      "ZRANGE d 0 -1 WITHSCORES",
      "ZRANGESTORE z z 1 -1",
      "ZRANGE z 0 -1 WITHSCORES",
      "ZRANGESTORE d z 0 -1 WITHSCORES",
    ],
    ...[
      "ZRANGESTORE d z 0 0 REV",
      "ZRANGE d 0 -1",
      "EXPIRE d 100",
      "ZRANGESTORE d z 0 0",
      "TTL d",
      "ZRANGESTORE d z 8 9",
    ],
    ...[
      "EXISTS d",
      "SET d x",
      "ZRANGESTORE d z 0 -1",
      "TYPE d",
      "ZRANGESTORE d z 0 -1 LIMIT 1 1",
      "ZRANGESTORE d z x 1",
    ],
    ...["ZRANGESTORE z z 9 9", "EXISTS z"],
  ],
  popping: [
    ...[
      "ZADD z 1 a 2 b 3 c 4 d 5 e 6 f",
      "ZPOPMIN z",
      "ZPOPMAX z",
      "ZPOPMIN z 2",
      "ZPOPMAX z 1",
      "ZPOPMIN z 0",
      "ZPOPMIN z -1",
    ],
    ...[
      "ZPOPMIN z x",
      "ZPOPMIN z 1 2",
      `ZPOPMIN z ${min}`,
      `ZPOPMAX z ${max}`,
      "EXISTS z",
      "ZADD z 1.5 a 2 b",
      "ZPOPMAX z 9",
    ],
    ...[
      "ZADD z 1 a 2 b 3 c 4 d",
      "ZMPOP 2 n z MIN",
      "ZMPOP 2 z n MAX COUNT 2",
      "ZMPOP 1 z min count 0",
      "ZMPOP 1 z MIN COUNT",
    ],
    ...[
      "ZMPOP 1 z MIN COUNT x",
      "ZMPOP 1 z MIN COUNT 1 COUNT 1",
      "ZMPOP 0 z MIN",
      "ZMPOP x z MIN",
      "ZMPOP -1 z MIN",
      "ZMPOP 3 z MIN",
    ],
    ...[
      "ZMPOP 1 z",
      "ZMPOP 1 z MID",
      "ZMPOP 1 z MIN NOPE 1",
      "ZMPOP 1 n MIN",
      "ZMPOP 2 n z MAX COUNT 100",
      "EXISTS z",
    ],
    ...["SET s x", "ZADD z 1 a", "ZMPOP 2 s z MIN", "ZMPOP 2 z s MIN", "ZMPOP 2 z s MIN"],
  ],
  "unions, intersections and differences": [
    ...[
      "ZADD a 1 x 2 y 3 z",
      "ZADD b 10 x 20 y",
      "ZADD c 100 x",
      `RESTORE s 0 TEXTSET`,
      `RESTORE i 0 INTSET`,
    ],
    ...[
      "ZUNION 2 a b",
      "ZUNION 2 a b WITHSCORES",
      "ZUNION 3 a b c WEIGHTS 2 3 0.5 WITHSCORES",
      "ZUNION 2 a b AGGREGATE MIN WITHSCORES",
    ],
    ...[
      "ZUNION 2 a b AGGREGATE MAX WEIGHTS 1 -1 WITHSCORES",
      "ZINTER 3 a b c WITHSCORES",
      "ZINTER 2 a a WITHSCORES",
      "ZINTER 2 a n",
    ],
    ...[
      "ZINTER 2 a b WEIGHTS 1 inf WITHSCORES",
      "ZUNION 2 a b WEIGHTS inf -inf WITHSCORES",
      "ZUNION 1 a WEIGHTS 0 WITHSCORES",
    ],
    ...[
      "ZDIFF 2 a b",
      "ZDIFF 2 a c WITHSCORES",
      "ZDIFF 2 a a",
      "ZDIFF 1 a WITHSCORES",
      "ZDIFF 2 n a",
      "ZDIFF 3 a n b",
    ],
    ...[
      "ZUNION 2 a s WITHSCORES",
      "ZINTER 2 s i WITHSCORES",
      "ZDIFF 2 s i",
      "ZDIFF 2 i s",
      "ZUNION 3 i s a WEIGHTS 1 2 3 WITHSCORES",
    ],
    ...[
      "ZINTERCARD 2 a b",
      "ZINTERCARD 2 a b LIMIT 1",
      "ZINTERCARD 2 a b LIMIT 0",
      "ZINTERCARD 2 a b LIMIT -1",
      "ZINTERCARD 2 a b LIMIT x",
    ],
    ...[
      "ZINTERCARD 2 a b LIMIT",
      "ZINTERCARD 1 a LIMIT 2 LIMIT 1",
      "ZINTERCARD 2 a b WITHSCORES",
      "ZINTERCARD 2 s i",
    ],
    ...[
      "ZUNIONSTORE d 2 a b",
      "ZRANGE d 0 -1 WITHSCORES",
      "ZINTERSTORE d 2 a b WEIGHTS 2 1",
      "ZRANGE d 0 -1 WITHSCORES",
    ],
    ...[
      "ZDIFFSTORE d 2 a b",
      "ZRANGE d 0 -1 WITHSCORES",
      "ZUNIONSTORE a 2 a b",
      "ZRANGE a 0 -1 WITHSCORES",
      "ZINTERSTORE d 2 a n",
      "EXISTS d",
    ],
    ...[
      "ZUNIONSTORE d 1 s",
      "TYPE d",
      "OBJECT ENCODING d",
      "SET t x",
      "ZUNIONSTORE t 1 a",
      "TYPE t",
      "ZUNIONSTORE s 2 s a",
      "TYPE s",
    ],
    ...[
      "ZUNION 0 a",
      "ZUNION -1 a",
      "ZUNION x a",
      "ZUNION 2 a",
      "ZUNION 1 a NOPE",
      "ZUNION 2 a b WEIGHTS 1",
      "ZUNION 2 a b WEIGHTS 1 x",
    ],
    ...[
      "ZUNION 1 a AGGREGATE",
      "ZUNION 1 a AGGREGATE MID",
      "ZUNION 1 a WEIGHTS 1 WEIGHTS 2 WITHSCORES",
      "ZDIFF 1 a WEIGHTS 1",
      "ZDIFF 1 a AGGREGATE SUM",
    ],
    ...[
      "ZUNIONSTORE d 1 a WITHSCORES",
      "ZDIFFSTORE d 1 a WITHSCORES",
      "ZUNIONSTORE d 0 a",
      "ZINTERSTORE d 0 a",
      "ZDIFFSTORE d 0 a",
      "ZINTER 0 a",
    ],
    ...[
      "ZDIFF 0 a",
      "ZINTERCARD 0 a",
      "ZINTERCARD 5 a",
      "ZUNIONSTORE d x a",
      "ZINTER 1 a WITHSCORES WITHSCORES",
      `ZUNION ${max} a`,
    ],
  ],
  "encodings and limits": [
    ...[
      "CONFIG SET zset-max-listpack-entries 3 zset-max-listpack-value 5",
      "ZADD z 1 a 2 b 3 c",
      "OBJECT ENCODING z",
    ],
    ...[
      "ZADD z 9 a",
      "OBJECT ENCODING z",
      "ZADD z 4 d",
      "OBJECT ENCODING z",
      "ZREM z a b c",
      "OBJECT ENCODING z",
    ],
    ...[
      "ZADD i 1 12345",
      "OBJECT ENCODING i",
      "ZADD i 1 123456",
      "OBJECT ENCODING i",
      "ZADD j 1 abcdef",
      "OBJECT ENCODING j",
    ],
    ...[
      "ZINCRBY k 1 abcdef",
      "OBJECT ENCODING k",
      "ZRANGESTORE d i 0 0",
      "OBJECT ENCODING d",
      "ZRANGESTORE d i 0 1",
      "OBJECT ENCODING d",
    ],
    ...[
      "ZADD a 1 a 2 b",
      "ZADD b 1 c 2 d",
      "ZUNIONSTORE u 2 a b",
      "OBJECT ENCODING u",
      "ZUNIONSTORE u 1 a",
      "OBJECT ENCODING u",
    ],
    ...[
      "ZINTERSTORE u 1 j",
      "OBJECT ENCODING u",
      "ZDIFFSTORE u 1 j",
      "OBJECT ENCODING u",
      "COPY z zz",
      "OBJECT ENCODING zz",
    ],
    ...[
      "CONFIG SET zset-max-listpack-entries 0",
      "ZADD e 1 a",
      "OBJECT ENCODING e",
      "ZRANGESTORE d e 0 -1",
      "OBJECT ENCODING d",
    ],
  ],
  "drawing members": [
    ...[
      "ZADD z 1.5 a",
      "ZRANDMEMBER z",
      "ZRANDMEMBER z 0",
      "ZRANDMEMBER z 1",
      "ZRANDMEMBER z 5",
      "ZRANDMEMBER z -3",
    ],
    ...[
      "ZRANDMEMBER z -2 WITHSCORES",
      "ZRANDMEMBER z 2 withscores",
      "ZRANDMEMBER z 1 NOPE",
      "ZRANDMEMBER z 1 WITHSCORES x",
    ],
    ...[
      "ZRANDMEMBER z x",
      "ZRANDMEMBER z x NOPE",
      `ZRANDMEMBER z ${min}`,
      `ZRANDMEMBER z ${max} WITHSCORES`,
      `ZRANDMEMBER z ${max}`,
    ],
    ...["ZRANDMEMBER z 4611686018427387904 WITHSCORES", "ZRANDMEMBER z -4611686018427387904 WITHSCORES"],
  ],
  "walking over members": [
    ...[
      "ZADD z 1.5 a",
      "ZSCAN z 0",
      "ZSCAN z 0 COUNT 1",
      "ZSCAN z 0 COUNT 0",
      "ZSCAN z 0 COUNT x",
      "ZSCAN z 0 COUNT",
    ],
    ...[
      "ZSCAN z 0 MATCH a*",
      "ZSCAN z 0 MATCH b*",
      "ZSCAN z 0 TYPE zset",
      "ZSCAN z -1",
      "ZSCAN z 1x",
      "ZSCAN z x",
    ],
  ],
  "keys that hold sorted sets": [
    ...[
      "ZADD z 1 a 2 b",
      "EXPIREAT z 4102444800",
      "ZADD z 3 c",
      "EXPIRETIME z",
      "PERSIST z",
      "MOVE z 3",
      "EXISTS z",
      "SELECT 3",
    ],
    ...[
      "ZRANGE z 0 -1",
      "MOVE z 0",
      "SELECT 0",
      "COPY z y",
      "ZADD y 2 y",
      "ZRANGE z 0 -1 WITHSCORES",
      "ZRANGE y 0 -1",
    ],
    ...[
      "COPY z y REPLACE",
      "ZRANGE y 0 -1",
      "RENAME z x",
      "ZRANGE x 0 -1",
      "SCAN 0 TYPE zset COUNT 1000 MATCH x",
      "DUMP x",
      "UNLINK x",
      "DBSIZE",
    ],
  ],
};

const words: Readonly<Record<string, string>> = { '""': "", TEXTSET: textSet, INTSET: integerSet };

for (const [story, calls] of Object.entries(stories)) {
  test(`${story}: byte for byte as a stock Redis, over 1 and 4 shards, in RESP2 and RESP3`, async () => {
    const stock = await startStockRedis();
    if (stock === undefined) return;
    try {
      for (const shards of [1, 4]) {
        for (const protocol of [2, 3] as const) {
          await stock.run("HELLO", `${protocol}`);
          await stock.run("SELECT", "0");
          await stock.run("FLUSHALL");
          await stock.run(
            "CONFIG",
            "SET",
            "zset-max-listpack-entries",
            "128",
            "zset-max-listpack-value",
            "64",
          );
          const server = createTestServer({ commands, shards, protocol, nowMs: Date.now() });
          for (const call of calls) {
            const args = call.split(" ").map((word) => words[word] ?? word);
            const reply = server.run(...args);
            expect({ call, reply }).toEqual({ call, reply: await stock.run(...args) });
          }
        }
      }
    } finally {
      await stock.stop();
    }
  });
}

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

describe("random calls answer as a stock Redis", () => {
  const small = { "zset-max-listpack-entries": "5", "zset-max-listpack-value": "8" };
  for (const [seed, config] of [{}, small, {}, small].entries()) {
    const protocol = seed < 2 ? 2 : 3;
    const shards = seed % 2 === 0 ? 1 : 4;
    test(`seed ${seed}, RESP${protocol}, ${shards} shard(s), ${Object.values(config).join("/") || "usual"} limits`, async () => {
      await runAgainstStock({
        commands,
        next: nextCall,
        calls: 4000,
        seed,
        keys: [...sorted, "l2"],
        protocol,
        shards,
        config,
      });
    });
  }
});
