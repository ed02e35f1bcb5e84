// Blocking commands answer a stock Redis 7.0's replies byte for byte, with several clients taking turns.

import { afterAll, beforeAll, expect, test } from "vitest";
import { converse, converseWithStock } from "../testing/conversation.ts";
import { hasStockRedis } from "../testing/stock-server.ts";
import { StockWire } from "../testing/stock-wire.ts";

const conversations: Readonly<Record<string, readonly string[]>> = {
  lists: [
    "a: BLPOP k l 0",
    "b: BRPOP k 0; SET after 1",
    "c: RPUSH k 1 2 3; LRANGE k 0 -1",
    "a: BLMOVE k m LEFT RIGHT 0; BLMOVE k m LEFT RIGHT 0; GET after",
    "b: BRPOPLPUSH m n 0",
    "d: BLMPOP 0 2 n o LEFT COUNT 10",
    "c: RPUSH k x; EXISTS k m n o",
    "c: CLIENT UNBLOCK x; SET n text; RPUSH k y; DEL n; RPUSH n a b",
    "a: BLPOP k 0",
    "c: SET k text; LPUSH l x; DEL k; SADD k x; RENAME k q; LPUSH q2 v; RENAME q2 k",
    "a: BLPOP s t 0",
    "b: BLPOP t s 0",
    "c: MULTI; LPUSH t 1; LPUSH s 2; EXEC; EXISTS s t",
    "a: BLPOP s 0",
    "c: MULTI; LPUSH s 1; DEL s; EXEC; MULTI; LPUSH s 1; LPOP s; RPUSH s 5; EXEC",
    "c: MULTI; BLPOP none 0; BLMOVE none x LEFT LEFT 0; BRPOPLPUSH none x 0; BLMPOP 0 1 none LEFT; EXEC",
    "a: BLPOP w 0",
    "c: SELECT 1; LPUSH w other; SELECT 0; EXISTS w; SWAPDB 0 1; SWAPDB 0 1",
    "a: BLPOP w w w 0",
    "c: LPUSH source v; COPY source w; LPUSH w z; LPUSH w y",
    "a: BLPOP x 0",
    "b: BLPOP x 0",
    "d: BLPOP x 0",
    "c: LPUSH x 1 2; LPUSH x 3 4; LLEN x; DEL x",
    "a: BLMOVE from wrong LEFT LEFT 0",
    "c: SET wrong text; RPUSH from 1; LRANGE from 0 -1; DEL from",
    "a: BLMOVE r r LEFT RIGHT 0",
    "b: BLMOVE r r LEFT RIGHT 0",
    "c: RPUSH r 1 2 3; LRANGE r 0 -1",
    "a: BLPOP x -1; BLPOP x y; BLPOP wrong 0; BLPOP r wrong 0; BLMPOP x 1 k LEFT; BLMOVE x y UP LEFT 0",
    "a: HELLO 3; BLPOP none 0",
    "c: LPUSH none v",
    "a: CLIENT REPLY SKIP; BLPOP none 0; PING",
    "c: LPUSH none v",
  ],
  "sorted sets": [
    "a: BZPOPMIN z y 0",
    "b: BZPOPMAX z 0",
    "d: BZMPOP 0 2 y z MIN COUNT 2",
    "c: ZADD z 1 one 2 two; LPUSH y x; DEL y; ZADD z 3 three 4 four 5 five; ZRANGE z 0 -1",
    "c: MULTI; BZPOPMIN none 0; BZMPOP 0 1 none MAX; EXEC",
    "a: HELLO 3; BZPOPMIN q 0",
    "c: ZADD q 1.5 m",
  ],
};

const isStock = hasStockRedis();
let stock: StockWire | undefined;

beforeAll(async () => {
  if (isStock) stock = await StockWire.start();
});
afterAll(async () => {
  await stock?.stop();
});

for (const [name, steps] of Object.entries(conversations)) {
  test.skipIf(!isStock)(`${name}: as redis-server, with 1 and 4 shards`, async () => {
    const theirs = comparable(await converseWithStock(steps, stock as StockWire));
    expect(comparable(converse(steps))).toEqual(theirs);
    expect(comparable(converse(steps, { shards: 4 }))).toEqual(theirs);
  });
}

function comparable(record: readonly string[]): string {
  return record.join("\n").replaceAll(/\$2\\r\\nid\\r\\n:\d+/g, "id");
}
