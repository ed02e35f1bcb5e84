// Transactions answer a stock Redis 7.0's replies byte for byte, with several clients taking turns.

import { afterAll, beforeAll, expect, test } from "vitest";
import { converse, converseWithStock } from "../../testing/conversation.ts";
import { hasStockRedis } from "../../testing/stock-server.ts";
import { StockWire } from "../../testing/stock-wire.ts";
import { declarations } from "../registry.ts";

const commands = declarations;

const conversations: Readonly<Record<string, readonly string[]>> = {
  "queueing and running": [
    "a: MULTI; SET k 1; INCR k; GET k; EXEC; GET k",
    "a: EXEC; DISCARD; EXEC x; MULTI x; DISCARD x; EXEC; UNWATCH; UNWATCH x; WATCH",
    "a: MULTI; MULTI; GET k; EXEC",
    "a: MULTI; WATCH k; GET k; EXEC",
    "a: MULTI; EXEC; MULTI; DISCARD; EXEC",
    "a: MULTI; NOSUCH; GET k; EXEC; EXEC",
    "a: MULTI; GET; EXEC",
    "a: MULTI; CLIENT NOSUCH; EXEC",
    "a: MULTI; EXEC x; EXEC",
    "a: MULTI; DISCARD x; EXEC",
    "a: MULTI; MULTI x; EXEC",
    "a: MULTI; LCS; DISCARD; GET k",
    "a: MULTI; INCRBY k x; SET k y; INCR k; GET k; EXEC",
    "a: MULTI; SELECT 1; SET k one; EXEC; GET k; SELECT 0; GET k",
    "a: MULTI; UNWATCH; PING; ECHO hi; PING a b; EXEC",
    "a: MULTI; SET k 2; RESET; EXEC; GET k",
    "a: MULTI; HELLO 3; GET nokey; HELLO 2; GET nokey; EXEC",
    "a: HELLO 3; MULTI; GET nokey; EXEC; WATCH k; SET k 1; MULTI; EXEC; HELLO 2",
    "a: MULTI; CLIENT REPLY SKIP; GET k; EXEC; GET k; GET k",
    "a: CLIENT REPLY SKIP; MULTI; GET k; CLIENT REPLY SKIP; EXEC; PING",
    "a: CLIENT REPLY OFF; MULTI; SET k off; EXEC; CLIENT REPLY ON; GET k",
    "a: MULTI; CLIENT REPLY OFF; GET k; EXEC; GET k; CLIENT REPLY ON; GET k",
    "a: MULTI; GET k; CLIENT REPLY OFF; GET k; CLIENT REPLY ON; GET k; EXEC; GET k",
    "a: CLIENT REPLY OFF; MULTI; GET k; CLIENT REPLY ON; GET k; EXEC; GET k",
    "a: CLIENT REPLY SKIP; MULTI; CLIENT REPLY SKIP; EXEC; CLIENT REPLY SKIP; EXEC; GET k; MULTI; SET k z; CLIENT REPLY SKIP; EXEC; GET k",
    "a: MULTI; GET k; QUIT; EXEC",
  ],
  watching: [
    "a: SET k 1; WATCH k",
    "b: GET k; TTL k; TYPE k; TOUCH k",
    "a: MULTI; GET k; EXEC",
    "a: WATCH k",
    "b: SET k 1",
    "a: MULTI; SET k 2; EXEC; GET k; MULTI; GET k; EXEC",
    "a: WATCH k; SET k 3; MULTI; GET k; EXEC",
    "a: WATCH k; UNWATCH",
    "b: SET k 4",
    "a: MULTI; GET k; EXEC",
    "a: WATCH k; MULTI; PING; DISCARD",
    "b: SET k 5",
    "a: MULTI; GET k; EXEC",
    "a: WATCH k",
    "b: SELECT 1; SET k other",
    "a: MULTI; GET k; EXEC",
    "a: WATCH k; SELECT 2; WATCH k",
    "b: SELECT 0; SET k 6",
    "a: MULTI; GET k; EXEC; SELECT 0",
    "a: WATCH nokey",
    "b: DEL nokey; EXPIRE nokey 10; PERSIST nokey; APPEND nokey ; SETRANGE nokey 0 ",
    "a: MULTI; PING; EXEC",
    "a: SET k x; WATCH k",
    "b: EXPIRE k 100",
    "a: MULTI; PING; EXEC; WATCH k",
    "b: PERSIST k",
    "a: MULTI; PING; EXEC; WATCH k",
    "b: PEXPIRE k -1",
    "a: MULTI; PING; EXEC; WATCH k l",
    "b: SETNX k v; SETNX k v",
    "a: MULTI; PING; EXEC; WATCH k l",
    "b: RENAME k l",
    "a: MULTI; PING; EXEC; WATCH k",
    "b: COPY l k",
    "a: MULTI; PING; EXEC; WATCH k",
    "b: MOVE k 3",
    "a: MULTI; PING; EXEC; WATCH l l l",
    "b: UNLINK l",
    "a: MULTI; PING; EXEC",
    "b: SET q 1; FLUSHDB",
    "a: WATCH q",
    "b: FLUSHALL",
    "a: MULTI; PING; EXEC; SET q 1; WATCH q",
    "b: FLUSHDB",
    "a: MULTI; PING; EXEC; SET q 1; WATCH q",
    "b: SELECT 5; FLUSHDB; FLUSHALL; SELECT 0",
    "a: MULTI; PING; EXEC; WATCH q",
    "b: SWAPDB 0 1",
    "a: MULTI; PING; EXEC; SET q 1; WATCH q",
    "b: SWAPDB 0 1",
    "a: MULTI; PING; EXEC; WATCH q",
    "b: SWAPDB 0 1",
    "a: MULTI; PING; EXEC; WATCH q",
    "b: SWAPDB 2 3",
    "a: MULTI; PING; EXEC; WATCH q",
    "b: SWAPDB 0 0",
    "a: MULTI; PING; EXEC; WATCH q",
    "b: SET q 5; RESET",
    "a: WATCH other; MULTI; PING; EXEC; WATCH q; RESET",
    "b: SET q 6",
    "a: MULTI; PING; EXEC; WATCH nobit",
    "b: SETBIT nobit 1 0; BITOP AND nobit none none2",
    "a: MULTI; PING; EXEC",
    "b: SET s abc",
    "a: WATCH s",
    "b: GETEX s; SETRANGE s 0 ; BITCOUNT s; GETDEL none; HGET none f; HDEL none f; GETEX s PERSIST",
    "a: MULTI; PING; EXEC; WATCH h",
    "b: HSET h f v",
    "a: MULTI; PING; EXEC; WATCH h",
    "b: HSET h f v",
    "a: MULTI; PING; EXEC; WATCH h",
    "b: HSETNX h f v; HDEL h g",
    "a: MULTI; PING; EXEC; WATCH h",
    "b: HDEL h f",
    "a: MULTI; PING; EXEC",
  ],
  monitors: [
    "m: MONITOR",
    "a: MULTI; SET k v; GET k; EXEC",
    "a: MULTI; NOSUCH; EXEC; MULTI; SET a b; DISCARD; EXEC; WATCH k; SET k v; MULTI; GET k; EXEC",
    "a: MULTI; GET k; EXEC x; EXEC; MULTI; CONFIG GET timeout; AUTH x; EXEC",
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

test.skipIf(!isStock).each(Object.keys(conversations))(
  "%s: as redis-server, with 1 and 4 shards",
  async (name) => {
    const steps = conversations[name] ?? [];
    const theirs = comparable(await converseWithStock(steps, stock as StockWire));
    expect(comparable(converse(steps, { commands }))).toEqual(theirs);
    expect(comparable(converse(steps, { commands, shards: 4 }))).toEqual(theirs);
  },
);

// Client ids, versions, times and addresses differ.
function comparable(record: readonly string[]): string {
  return record
    .join("\n")
    .replaceAll(/\$2\\r\\nid\\r\\n:\d+/g, "id")
    .replaceAll(/\+\d+\.\d{6} \[(\d+) [^\]]*\]/g, "+time [$1 address]");
}
