// What several clients see of sorted sets: waiting for members, and events of keys.

import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";
import { testConversations } from "../../testing/stock-stories.ts";

const conversations: Readonly<Record<string, readonly string[]>> = {
  waiting: [
    "a: BZPOPMIN z y 0",
    "b: BZPOPMAX z 0",
    "d: BZMPOP 0 2 y z MIN COUNT 2",
    "c: ZADD z 1 one 2 two; SET y x; DEL y; ZADD z 3 three 4 four 5 five; ZRANGE z 0 -1",
    "c: MULTI; BZPOPMIN none 0; BZMPOP 0 1 none MAX; EXEC",
    "a: BZPOPMAX n z 0; BZMPOP 0 2 n z MAX COUNT 9; EXISTS z",
    "a: BZPOPMIN q 0",
    "b: BZPOPMIN q r 0",
    "c: MULTI; ZADD r 1 a; ZADD q 2 b; EXEC; EXISTS q r",
    "a: BZMPOP 0 2 u v MAX",
    "c: SET u text; ZUNIONSTORE v 1 none; ZADD w 1 x; ZRANGESTORE v w 0 -1; EXISTS v",
    "a: BZPOPMIN k 0",
    "c: ZADD l 1 x; RENAME l k; EXISTS k",
    "a: BZPOPMIN k -1; BZPOPMIN k x; BZPOPMIN u 0; BZPOPMIN n u 0; BZMPOP x 1 k MIN; BZMPOP 0 0 k MIN; BZMPOP 0 1 k MID",
    "a: BZMPOP -1 1 k MIN; BZMPOP 0 1 k MIN COUNT 0; BZMPOP 0 1 k MIN COUNT 1 COUNT 1; BZMPOP 0 2 k MIN; BZMPOP x 0 k MIN; BZMPOP 0 1 u MIN",
    "a: HELLO 3; BZPOPMIN q 0",
    "c: ZADD q 1.5 m",
    "a: BZMPOP 0 1 q MAX COUNT 2",
    "c: ZADD q 1.5 m 2.5 n 3 o",
    "c: GEOADD h 1 2 place; DBSIZE",
    "a: BZPOPMIN over 0",
    "c: SET over text; ZADD other 1 m; ZUNIONSTORE over 1 other; ZCARD over; ZADD over 2 n; ZCARD over",
    "c: DEL over; ZADD over 3 o",
    "a: BZPOPMAX geo 0",
    "c: GEOSEARCHSTORE geo h FROMLONLAT 1 2 BYRADIUS 1 km; EXISTS geo",
  ],
  events: [
    "c: CONFIG SET notify-keyspace-events KEAn",
    "a: PSUBSCRIBE __key*__:*",
    "c: ZADD z 1 a 2 b 3 c; ZADD z 1 a; ZADD z NX 5 a; ZADD z XX CH 5 a; ZADD z INCR 1 b; ZINCRBY z 0 b; ZINCRBY z 1 new",
    "c: ZREM z none; ZREM z a; ZREMRANGEBYRANK z 0 0; ZREMRANGEBYSCORE z 0 1; ZREMRANGEBYLEX z - +; EXISTS z",
    "c: ZADD z 1 a 2 b 3 c 4 d 5 e 6 f; ZPOPMIN z; ZPOPMAX z 2; ZMPOP 1 z MIN; ZREMRANGEBYSCORE z 5 4; ZREMRANGEBYSCORE z 3 4; EXISTS z",
    "c: ZADD z 1 a; ZREM z a; ZADD z 1 a; ZPOPMIN z; ZADD z 1 a; ZMPOP 2 n z MAX; ZADD z 1 a; BZPOPMIN n z 0",
    "c: ZADD x 1 a 2 b; ZADD y 1 b; ZUNIONSTORE d 2 x y; ZINTERSTORE d 2 x y; ZDIFFSTORE d 2 x y; ZRANGESTORE d x 0 -1",
    "c: ZUNIONSTORE d 1 n; ZUNIONSTORE d 1 n; SET d x; ZINTERSTORE d 2 x n; SET d x; ZDIFFSTORE d 2 x x; SET d x; ZRANGESTORE d x 5 9",
    "c: GEOADD g 1 2 a 3 4 b; GEORADIUS g 1 2 900 km STORE d; GEOSEARCHSTORE d g FROMMEMBER a BYBOX 1 1 m STOREDIST; GEORADIUSBYMEMBER g b 1 m STOREDIST d",
    "c: GEORADIUS g 50 50 1 m STORE d; GEORADIUSBYMEMBER n a 1 m STORE d; SET d x; GEOSEARCHSTORE d n FROMMEMBER a BYRADIUS 1 m",
  ],
};

testConversations(conversations);

test("who waits in vain is answered when the time is over, and takes nothing afterwards", () => {
  const server = createTestServer();
  const waiter = server.connect();
  expect(waiter.run("BZPOPMIN", "z", "1.5")).toBe("");
  server.advance(1499);
  expect(waiter.take()).toBe("");
  server.advance(1);
  expect(waiter.take()).toBe("*-1\r\n");
  expect(waiter.run("BZMPOP", "0.1", "1", "z", "MIN")).toBe("");
  server.advance(200);
  expect(waiter.take()).toBe("*-1\r\n");
  expect(server.run("ZADD", "z", "1", "a")).toBe(":1\r\n");
  expect([waiter.take(), server.run("ZCARD", "z")]).toEqual(["", ":1\r\n"]);
});
