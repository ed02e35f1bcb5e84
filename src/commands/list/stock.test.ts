// Lists answer a stock Redis 7.0's replies byte for byte: stories, random calls, and several clients in turn.

import { expect, test } from "vitest";
import type { Rng } from "../../lib/rng.ts";
import { createTestServer } from "../../testing/command-runner.ts";
import { testRandomCalls } from "../../testing/family-differential.ts";
import {
  isStock,
  testArgumentDocs,
  testConversations,
  testStories,
  withStockRedis,
} from "../../testing/stock-stories.ts";
import { listCommands } from "./all.ts";

const max = "9223372036854775807";
const min = "-9223372036854775808";

const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    "LPUSH; LPUSH l; RPUSH l; LPUSHX l; RPUSHX l; LPOP; LPOP l 1 2; RPOP l 1 2; RPOP l x 2; LLEN; LLEN l x",
    "LRANGE l 0; LRANGE l 0 1 2; LINDEX l; LSET l 0; LINSERT l BEFORE a; LREM l 0; LTRIM l 0; LPOS l",
    "LMOVE a b LEFT; RPOPLPUSH a; RPOPLPUSH a b c; LMPOP; LMPOP 1 l; BLPOP l; BRPOP l; BLMPOP 0 1 l; BLMOVE a b LEFT LEFT",
    "BRPOPLPUSH a b; SET s text; LPUSH s a; RPUSH s a; LPUSHX s a; RPUSHX s a; LPOP s; RPOP s; LPOP s x; LPOP s 0",
    "RPOP s -1; LLEN s; LRANGE s 0 -1; LRANGE s x 1; LINDEX s 0; LINDEX s x; LSET s 0 a; LSET s x a",
    "LINSERT s BEFORE a b; LINSERT s MIDDLE a b; LREM s 0 a; LREM s x a; LTRIM s 0 -1; LTRIM s x y; LPOS s a",
    "LPOS s a RANK 0; LMOVE s l LEFT LEFT; LMOVE s s LEFT LEFT; LMOVE s l UP LEFT; RPOPLPUSH s l; LMPOP 1 s LEFT",
    "LMPOP 2 n s LEFT; BLPOP s 0; BRPOP n s 0; BLMPOP 0 1 s LEFT; BLMOVE s l LEFT LEFT 0; BRPOPLPUSH s l 0",
    "RPUSH l a; LMOVE l s LEFT LEFT; RPOPLPUSH l s; LMOVE n s LEFT LEFT; RPOPLPUSH n s; BLMOVE l s LEFT LEFT 0",
    "LRANGE l 0 -1; GET l; INCR l; STRLEN l; TYPE l; SET l x NX; SET l x; TYPE l",
  ],
  "a list that is not there": [
    "LPUSHX l a; RPUSHX l a b; LPOP l; RPOP l; LPOP l 0; LPOP l 2; RPOP l 2; LPOP l -1; LPOP l x; LLEN l; LRANGE l 0 -1",
    "LRANGE l x 0; LINDEX l 0; LINDEX l x; LSET l 0 a; LSET l x a; LINSERT l BEFORE a b; LREM l 0 a; LREM l x a",
    "LTRIM l 0 1; LTRIM l x 1; LPOS l a; LPOS l a COUNT 0; LPOS l a COUNT -1; LPOS l a RANK x; LMOVE l m LEFT RIGHT",
    "RPOPLPUSH l m; RPOPLPUSH l l; LMPOP 1 l LEFT; LMPOP 2 l m RIGHT COUNT 4; EXISTS l m",
  ],
  "both ends": [
    "LPUSH l a b c; RPUSH l d e; LPUSHX l f g; RPUSHX l h; LRANGE l 0 -1; LLEN l; LPOP l; RPOP l; LPOP l 2; RPOP l 2",
    "LRANGE l 0 -1; LPOP l 0; RPOP l 0; LPOP l 99; EXISTS l; RPUSH l a b c; RPOP l 99; EXISTS l; RPUSH l a",
    `LPOP l; EXISTS l; RPUSH l 1 2 3; LPOP l ${max}; RPUSH l 1; LPOP l 9223372036854775808; LPOP l ${min}; LPOP l 1.5`,
    'RPUSH l "" 007 7 -0 +1 9007199254740993; LRANGE l 0 -1; LPOS l 7; LPOS l ""; LREM l 0 007; LRANGE l 0 -1',
  ],
  indexes: [
    "RPUSH l a b c d e; LINDEX l 0; LINDEX l 4; LINDEX l 5; LINDEX l -1; LINDEX l -5; LINDEX l -6; LINDEX l 1.0",
    `LINDEX l ${max}; LINDEX l ${min}; LRANGE l ${min} ${max}; LRANGE l ${max} ${min}; LRANGE l 1 3; LRANGE l -3 -2`,
    "LRANGE l 3 1; LRANGE l -100 1; LRANGE l 4 100; LRANGE l 5 100; LRANGE l -1 -1; LRANGE l 0 -6; LRANGE l 0 x",
    "LSET l 0 A; LSET l -1 E; LSET l 5 x; LSET l -6 x; LSET l 2 12345; LSET l 3 a-longer-one; LRANGE l 0 -1",
    "LTRIM l 0 -1; LTRIM l 1 3; LRANGE l 0 -1; LTRIM l -2 100; LRANGE l 0 -1; LTRIM l 2 1; EXISTS l",
    "RPUSH l a b c; LTRIM l 3 9; EXISTS l; RPUSH l a b c; LTRIM l -1 -2; EXISTS l; RPUSH l a b c; LTRIM l -9 -4; EXISTS l",
  ],
  "equal elements": [
    "RPUSH l a b a c a b; LINSERT l before b x; LINSERT l AFTER b y; LINSERT l AFTER none z; LRANGE l 0 -1",
    "LINSERT l BEFORE a first; LPUSH l last; LINSERT l AFTER b 5; LRANGE l 0 -1; LREM l 1 a; LRANGE l 0 -1; LREM l -1 b",
    "LRANGE l 0 -1; LREM l 0 a; LRANGE l 0 -1; LREM l 5 none; LREM l -9 x; RPUSH m a a a; LREM m -2 a; LREM m 0 a; EXISTS m",
    `RPUSH m a b a a; LREM m ${max} a; LRANGE m 0 -1; RPUSH m a; LREM m ${min} a; LRANGE m 0 -1; DEL m`,
    "RPUSH m 1 2 1 2 1 2 1; LPOS m 1; LPOS m 1 RANK 2; LPOS m 1 RANK -1; LPOS m 1 RANK 5; LPOS m 1 COUNT 0; LPOS m 1 COUNT 2",
    "LPOS m 1 COUNT 0 RANK -2; LPOS m 1 COUNT 2 RANK 2; LPOS m 1 MAXLEN 2 COUNT 0; LPOS m 2 MAXLEN 1; LPOS m 2 MAXLEN 1 COUNT 0",
    "LPOS m 1 RANK -1 MAXLEN 3 COUNT 0; LPOS m 1 RANK -2 MAXLEN 1; LPOS m 1 RANK 0; LPOS m 1 RANK x; LPOS m 1 COUNT -1",
    "LPOS m 1 COUNT x; LPOS m 1 MAXLEN -1; LPOS m 1 MAXLEN x; LPOS m 1 MAXLEN; LPOS m 1 NOPE 1; LPOS m 1 RANK 1 COUNT",
    `LPOS m 1 RANK ${min}; LPOS m 1 RANK ${min} COUNT 1; LPOS m 1 COUNT 2 RANK ${min}; LPOS m 1 RANK ${max} COUNT 0`,
    `LPOS m 1 COUNT ${max}; LPOS m 1 MAXLEN ${max}; LPOS m 1 rank 1 Rank 2 count 1 COUNT 3`,
  ],
  "from list to list": [
    "RPUSH l a b c; LMOVE l m LEFT RIGHT; LMOVE l m RIGHT LEFT; LRANGE m 0 -1; LMOVE l m left left; EXISTS l; LRANGE m 0 -1",
    "RPOPLPUSH m m; LRANGE m 0 -1; LMOVE m m LEFT RIGHT; LMOVE m m RIGHT RIGHT; LMOVE m m LEFT LEFT; LRANGE m 0 -1",
    "RPUSH one x; EXPIREAT one 4102444800; RPOPLPUSH one one; EXPIRETIME one; LMOVE one one LEFT LEFT; EXPIRETIME one",
    "LMOVE m n MIDDLE LEFT; LMOVE m n LEFT MIDDLE; LMOVE x y MIDDLE LEFT; RPOPLPUSH m n; RPUSH n 12345678901234567890 -5",
    "RPOPLPUSH n n; LMOVE n m RIGHT LEFT; LRANGE m 0 -1; LRANGE n 0 -1",
  ],
  "the first of several": [
    "RPUSH l a b c d e; LMPOP 1 l LEFT; LMPOP 2 n l RIGHT; LMPOP 2 n l left COUNT 2; LMPOP 1 l RIGHT COUNT 9; EXISTS l",
    "LMPOP 0 l LEFT; LMPOP x l LEFT; LMPOP -1 l LEFT; LMPOP 2 l LEFT; LMPOP 1 l UP; LMPOP 1 l LEFT COUNT; LMPOP 1 l LEFT COUNT 0",
    "LMPOP 1 l LEFT COUNT x; LMPOP 1 l LEFT COUNT 1 COUNT 1; LMPOP 1 l LEFT NOPE 1; LMPOP 1 l m LEFT; LMPOP 9 l LEFT",
    `LMPOP ${max} l LEFT; RPUSH l a b; LMPOP 1 l LEFT COUNT ${max}; RPUSH l a; BLPOP n l 0; RPUSH l a b; BRPOP l n 0`,
    "BLMPOP 0 2 n l LEFT COUNT 5; BLPOP l -1; BLPOP l x; BRPOP l nan; BLMPOP x 1 l LEFT; BLMPOP -1 1 l LEFT; BLMPOP 0 0 l LEFT",
    "BLMPOP x 0 l LEFT; BLMPOP 0 1 l UP; BLMPOP 0 1 l LEFT COUNT 0; BLMOVE l m UP LEFT x; BLMOVE l m LEFT LEFT x",
    "BLMOVE l m LEFT LEFT -1; BRPOPLPUSH l m x; BRPOPLPUSH l m -1; RPUSH l a b; BLMOVE l m LEFT LEFT 0; BRPOPLPUSH l m 0; LRANGE m 0 -1",
  ],
  "keys that hold lists": [
    "RPUSH l a b c; OBJECT ENCODING l; OBJECT REFCOUNT l; TYPE l; EXPIREAT l 4102444800; RPUSH l d; EXPIRETIME l; PERSIST l",
    "MOVE l 3; EXISTS l; SELECT 3; LRANGE l 0 -1; MOVE l 0; SELECT 0; COPY l m; RPUSH m x; LRANGE l 0 -1; LRANGE m 0 -1",
    "COPY l m; COPY l m REPLACE; RENAME l k; LRANGE k 0 -1; DEL m; SCAN 0 TYPE list; SCAN 0 TYPE set; TOUCH k; DUMP k; UNLINK k; DBSIZE",
  ],
  "docs of the commands": [
    "COMMAND INFO lpush rpush lpushx rpushx lpop rpop llen lrange lindex lset linsert lrem ltrim lpos lmove rpoplpush lmpop",
    "COMMAND INFO blpop brpop blmove brpoplpush blmpop; COMMAND GETKEYS BLPOP a b 0; COMMAND GETKEYS LMPOP 2 a b LEFT",
    "COMMAND GETKEYSANDFLAGS BLMPOP 0 2 a b LEFT; COMMAND GETKEYSANDFLAGS LMOVE a b LEFT LEFT; COMMAND GETKEYS LMPOP 3 a b LEFT",
  ],
};

testStories(stories);

testArgumentDocs(listCommands.map(({ name }) => name));

test.skipIf(!isStock)("DEBUG OBJECT tells the parts that Redis keeps a list in", () =>
  withStockRedis(
    async (stock) => {
      const server = createTestServer({ config: { "enable-debug-command": "yes" } });
      const long = Array.from({ length: 400 }, (_, i) => "x".repeat(i));
      for (const [key, size, elements] of [
        ["a", "-2", ["one", "2", "-300"]],
        ["b", "-2", long],
        ["c", "5", ["1", "2", "3", "4", "5", "6", "7"]],
      ] as const) {
        for (const call of [
          ["CONFIG", "SET", "list-max-listpack-size", size],
          ["RPUSH", key, ...elements],
        ]) {
          expect(server.run(...call)).toEqual(await stock.run(...call));
        }
        const partsOf = (reply: string): string =>
          reply.replace(/^.*(encoding:\w+).*(ql_nodes.*)$/s, "$1 $2");
        const ours = partsOf(server.run("DEBUG", "OBJECT", key));
        expect(ours).toEqual(partsOf(await stock.run("DEBUG", "OBJECT", key)));
        expect(ours).toContain("encoding:quicklist ql_nodes:");
      }
    },
    ["--enable-debug-command", "yes"],
  ),
);

test.skipIf(!isStock)("who waits for less than a millisecond is told in the end", async () => {
  const server = createTestServer();
  const client = server.connect();
  expect(client.run("BLPOP", "none", "0.000001")).toBe("");
  server.advance(1);
  await withStockRedis(async (stock) => {
    expect(client.take()).toEqual(await stock.run("BLPOP", "none", "0.000001"));
  });
});

const keys = ["l1", "l2", "l3", "s"];
const values = [
  ...["a", "b", "c", "1", "2", "-7", "300", "70000", "9007199254740993", max, min, "", "01", "1.5"],
  ...["x".repeat(64), "y".repeat(300), "z".repeat(5000), "\u00ff\u0000\r\n"],
];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const value = (): string => (rng.chance(1, 3) ? `v${rng.below(40)}` : one(values));
  const some = (most: number): string[] => Array.from({ length: 1 + rng.below(most) }, value);
  const index = (): string => `${rng.below(rng.chance(1, 4) ? 400 : 10) - (rng.chance(1, 2) ? 0 : 9)}`;
  const side = (): string => one(["LEFT", "RIGHT"]);
  const key = one(keys);
  switch (rng.below(22)) {
    case 0:
    case 1:
    case 2:
      return [one(["LPUSH", "RPUSH"]), key, ...some(rng.chance(1, 6) ? 150 : 5)];
    case 3:
      return [one(["LPUSHX", "RPUSHX"]), key, ...some(4)];
    case 4:
      return [one(["LPOP", "RPOP"]), key];
    case 5:
      return [one(["LPOP", "RPOP"]), key, `${rng.below(rng.chance(1, 8) ? 200 : 4)}`];
    case 6:
      return rng.chance(1, 2) ? ["LLEN", key] : ["LINDEX", key, index()];
    case 7:
    case 8:
      return ["LRANGE", key, index(), index()];
    case 9:
      return ["LSET", key, index(), value()];
    case 10:
      return ["LINSERT", key, one(["BEFORE", "AFTER"]), value(), value()];
    case 11:
      return ["LREM", key, `${rng.below(7) - 3}`, value()];
    case 12:
      return ["LTRIM", key, `${rng.below(6) - 2}`, rng.chance(3, 4) ? "-1" : index()];
    case 13:
    case 14:
      return [
        "LPOS",
        key,
        value(),
        "RANK",
        `${rng.below(4) - 4}`,
        "COUNT",
        "0",
        "MAXLEN",
        `${rng.below(50)}`,
      ];
    case 15:
      return ["LPOS", key, value(), "RANK", `${1 + rng.below(3)}`];
    case 16:
    case 17:
      return ["LMOVE", key, one(keys), side(), side()];
    case 18:
      return ["RPOPLPUSH", key, one(keys)];
    case 19:
      return ["LMPOP", "2", key, one(keys), side(), "COUNT", `${1 + rng.below(5)}`];
    case 20:
      if (rng.chance(1, 3)) return rng.chance(1, 2) ? ["DEL", key] : ["SET", "s", value()];
      return [one(["COPY", "RENAME"]), key, one(keys)];
    default:
      return ["OBJECT", "ENCODING", key];
  }
}

testRandomCalls({ drawing: () => nextCall, calls: 5000, keys, configs: [{}, {}, {}] });

// What several clients see, each line the requests that one of them sends at once.
const conversations: Readonly<Record<string, readonly string[]>> = {
  waiting: [
    "a: BLPOP l m 0",
    "b: BRPOP l 0",
    "d: BLMPOP 0 2 m l RIGHT COUNT 2",
    "c: RPUSH l 1 2 3 4 5; LRANGE l 0 -1",
    "c: MULTI; BLPOP none 0; BLMPOP 0 1 none LEFT; BLMOVE none l LEFT LEFT 0; BRPOPLPUSH none l 0; EXEC; DEL l",
    "a: BLMOVE from to RIGHT LEFT 0",
    "b: BLPOP to 0",
    "c: RPUSH from x y; EXISTS from to; LRANGE from 0 -1; DEL from",
    "a: BLMOVE from text LEFT LEFT 0",
    "c: SET text 1; RPUSH from x; LRANGE from 0 -1; DEL from",
    "a: BRPOPLPUSH ring ring 0",
    "c: RPUSH ring 1 2 3; LRANGE ring 0 -1",
    "a: BLPOP n 0",
    "b: BLPOP n 0",
    "c: MULTI; RPUSH n a; DEL n; RPUSH n b; SET n text; EXEC; DEL n; LPUSH n c; EXISTS n; RPUSH n d",
    "a: BLPOP q 0",
    "c: RPUSH other x; RENAME other q; EXISTS q",
    "a: HELLO 3; BLMPOP 0 1 q LEFT COUNT 3",
    "c: MULTI; RPUSH q a; LPUSH q b; EXEC; EXISTS q",
    "a: BRPOPLPUSH text l 0; BLPOP text 0; BLPOP none text 0",
  ],
  watching: [
    "a: RPUSH l a b; WATCH l",
    "b: LTRIM l 0 -1",
    "a: MULTI; PING; EXEC; WATCH l",
    "b: LREM l 0 none; LINSERT l BEFORE none x; LPOS l a; LRANGE l 0 -1; LPOP l 0; LPUSHX none a; LSET l 9 x; LMOVE none l LEFT LEFT",
    "a: MULTI; PING; EXEC; WATCH l",
    "b: LSET l 0 a",
    "a: MULTI; PING; EXEC; WATCH l",
    "b: RPOPLPUSH l l",
    "a: MULTI; PING; EXEC; WATCH m; WATCH n",
    "b: LTRIM n 0 1",
    "a: MULTI; PING; EXEC; WATCH m",
    "b: LMOVE l m LEFT LEFT",
    "a: MULTI; PING; EXEC",
  ],
  events: [
    "c: CONFIG SET notify-keyspace-events KEAn",
    "a: PSUBSCRIBE __key*__:*",
    "c: LPUSH l a b; RPUSH l c; LPUSHX l d; RPUSHX n d; RPUSHX l e; LSET l 0 D; LINSERT l BEFORE a x; LINSERT l BEFORE none x",
    "c: LREM l 0 none; LREM l 1 x; LTRIM l 0 -1; LTRIM l 1 -1; LPOP l; RPOP l; LPOP l 0; LPOP l 2; EXISTS l",
    "c: RPUSH l a b c; LMOVE l m LEFT LEFT; RPOPLPUSH l m; RPOPLPUSH l m; LMOVE m m LEFT RIGHT; LMPOP 1 m LEFT; LMPOP 2 l m RIGHT COUNT 9",
    "c: RPUSH l a; RPOPLPUSH l l; LREM l 0 a; RPUSH l a; LTRIM l 1 0; RPUSH l a b; BLPOP l 0; BRPOP l 0; RPUSH l a; BLMOVE l m LEFT LEFT 0",
    "b: BLPOP wait 0",
    "c: RPUSH wait a b",
    "b: BLMOVE w1 w2 LEFT RIGHT 0",
    "c: RPUSH w1 a",
  ],
};

testConversations(conversations);
