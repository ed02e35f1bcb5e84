// What clients that cache are told, held against a stock Redis; and what it costs to keep.

import { expect, test } from "vitest";
import { Rng } from "../lib/rng.ts";
import { createTestServer } from "../testing/command-runner.ts";
import { testConversations } from "../testing/stock-stories.ts";

const conversations: Readonly<Record<string, readonly string[]>> = {
  "behind the reply of one's own command, and of EXEC": [
    "a: HELLO 3; CLIENT TRACKING ON",
    "a: SET k 1; GET k; SET k 2; PING; GET k; SET k 3; SET k 4; PING",
    "a: MGET k l m; MULTI; SET k 1; GET l; SET l 1; MSET m 1 n 2; EXEC; PING",
    "a: GET k; EVAL return{redis.call('set',KEYS[1],1),1} 1 k; PING",
    "a: HSET h f 1; HGET h f; HDEL h f; HGET h f; HSET h f 2 g 3; PING",
    "a: GET k; GET l; FLUSHALL; PING; GET k; FLUSHDB ASYNC; MULTI; FLUSHALL; GET k; EXEC; SET k 1",
    "a: RESET",
    "a: SET k 5; GET k; SET k 6; CLIENT TRACKINGINFO",
  ],
  "to others, in any database, by name": [
    "a: HELLO 3; CLIENT TRACKING ON; SELECT 1; GET k; GET l",
    "b: SET k 1; SET k 2",
    "b: RPUSH l 1 2 3; RPUSH l 4",
    "b: SELECT 1; GET k; DEL k; DEL l",
    "a: EXISTS k l; TYPE m; STRLEN n; TTL o; DBSIZE; OBJECT ENCODING p; SORT_RO q; XRANGE s - +",
    "b: MSET o 1 n 1 m 1 l 1 k 1 p 1; SADD q 1; XADD s 1-1 a b",
    "a: SMEMBERS q; ZRANGE z 0 -1; SINTERCARD 2 q r; ZUNION 2 z y; LCS u v; GEOSEARCH g FROMLONLAT 0 0 BYRADIUS 1 m",
    "b: ZADD z 1 a; SADD r 1; ZADD y 1 b; SET u 1; SET v 1; GEOADD g 0 0 a; SADD q 2",
    "a: GETEX k; GETSET k 2; INCR k; SORT q; BITFIELD k GET u8 0; PFCOUNT hll; XREAD STREAMS s 0",
    "b: SET k 3; SADD q 3; PFADD hll a; XADD s 2-1 a b; RENAME k l; COPY l k2; SWAPDB 0 1",
    "a: GET gone; GET gone2",
    "b: DEL gone; EXPIRE gone 1; GETDEL gone; PERSIST gone2; EXPIRE l 100; PERSIST l; EXPIRE l -1",
    "a: MGET x1 x2 x3 x1",
    "b: MSET x3 1 x1 1 x2 1",
  ],
  "RESP2 gets nothing of its own, and RESP3 what it read before": [
    "a: CLIENT TRACKING ON; GET k",
    "b: SET k 1",
    "a: GET k; HELLO 3",
    "b: SET k 2",
    "a: GET k; CLIENT TRACKING OFF",
    "b: SET k 3; SET k 4",
    "a: CLIENT TRACKING ON; GET k; CLIENT TRACKING OFF; CLIENT TRACKING ON",
    "b: SET k 5",
    "a: GET k; CLIENT TRACKING OFF; CLIENT TRACKING ON BCAST",
    "b: SET k 6; FLUSHALL",
  ],
  "to another client": [
    "r: PING",
    "a: CLIENT TRACKING ON REDIRECT @r; GET k; GET l",
    "b: SET k 1",
    "r: SUBSCRIBE __redis__:invalidate",
    "b: SET l 1",
    "a: GET k; SET k 2; GET l; MULTI; SET l 2; GET k; EXEC; FLUSHALL",
    "r: UNSUBSCRIBE; HELLO 3",
    "a: GET k",
    "r: SET k 3; PING",
    "a: GET k; HELLO 3; GET k",
    "r: SET k 4; GET k",
    "a: GET k; FLUSHALL; GET k; HELLO 2; FLUSHALL; GET k",
    "r: QUIT",
    "b: SET k 5; CLIENT LIST TYPE pubsub",
    "a: HELLO 3; GET k",
    "b: SET k 6; SET k 7",
    "a: GET k; CLIENT TRACKING ON",
    "b: SET k 8",
    "a: GET k; CLIENT TRACKING OFF; CLIENT TRACKING ON REDIRECT @a; GET k; SET k 9; GET k",
    "b: SET k 10",
  ],
  "prefixes, one message for a turn": [
    "a: HELLO 3; CLIENT TRACKING ON BCAST PREFIX a PREFIX b",
    "c: HELLO 3; CLIENT TRACKING ON BCAST",
    "d: HELLO 3; CLIENT TRACKING ON BCAST PREFIX b NOLOOP",
    "b: SET a1 1; SET b1 1; SET c1 1; DEL a1; INCR b2; PING",
    "d: SET b3 1; SET a3 1",
    "d: MULTI; SET b3 2; DEL b3; SET b4 1; EXEC; PING",
    "b: MULTI; SET b5 1; DEL b5; EXEC; RENAME b4 b6; RPUSH al 1; LPOP al",
    "d: EVAL return{redis.call('set',KEYS[1],1)} 1 b7; SET b7 2",
    "a: GET a1; SET a1 2; PING; CLIENT TRACKING ON BCAST PREFIX c; SET c1 3",
    "b: SELECT 3; SET a9 1; SWAPDB 3 4; SET a9 2; FLUSHDB",
    "b: SET a8 1; FLUSHALL; SET a8 1",
    "a: SET a2 1; CLIENT TRACKING OFF; SET a3 1",
    "e: HELLO 3; SET b9 1; CLIENT TRACKING ON BCAST; SET b8 1",
    "b: DEL nothing; GETDEL nothing; SADD s 1; SADD s 1; SREM s 2; SREM s 1; LPUSHX none 1; EXPIRE b9 10; EXPIRE b9 -1",
    "b: SINTERSTORE i none none2; SADD s2 1 2; SUNIONSTORE i s2; SINTERSTORE i none none2; COPY s2 s3; MOVE s3 1; SORT s2 STORE l2",
    "b: XADD x 1-1 a b; XGROUP CREATE x g 0; XREADGROUP GROUP g c STREAMS x >; XACK x g 1-1; XDEL x 1-1; XTRIM x MAXLEN 0",
    "b: SETRANGE r 3 x; APPEND r y; SETBIT r 1 1; BITOP NOT r2 r; PFADD p a; PFADD p a; GEOADD g 0 0 m; GETEX r PERSIST; RESTORE none 0 x",
  ],
  "OPTIN and OPTOUT, for the next request": [
    "a: HELLO 3; CLIENT TRACKING ON OPTIN; GET k; CLIENT CACHING YES; GET l; GET m",
    "b: MSET k 1 l 1 m 1",
    "a: CLIENT CACHING YES; CLIENT TRACKINGINFO; CLIENT GETNAME; GET k; CLIENT TRACKINGINFO; GET l",
    "b: MSET k 1 l 1 m 1",
    "a: CLIENT CACHING YES; MULTI; GET k; GET l; EXEC; GET m; CLIENT TRACKINGINFO",
    "b: MSET k 1 l 1 m 1",
    "a: MULTI; GET k; CLIENT CACHING YES; GET l; EXEC; GET m",
    "b: MSET k 1 l 1 m 1",
    "a: CLIENT CACHING YES; NOSUCH; GET k; CLIENT CACHING YES; CLIENT NOSUCH; GET l; CLIENT CACHING YES; GET; GET m",
    "b: MSET k 1 l 1 m 1",
    "a: CLIENT CACHING YES; EVAL return{redis.call('get',KEYS[1])} 2 k l",
    "b: MSET k 1 l 1 m 1",
    "a: CLIENT TRACKING OFF; CLIENT TRACKING ON OPTOUT; GET k; CLIENT CACHING NO; GET l; GET m",
    "b: MSET k 1 l 1 m 1",
  ],
  "scripts: what they declare, once they read": [
    "a: HELLO 3; CLIENT TRACKING ON",
    "a: EVAL return{redis.call('set',KEYS[1],1)} 2 k l",
    "b: MSET k 1 l 1",
    "a: EVAL return{redis.call('get','other')} 2 k l",
    "b: MSET k 1 l 1 other 1",
    "a: EVAL_RO return{redis.call('ping')} 2 k l; EVAL_RO return{redis.call('get','x')} 1 k",
    "b: MSET k 1 l 1 x 1",
    "a: EVAL return{redis.call('get','x'),redis.call('set',KEYS[1],2),redis.call('get','x')} 2 k l; PING",
    "b: MSET k 1 l 1 x 1",
    "a: MULTI; EVAL return{redis.call('exists','x')} 1 k; GET l; EXEC",
    "b: MSET k 1 l 1 x 1",
  ],
  "NOLOOP: not of one's own changes": [
    "a: HELLO 3; CLIENT TRACKING ON NOLOOP; GET k; SET k 1; GET k",
    "b: SET k 2; SET k 3",
    "a: GET k; MULTI; SET k 1; EXEC; EVAL return{redis.call('set',KEYS[1],1)} 1 k; GET k; FLUSHALL; SET k 1",
  ],
  "who waits gets its messages around the reply": [
    "a: HELLO 3; CLIENT TRACKING ON; LRANGE to 0 -1; BLMOVE from to LEFT LEFT 0",
    "b: RPUSH from x",
    "a: LRANGE to 0 -1; XREAD BLOCK 0 STREAMS s $",
    "b: SELECT 1; RPUSH to x; SELECT 0; XADD s 1-1 a b",
    "a: GET k; BLPOP q 0",
    "b: MULTI; SET k 1; RPUSH q 1; SET k 2; EXEC",
    "a: LRANGE q 0 -1; BLPOP q 0; GET k",
    "b: RPUSH q 1",
  ],
  "CLIENT REPLY does not keep messages back": [
    "a: HELLO 3; CLIENT TRACKING ON; GET k; CLIENT REPLY OFF",
    "b: SET k 1",
    "a: GET k; SET k 2; GET k",
    "b: SET k 3",
    "a: CLIENT REPLY ON; GET k; CLIENT REPLY SKIP; SET k 4; PING; GET k; CLIENT REPLY SKIP; GET k",
    "b: SET k 5",
  ],
  "messages of channels between": [
    "a: HELLO 3; CLIENT TRACKING ON; SUBSCRIBE ch; GET k",
    "b: MULTI; SET k 1; PUBLISH ch x; SET k 2; EXEC",
    "a: GET k; PUBLISH ch y; SET k 3; MULTI; GET k; SET k 4; EXEC; PUBLISH ch z; PING",
  ],
};

testConversations(conversations, { comparable: withoutIds });

function withoutIds(record: string): string {
  return record
    .replaceAll(/(tracking-redir-broken\\r\\n):\d+/g, "$1:id")
    .replaceAll(/(\$8\\r\\nredirect\\r\\n):[1-9]\d*/g, "$1:id")
    .replaceAll(/id=\d+ addr[^\n]*/g, "line");
}

// Without RENAME: who has read both keys is told of the old one first by Redis, of the new one by us.
const dataCalls = [
  ...["SET K v", "GET K", "INCR K", "DEL K", "EXPIRE K 100", "PERSIST K", "PEXPIRE K -1", "APPEND K x"],
  ...["COPY K K", "COPY K K REPLACE", "MOVE K 1", "MSET K 1 K 2", "MGET K K", "SETNX K z"],
  ...["LPUSH K a", "LPOP K", "SADD K a", "SREM K a", "HSET K f v", "HDEL K f", "ZADD K 1 a", "ZREM K a"],
  ...["FLUSHDB", "SWAPDB 0 1", "SELECT 0", "SELECT 1", "GETDEL K", "SUNIONSTORE K K K", "ZUNIONSTORE K 1 K"],
  ...["MULTI", "EXEC", "EXEC", "DISCARD", "MULTI; GET K; SET K 1; EXEC", "EXISTS K K", "TOUCH K", "SORT K"],
  ...["EVAL return{redis.call('get',KEYS[1])} 2 K K", "EVAL return{redis.call('set',KEYS[1],1)} 1 K"],
];
const ownCalls = [
  ...["CLIENT TRACKING ON", "CLIENT TRACKING OFF", "CLIENT TRACKING ON NOLOOP", "CLIENT TRACKING ON BCAST"],
  ...["CLIENT TRACKING ON BCAST PREFIX k", "CLIENT TRACKING ON OPTIN", "CLIENT TRACKING ON OPTOUT NOLOOP"],
  ...["CLIENT CACHING YES", "CLIENT CACHING NO", "CLIENT TRACKINGINFO", "HELLO 3", "HELLO 2", "RESET"],
  "CLIENT TRACKING ON BCAST PREFIX l NOLOOP",
];

function stepsOf(seed: number, count: number): string[] {
  const rng = new Rng(seed);
  const pick = (from: readonly string[]): string => from[rng.below(from.length)] as string;
  const steps = ["a: HELLO 3; CLIENT TRACKING ON", "b: HELLO 3", "c: HELLO 3; CLIENT TRACKING ON BCAST"];
  for (let i = 0; i < count; i++) {
    const name = pick(["a", "b", "c"]);
    const calls: string[] = [];
    for (let left = 1 + rng.below(4); left > 0; left--) {
      const from = rng.below(6) === 0 ? ownCalls : dataCalls;
      calls.push(pick(from).replaceAll(/\bK\b/g, () => pick(["k", "l", "{k}m"])));
    }
    steps.push(`${name}: ${calls.join("; ")}`);
  }
  return steps;
}

const asked = process.env["TRACKING_SEED"];
const seeds = asked === undefined ? [1, 2] : [Number(asked) >>> 0];
testConversations(
  Object.fromEntries(
    seeds.map((seed) => [`what three clients are told, TRACKING_SEED=${seed}`, stepsOf(seed, 200)]),
  ),
  { comparable: withoutIds },
);

const figure = (text: string, name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(text)?.[1]);

test("the table is bounded: keys over the limit are told as if they had changed, before the next reply", () => {
  const server = createTestServer({ config: { "tracking-table-max-keys": "10" } });
  const client = server.connect();
  client.run("HELLO", "3");
  client.run("CLIENT", "TRACKING", "ON");
  for (let i = 0; i < 11; i++) client.run("GET", `k${i}`);
  expect(client.run("PING")).toBe(">2\r\n$10\r\ninvalidate\r\n*1\r\n$2\r\nk0\r\n+PONG\r\n");
  expect(client.run("PING")).toBe("+PONG\r\n");
  const keys = Array.from({ length: 300 }, (_, i) => `m${i}`);
  client.run("MGET", ...keys);
  const other = server.connect();
  // Each request drops more than the one before, until the table is small enough.
  for (let i = 0; i < 3; i++) other.run("PING");
  expect(figure(other.run("INFO", "stats"), "tracking_total_keys")).toBe(10);
  expect(client.take().split("invalidate").length - 1).toBe(300);
  other.run("CONFIG", "SET", "tracking-table-max-keys", "4");
  expect(figure(other.run("INFO", "stats"), "tracking_total_keys")).toBe(4);
  expect(client.take().split("invalidate").length - 1).toBe(6);
});

test("a key that expires is told of, found by a read or by the cron, and one that is evicted before the reply", () => {
  const server = createTestServer();
  const [client, other] = [server.connect(), server.connect()];
  const message = (key: string): string => `>2\r\n$10\r\ninvalidate\r\n*1\r\n$${key.length}\r\n${key}\r\n`;
  client.run("HELLO", "3");
  client.run("CLIENT", "TRACKING", "ON");
  other.run("HELLO", "3");
  other.run("CLIENT", "TRACKING", "ON", "BCAST", "NOLOOP");
  other.run("SET", "k", "1", "PX", "50");
  client.run("GET", "k");
  server.advance(1000);
  expect([client.take(), other.take()]).toEqual([message("k"), message("k")]);
  client.run("SETEX", "volatile", 1000, "x");
  client.run("GET", "volatile");
  other.take();
  client.run("SETBIT", "large", 8_000_000, 0);
  const used = figure(client.run("INFO", "memory"), "used_memory");
  client.run("CONFIG", "SET", "maxmemory-policy", "volatile-random");
  client.run("CONFIG", "SET", "maxmemory", used - 100_000);
  expect(client.run("GETBIT", "large", 0)).toBe(`${message("volatile")}:0\r\n`);
});

test("INFO counts clients, keys, reads and prefixes, and CLIENT LIST shows who tracks", () => {
  const server = createTestServer();
  const [a, b, control] = [server.connect(), server.connect(), server.connect()];
  a.run("CLIENT", "TRACKING", "ON");
  a.run("MGET", "k", "l");
  b.run("CLIENT", "TRACKING", "ON");
  b.run("GET", "k");
  control.run("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "x", "PREFIX", "y");
  const info = control.run("INFO", "everything");
  const figures = ["clients", "total_keys", "total_items", "total_prefixes"].map((name) =>
    figure(info, `tracking_${name}`),
  );
  expect(figures).toEqual([3, 2, 3, 2]);
  expect(control.run("CLIENT", "LIST")).toMatch(/flags=t .*redir=0 .*\n.*flags=t .*\n.*flags=tB .*redir=0/);
  // What a client has read stays remembered without it, and goes with the next change.
  for (const each of [a, b, control]) each.run("RESET");
  expect(figure(control.run("INFO", "everything"), "tracking_total_items")).toBe(3);
  control.run("MSET", "k", 1, "l", 1);
  expect(figure(control.run("INFO", "everything"), "tracking_total_items")).toBe(0);
  expect(server.server.coordinator.shards.every(({ databases }) => databases.watched === undefined)).toBe(
    true,
  );
});
