import { afterAll, expect, test } from "vitest";
import { converseWithStock } from "../../../src/testing/conversation.ts";
import { hasStockRedis } from "../../../src/testing/stock-server.ts";
import { StockWire } from "../../../src/testing/stock-wire.ts";
import { differencesIn } from "../../conversations.ts";
import { Oracle } from "../../oracle.ts";

const wire = hasStockRedis() ? await StockWire.start() : undefined;

afterAll(() => wire?.stop());

const made =
  "a: SADD s a b; HSET h f v; ZADD z 1 a; RPUSH l a b a; RPUSH w 1 1; PFADD p a; SET n 1; SET e x EX 1000";
const watched = "a: WATCH n l s z h p e w none q n2 newp";

// Each on a server of its own: calls that write, and such that might but do not.
const calls = `
SETRANGE n 0 
SETRANGE n 0 1
GETEX n
GETEX n PERSIST
GETEX e PERSIST
PERSIST n
EXPIRE n 5 XX
EXPIRE e 5 NX
SET n 1 NX
SETNX n 1
MSETNX n 1 q 1
APPEND n 
SETBIT n 0 0
INCRBY n 0
INCRBYFLOAT n 0
DECRBY n 0
BITFIELD n GET u8 0
BITFIELD n SET u8 0 49
BITFIELD n INCRBY u8 0 0
BITFIELD n OVERFLOW FAIL INCRBY u8 0 1000
BITFIELD n OVERFLOW FAIL INCRBY u2 0 3
GETEX n EX 100
GETEX n EXAT 1
RENAMENX n n
RENAME n n
COPY n n2
COPY n n2 REPLACE
COPY h n
COPY h n REPLACE
GETSET n 1
SET n 1 GET
SET n 1 XX
SET n 1 KEEPTTL
GETDEL n
BITOP AND n none none2
BITOP OR n n n
LTRIM l 0 -1
LTRIM l 0 100
LREM l 0 zz
LSET l 0 a
LINSERT l BEFORE a a
LINSERT l BEFORE q a
LMOVE l l LEFT RIGHT
LMOVE l w LEFT RIGHT
LMOVE none l LEFT RIGHT
RPOPLPUSH l l
LPOP l 0
LPOP l
LMPOP 1 l LEFT
LMPOP 2 none l LEFT
BLPOP l 0
BRPOP none l 0
BLMOVE l w LEFT LEFT 0
LPUSHX l a
RPUSHX none a
SORT l ALPHA STORE l
SORT none STORE l
SORT none STORE none
SADD s a
SADD s c
SREM s x
SREM s a
SMOVE s s a
SMOVE s q a
SMOVE q s a
SMOVE s q none
SPOP s 0
SPOP s
SPOP s 10
SINTERSTORE s none
SINTERSTORE s s s
SUNIONSTORE s s
SDIFFSTORE s s s
SDIFFSTORE none none
ZADD z 1 a
ZADD z CH 1 a
ZADD z INCR 0 a
ZADD z NX 5 a
ZADD z GT 0 a
ZADD z 3 a
ZADD z XX 1 q
ZINCRBY z 0 a
ZINCRBY z 1 a
ZREM z none
ZREM z a
ZREMRANGEBYSCORE z 5 6
ZREMRANGEBYRANK z 0 0
ZREMRANGEBYRANK z 5 5
ZREMRANGEBYLEX z [x [y
ZPOPMIN z
ZPOPMIN z 0
ZPOPMAX none
ZMPOP 1 z MIN
ZRANGESTORE z z 0 -1
ZRANGESTORE z none 0 -1
ZRANGESTORE none none 0 -1
ZUNIONSTORE z 1 z
ZUNIONSTORE z 1 none
ZUNIONSTORE none 1 none
HSET h f v
HSETNX h f v
HSETNX h g v
HDEL h q
HDEL h f
HINCRBY h n 0
HINCRBY h f 1
HINCRBYFLOAT h n 0
HMSET h f v
PFADD p a
PFADD p
PFADD p b
PFADD newp
PFCOUNT p
PFMERGE p
PFMERGE p p
PFMERGE newp
PFMERGE newp none
MSET n 1
DEL n
UNLINK n
DEL none
TOUCH n
MOVE n 1
MOVE none 1
EXPIRE n 100
EXPIRE none 100
EXPIRE n -1
PEXPIREAT e 1
EXPIRE e 1 GT
RESTORE n 0 bad
FLUSHDB
FLUSHALL
SWAPDB 0 1
SWAPDB 0 0
SWAPDB 2 3
OBJECT ENCODING n
DUMP n
SETEX n 10 1
PSETEX n 10 x
SETEX n 0 1
INCR l
LCS n e
HGETALL h
SELECT 1; SET n 5
SCAN 0
SETRANGE none 0 
SETRANGE none 0 a
APPEND none 
GETEX none EX 10
PERSIST e
SUBSTR n 0 1
`;

test.skipIf(wire === undefined)(
  "a call changes a watched key where a stock server says so",
  async () => {
    const differences: string[] = [];
    // A line may end in a space: then its last word is empty.
    for (const call of calls.split("\n").filter((line) => line !== "")) {
      const steps = [made, watched, `b: ${call}`, "a: MULTI; PING; EXEC"];
      const record = await converseWithStock(steps, wire as StockWire);
      const oracle = new Oracle({ timeToleranceMs: 5000 });
      differences.push(...differencesIn(oracle, record, Date.now()));
    }
    expect(differences).toEqual([]);
  },
  20_000,
);
