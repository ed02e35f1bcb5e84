// Key events: every command tells what a stock Redis 7.0 tells, in its order, and nothing else.

import { expect, test } from "vitest";
import { eventBit } from "../../config/specials.ts";
import * as classes from "../../keyspace/key-events.ts";
import { createTestServer } from "../../testing/command-runner.ts";
import { testConversations } from "../../testing/stock-stories.ts";

const begin = ["a: CONFIG SET notify-keyspace-events KEAmn", "s: PSUBSCRIBE __key*"];
const conversations: Readonly<Record<string, readonly string[]>> = {
  strings: [
    "a: SET k v; SET k v EX 100; SET k v KEEPTTL; SET k v NX; SET k v XX GET; SET k v PXAT 9999999999999; SET n v NX GET",
    "a: SETNX k v; SETNX m v; SETEX k 10 v; PSETEX j 10000 v; GETSET k w; GETSET none w; GETDEL k; GETDEL k; GETDEL none",
    "a: SET k v; GETEX k; GETEX k EX 100; GETEX k PERSIST; GETEX k PERSIST; GETEX k PXAT 1; GETEX k",
    "a: MSET a 1 b 2 a 3; MSETNX c 1 d 2; MSETNX c 1 e 2; INCR a; DECR a; INCRBY a 5; DECRBY a 9223372036854775807",
    "a: INCRBYFLOAT a 1.5; INCR a; APPEND a x; APPEND new x; APPEND new ; SETRANGE a 1 z; SETRANGE a 1 ; SETRANGE nokey 0 x",
    "a: GET none; MGET a none a; STRLEN none; EXISTS none a; TTL none; TYPE none; OBJECT ENCODING none; TOUCH none; GETRANGE none 0 1",
    "a: SUBSTR none 0 1; LCS a none; DUMP none; GETEX none EX 1; OBJECT FREQ none; PERSIST none; EXPIRE none 1",
  ],
  bits: [
    "a: SETBIT b 7 1; SETBIT b 7 1; SETBIT b 100 0; GETBIT none 1; BITCOUNT none; BITPOS none 1; BITOP NOT t b; BITOP AND t none n2",
    "a: BITOP OR t none; BITOP OR t b none; BITFIELD b SET u8 0 7; BITFIELD b SET u8 0 7; BITFIELD b GET u8 0; BITFIELD n GET u8 0",
    "a: BITFIELD n INCRBY u8 0 0; BITFIELD n INCRBY u8 0 0; BITFIELD_RO none GET u8 0; BITFIELD n OVERFLOW FAIL INCRBY u2 0 3 INCRBY u2 0 3",
    "a: BITFIELD g OVERFLOW FAIL SET u2 90 9; BITFIELD g OVERFLOW FAIL SET u2 190 9 SET u2 190 0; BITFIELD g SET u8 300 0 SET u8 300 0",
  ],
  keys: [
    "a: SET a 1; EXPIRE a 100; EXPIRE a 1000 NX; PERSIST a; PERSIST a; PEXPIREAT a 99999999999999; EXPIRE a -1; SET a 1; SET b 2",
    "a: RENAME a b; RENAME b b; RENAMENX b c; SET b 1; RENAMENX b c; RENAME none x; COPY b d; COPY b d REPLACE; COPY b d; COPY b e DB 1",
    "a: MOVE b 1; MOVE none 1; SET b 1; MOVE b 1; SELECT 1; DEL b e none; SELECT 0; UNLINK b c d none d; TOUCH b; SWAPDB 0 1; FLUSHDB",
    "a: SET r 1; RESTORE r 0 x; RESTORE s 0 \\x; FLUSHALL",
  ],
  hashes: [
    "a: HSET h f v; HSET h f v g w; HMSET h f v; HSETNX h f v; HSETNX h n v; HINCRBY h c 1; HINCRBYFLOAT h c 1.5; HINCRBY h f 1",
    "a: HDEL h f none; HDEL h none; HDEL h g n c; HGET h f; HGETALL h; HLEN h; HDEL h f; HEXISTS h f; HINCRBY h c 9223372036854775807",
    "a: HINCRBY h c 1; HINCRBY h c -9223372036854775807; HDEL h c",
  ],
  "in a transaction, and to oneself": [
    "a: MULTI; SET k v; DEL k; EXEC",
    "b: HELLO 3; SUBSCRIBE __keyevent@0__:set; SET k v; GET k; APPEND k x; SET k w",
  ],
};

// Each event begins a line of its own, so that a difference is seen.
testConversations(
  Object.fromEntries(Object.entries(conversations).map(([name, steps]) => [name, [...begin, ...steps]])),
  { comparable: (record) => record.replaceAll("*4\\r\\n$8\\r\\npmessage\\r\\n$6\\r\\n__key*", "\n   ") },
);

test("keys that vanish by themselves are told: expired when touched or by the cron, and evicted", () => {
  const server = createTestServer({
    config: { "notify-keyspace-events": "Exe", "maxmemory-policy": "allkeys-lru" },
  });
  const client = server.connect();
  client.run("PSUBSCRIBE", "*");
  const told = (): string[] =>
    [...client.take().matchAll(/__:(\w+)\r\n\$1\r\n(\w)/g)].map(([, a, b]) => `${a} ${b}`);
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  server.run("SET", "a", "1", "PX", "5");
  server.advance(5);
  expect(told()).toEqual([]);
  server.run("GET", "a");
  expect(told()).toEqual(["expired a"]);
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "1");
  server.run("SET", "b", "1", "PX", "5");
  server.advance(1000);
  expect(told()).toEqual(["expired b"]);
  server.run("SET", "c", "1");
  server.run("CONFIG", "SET", "maxmemory", "1");
  server.run("GET", "none");
  expect(told()).toEqual(["evicted c"]);
});

test("nothing is told without a kind of channel, nor of a class that is off", () => {
  const server = createTestServer();
  const client = server.connect();
  client.run("PSUBSCRIBE", "*");
  for (const [flags, count] of [
    ["A", 0],
    ["K", 0],
    ["K$", 1],
    ["E$", 1],
    ["KE$", 2],
    ["KEg", 0],
    ["", 0],
  ] as const) {
    server.run("CONFIG", "SET", "notify-keyspace-events", flags);
    server.run("SET", "k", "v");
    expect([flags, client.take().split("pmessage").length - 1]).toEqual([flags, count]);
  }
});

test("classes have the bits of the configuration's letters", () => {
  const { g, $, l, s, h, z, x, e, t, m, n } = eventBit;
  expect([
    classes.EVENT_GENERIC,
    classes.EVENT_STRING,
    classes.EVENT_LIST,
    classes.EVENT_SET,
    classes.EVENT_HASH,
    classes.EVENT_ZSET,
    classes.EVENT_EXPIRED,
    classes.EVENT_EVICTED,
    classes.EVENT_STREAM,
    classes.EVENT_MISS,
    classes.EVENT_NEW,
  ]).toEqual([g, $, l, s, h, z, x, e, t, m, n]);
});
