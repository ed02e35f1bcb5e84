// What others see of the changes of sets: events of keys, changes counted, and watched keys.

import { testChangeCounts, testConversations } from "../../testing/stock-stories.ts";

const conversations: Readonly<Record<string, readonly string[]>> = {
  events: [
    "c: CONFIG SET notify-keyspace-events KEAmn",
    "a: PSUBSCRIBE __key*__:*",
    "c: SADD s a; SADD s a; SADD s b c d; SREM s x; SREM s a; SREM s b c d; SADD s a; SPOP s; SADD s a; SPOP s 0",
    "c: SPOP s 1; SADD s a b; CLIENT REPLY SKIP; SPOP s 1; CLIENT REPLY SKIP; SPOP s 1; SADD s 1 2; SPOP s 9; SPOP s; SPOP s 1; SRANDMEMBER s; SRANDMEMBER s 1",
    "c: SADD s 1 2; SMOVE s t 1; SMOVE s t 9; SADD t 2; SMOVE s t 2; SMOVE s t 2; SMOVE t t 1; SMOVE t t 9; SMOVE t u 1",
    "c: SADD x 1 2 3; SADD y 2; SUNIONSTORE d x y; SINTERSTORE d x y; SDIFFSTORE d x y; SUNIONSTORE d n; SUNIONSTORE d n",
    "c: SET d v; SINTERSTORE d x n; SET d v; SDIFFSTORE d x x; SET d v; SDIFFSTORE d x y; SDIFFSTORE x x y; SINTERSTORE x x n",
    "c: SCARD n; SISMEMBER n 1; SMISMEMBER n 1 2; SMEMBERS n; SINTER y n; SUNION n y; SDIFF n y; SINTERCARD 2 n y; SSCAN n 0",
  ],
  "watched keys": [
    "a: SADD s 1 2 3; SADD t 1",
    "a: WATCH s",
    "b: SADD s 1; SREM s 9; SPOP s 0; SMOVE s s 1; CLIENT REPLY SKIP; SRANDMEMBER s; SMOVE s t 9",
    "a: MULTI; SCARD s; EXEC",
    "a: WATCH t",
    "b: SMOVE s t 1",
    "a: MULTI; SCARD s; EXEC; WATCH t",
    "b: SMOVE s t 2",
    "a: MULTI; SCARD s; EXEC; WATCH t",
    "b: SINTERSTORE t n t",
    "a: MULTI; EXISTS t; EXEC; WATCH t",
    "b: SINTERSTORE t n t",
    "a: MULTI; EXISTS t; EXEC",
  ],
};

testConversations(conversations);

testChangeCounts([
  "SADD s 1 2 3 a; SADD s 1; SREM s 1 9; SMOVE s t 2; SMOVE s t 2; SMOVE s t 3; SADD s b c d; SPOP s",
  "SPOP s 2; SPOP s 9; SADD s 1 2 3; SADD t 1 2; SUNIONSTORE d s t; SINTERSTORE d s t; SDIFFSTORE d s t",
  "SDIFFSTORE d s s; SDIFFSTORE d s s; SET d v; SUNIONSTORE d s; SMOVE t s 1; SPOP s 0; SMOVE s s 1",
]);
