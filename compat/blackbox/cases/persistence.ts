// Snapshots: conversations. When one is written in the background, the case waits for nothing: it may still be.

import type { Case } from "./case.ts";

export const persistenceCases: readonly Case[] = [
  {
    name: "SAVE and LASTSAVE",
    calls: [
      "SET key value",
      "SAVE",
      "SAVE x",
      "LASTSAVE",
      "LASTSAVE x",
      "MULTI",
      "SAVE",
      "SET key other",
      "EXEC",
      "GET key",
    ],
  },
  {
    name: "BGSAVE refuses what it does not know",
    calls: [
      "BGSAVE x",
      "BGSAVE SCHEDULE x",
      "BGSAVE SCHEDULE SCHEDULE",
      "EVAL \"return redis.call('bgsave')\" 0",
    ],
  },
  {
    name: "BGREWRITEAOF refuses what it does not know",
    calls: ["BGREWRITEAOF x", "EVAL \"return redis.call('bgrewriteaof')\" 0"],
  },
  {
    name: "DEBUG RELOAD",
    calls: [
      "SET string value",
      "HSET hash field value",
      "RPUSH list a b c",
      "SADD set a b",
      "ZADD zset 1 a 2 b",
      "XADD stream 1-1 field value",
      "EXPIREAT string 33177117420",
      "DEBUG RELOAD",
      "GET string",
      "EXPIRETIME string",
      "HGETALL hash",
      "LRANGE list 0 -1",
      "SCARD set",
      "ZRANGE zset 0 -1 WITHSCORES",
      "XRANGE stream - +",
      "SET string other",
      "DEBUG RELOAD NOSAVE NOFLUSH MERGE",
      "GET string",
      "DEBUG RELOAD NONSENSE",
    ],
  },
];
