import { expect, test } from "vitest";
import { createTestServer, type TestServer } from "../../testing/command-runner.ts";

const nowMs = 1_700_000_000_000;

function serverOf(config: Readonly<Record<string, string>> = {}, shards = 1): TestServer {
  return createTestServer({ nowMs, config, shards });
}

// One call as a line; the reply without line ends.
function call(server: TestServer, line: string): string {
  return server
    .run(...line.split(" "))
    .replaceAll("\r\n", " ")
    .trim();
}

function expectReplies(server: TestServer, lines: readonly (readonly [line: string, reply: string])[]): void {
  expect(lines.map(([line]) => [line, call(server, line)])).toEqual(lines);
}

test("each condition lets a time be set, or not, by the one that a field has", () => {
  for (const [condition, none, earlier, same, later] of [
    ["NX", 1, 0, 0, 0],
    ["xx", 0, 1, 1, 1],
    ["GT", 0, 0, 0, 1],
    ["lt", 1, 1, 0, 0],
  ] as const) {
    const server = serverOf();
    call(server, "HSET h none 1 earlier 1 same 1 later 1");
    call(server, "HPEXPIRE h 5000 FIELDS 3 earlier same later");
    expectReplies(server, [
      [`HPEXPIRE h 4000 ${condition} FIELDS 1 earlier`, `*1 :${earlier}`],
      [`HPEXPIRE h 5000 ${condition} FIELDS 2 same x`, `*2 :${same} :-2`],
      [`HPEXPIRE h 6000 ${condition} FIELDS 2 later none`, `*2 :${later} :${none}`],
    ]);
  }
});

test("times are set and told in seconds and ms, from now and since 1970", () => {
  const server = serverOf();
  expectReplies(server, [
    ["HSET h a 1 b 2 c 3 d 4 e 5", ":5"],
    ["HEXPIRE h 10 FIELDS 2 a x", "*2 :1 :-2"],
    ["HPEXPIRE h 10001 FIELDS 1 b", "*1 :1"],
    ["HEXPIREAT h 1700000020 FIELDS 1 c", "*1 :1"],
    ["HPEXPIREAT h 1700000000001 FIELDS 1 d", "*1 :1"],
    ["HTTL h FIELDS 6 a b c d e x", "*6 :10 :11 :20 :1 :-1 :-2"],
    ["HPTTL h FIELDS 5 a b c d e", "*5 :10000 :10001 :20000 :1 :-1"],
    ["HEXPIRETIME h FIELDS 4 a b d e", "*4 :1700000010 :1700000011 :1700000001 :-1"],
    ["HPEXPIRETIME h FIELDS 3 a b x", "*3 :1700000010000 :1700000010001 :-2"],
    ["HTTL none FIELDS 2 a b", "*2 :-2 :-2"],
    ["HEXPIRE none 1 FIELDS 2 a b", "*2 :-2 :-2"],
    ["HPERSIST none FIELDS 1 a", "*1 :-2"],
    ["HPERSIST h FIELDS 3 a e x", "*3 :1 :-1 :-2"],
    ["HTTL h FIELDS 1 a", "*1 :-1"],
  ]);
});

test("a field vanishes at the very millisecond, and the key with the last field", () => {
  const server = serverOf();
  call(server, "HSET h a 1 b 2");
  call(server, "HPEXPIRE h 1000 FIELDS 1 a");
  call(server, "HPEXPIRE h 1500 FIELDS 1 b");
  server.advance(999);
  expect(call(server, "HLEN h")).toBe(":2");
  server.advance(1);
  expectReplies(server, [
    ["HLEN h", ":1"],
    ["HGET h a", "$-1"],
    ["HMGET h a b", "*2 $-1 $1 2"],
    ["HGETALL h", "*2 $1 b $1 2"],
    ["HEXISTS h a", ":0"],
    ["HSTRLEN h a", ":0"],
    ["HKEYS h", "*1 $1 b"],
    ["HRANDFIELD h 5", "*1 $1 b"],
    ["HSCAN h 0", "*2 $1 0 *2 $1 b $1 2"],
    ["HTTL h FIELDS 1 a", "*1 :-2"],
    ["HDEL h a", ":0"],
    ["EXISTS h", ":1"],
  ]);
  server.advance(500);
  expectReplies(server, [
    ["EXISTS h", ":0"],
    ["TYPE h", "+none"],
    ["DBSIZE", ":0"],
    ["HLEN h", ":0"],
  ]);
});

test("what overwrites a field ends its expiry, what changes its number or its key does not", () => {
  const server = serverOf();
  const set = "HSET h f 1";
  const expire = "HPEXPIRE h 5000 FIELDS 1 f";
  for (const [line, left] of [
    ["HSET h f 2", ":-1"],
    ["HMSET h f 2", ":-1"],
    ["HSETEX h FIELDS 1 f 2", ":-1"],
    ["HSETEX h KEEPTTL FIELDS 1 f 22", ":5000"],
    ["HSETNX h f 2", ":5000"],
    ["HINCRBY h f 2", ":5000"],
    ["HINCRBY h f 200000", ":5000"],
    ["HINCRBYFLOAT h f 2.5", ":5000"],
    ["RENAME h h", ":5000"],
    ["COPY h g", ":5000"],
    ["EXPIRE h 1000", ":5000"],
    ["PERSIST h", ":5000"],
    ["HSET h other 1", ":5000"],
  ]) {
    call(server, "DEL h g");
    call(server, set);
    call(server, expire);
    call(server, line as string);
    expect([line, call(server, "HPTTL h FIELDS 1 f")]).toEqual([line, `*1 ${left}`]);
  }
  expect(call(server, "HPTTL g FIELDS 1 f")).toBe("*1 :-2");
});

test("times go along with a copy, a renamed key, a moved one and a dumped one, on one shard and on four", () => {
  for (const shards of [1, 4]) {
    const server = serverOf({}, shards);
    call(server, "HSET h f 1 g 2 i 3");
    call(server, "HPEXPIRE h 5000 FIELDS 1 f");
    call(server, "HPEXPIRE h 9000 FIELDS 1 g");
    call(server, "COPY h copied");
    call(server, "COPY h moved");
    call(server, "MOVE moved 1");
    call(server, "RENAME h renamed");
    const payload = server.run("DUMP", "copied");
    const bytes = payload.slice(payload.indexOf("\n") + 1, -2);
    expect(server.run("RESTORE", "restored", "0", Buffer.from(bytes, "latin1"))).toBe("+OK\r\n");
    const times = "*3 :5000 :9000 :-1";
    for (const name of ["copied", "renamed", "restored"]) {
      expect([name, call(server, `HPTTL ${name} FIELDS 3 f g i`)]).toEqual([name, times]);
      expect(call(server, `OBJECT ENCODING ${name}`)).toBe("$10 listpackex");
    }
    call(server, "SELECT 1");
    expect(call(server, "HPTTL moved FIELDS 3 f g i")).toBe(times);
    server.advance(5000);
    expect(call(server, "HLEN moved")).toBe(":2");
    call(server, "SELECT 0");
    for (const name of ["copied", "renamed", "restored"]) expect(call(server, `HLEN ${name}`)).toBe(":2");
    // Payloads that were over by the time they are restored leave nothing, or what is left of them.
    expect(server.run("RESTORE", "late", "0", Buffer.from(bytes, "latin1"))).toBe("+OK\r\n");
    expect(call(server, "HGETALL late")).toMatch(/^\*4 /);
  }
});

test("a payload all of whose fields have expired leaves no key, and takes the old one away with REPLACE", () => {
  const server = serverOf();
  call(server, "HSETEX h PX 100 FIELDS 2 a 1 b 2");
  const payload = server.run("DUMP", "h");
  const bytes = Buffer.from(payload.slice(payload.indexOf("\n") + 1, -2), "latin1");
  server.advance(100);
  expect(server.run("RESTORE", "h", "0", bytes)).toBe("+OK\r\n");
  expect(call(server, "EXISTS h")).toBe(":0");
  call(server, "SET h x");
  expect(server.run("RESTORE", "h", "0", bytes, "REPLACE")).toBe("+OK\r\n");
  expect(call(server, "EXISTS h")).toBe(":0");
});

test("the encoding is listpackex from the first time on, and hashtable beyond the limits", () => {
  const server = serverOf({ "hash-max-listpack-entries": "4" });
  const encodings: string[] = [];
  for (const line of [
    "HSET h a 1 b 2",
    "HEXPIRE h 100 FIELDS 1 a",
    "HPERSIST h FIELDS 1 a",
    "HSET h c 3 d 4",
    "HSET h e 5",
    "HDEL h b c d e",
  ]) {
    call(server, line);
    encodings.push(call(server, "OBJECT ENCODING h").split(" ")[1] ?? "");
  }
  expect(encodings).toEqual(["listpack", "listpackex", "listpackex", "listpackex", "hashtable", "hashtable"]);
  call(server, "HSET g a 1");
  call(server, "HEXPIRE g 100 FIELDS 1 a");
  call(server, `HSET g b ${"x".repeat(65)}`);
  expect(call(server, "OBJECT ENCODING g")).toBe("$9 hashtable");
});

test("a time that is over deletes fields, each once, and at last the key", () => {
  const server = serverOf();
  expectReplies(server, [
    ["HSET h a 1 b 2 c 3 d 4", ":4"],
    ["HEXPIRE h 0 FIELDS 3 a a x", "*3 :2 :-2 :-2"],
    ["HPEXPIREAT h 1700000000000 FIELDS 1 b", "*1 :2"],
    ["HEXPIREAT h 1 GT FIELDS 1 c", "*1 :0"],
    ["HEXPIREAT h 1 LT FIELDS 1 c", "*1 :2"],
    ["HGETEX h PXAT 1 FIELDS 2 d d", "*2 $1 4 $-1"],
    ["EXISTS h", ":0"],
    ["HSETEX h EX 0 FIELDS 2 a 1 b 2", ":1"],
    ["EXISTS h", ":0"],
    ["HSET h a 1 b 2", ":2"],
    ["HSETEX h EXAT 1 FIELDS 1 a 9", ":1"],
    ["HGETALL h", "*2 $1 b $1 2"],
  ]);
});

test("HGETEX answers values and sets or ends their expiry", () => {
  const server = serverOf();
  expectReplies(server, [
    ["HSET h a 1 b 2 c 3", ":3"],
    ["HGETEX h FIELDS 2 a x", "*2 $1 1 $-1"],
    ["HGETEX h EX 10 FIELDS 2 a x", "*2 $1 1 $-1"],
    ["HGETEX h px 1500 FIELDS 1 b", "*1 $1 2"],
    ["HTTL h FIELDS 3 a b c", "*3 :10 :2 :-1"],
    ["HGETEX h FIELDS 1 a", "*1 $1 1"],
    ["HTTL h FIELDS 1 a", "*1 :10"],
    ["HGETEX h PERSIST FIELDS 2 a c", "*2 $1 1 $1 3"],
    ["HTTL h FIELDS 2 a b", "*2 :-1 :2"],
    ["HGETEX none EX 10 FIELDS 2 a b", "*2 $-1 $-1"],
    ["EXISTS none", ":0"],
  ]);
});

test("HGETDEL answers values and deletes the fields, and with the last the key", () => {
  const server = serverOf();
  expectReplies(server, [
    ["HSET h a 1 b 2", ":2"],
    ["HGETDEL h FIELDS 3 a x a", "*3 $1 1 $-1 $-1"],
    ["HGETDEL none FIELDS 1 a", "*1 $-1"],
    ["HLEN h", ":1"],
    ["HGETDEL h FIELDS 1 b", "*1 $1 2"],
    ["EXISTS h", ":0"],
  ]);
});

test("HSETEX sets all fields or none, as its condition says", () => {
  const server = serverOf();
  expectReplies(server, [
    ["HSETEX h FXX FIELDS 1 a 1", ":0"],
    ["EXISTS h", ":0"],
    ["HSETEX h FNX EX 10 FIELDS 2 a 1 b 2", ":1"],
    ["HSETEX h FNX FIELDS 2 c 3 a 9", ":0"],
    ["HSETEX h FXX FIELDS 2 a 9 c 9", ":0"],
    ["HMGET h a b c", "*3 $1 1 $1 2 $-1"],
    ["HSETEX h FIELDS 2 a 7 b 8 KEEPTTL FXX", ":1"],
    ["HTTL h FIELDS 2 a b", "*2 :10 :10"],
    ["HSETEX h PX 1 FXX FIELDS 2 a 5 a 6", ":1"],
    ["HPTTL h FIELDS 1 a", "*1 :1"],
    ["HGET h a", "$1 6"],
  ]);
});

const refusals = {
  "ERR Mandatory argument FIELDS is missing or not at the right position": [
    "HEXPIRE h 10 FIELD 1 a x",
    "HEXPIRE h 10 NX 1 a x",
    "HEXPIRE h 10 NX XX FIELDS 1 a",
    "HTTL h XX 1 a",
    "HPERSIST h 1 FIELDS a",
    "HGETDEL h X 1 a",
    "HGETEX h XFIELDSX 1 a",
    "HGETEX h PXAT 1 1",
    "HGETEX h PERSIST 1 FIELDS 1 a",
    "HGETEX none X 1 a",
  ],
  "ERR Parameter `numFields` should be greater than 0": [
    "HEXPIRE h 10 FIELDS 0 a",
    "HEXPIRE h 10 NX FIELDS -1 a",
    "HEXPIRE h 10 FIELDS x a",
    "HPEXPIRE none 10 FIELDS 9223372036854775808 a",
  ],
  "ERR Number of fields must be a positive integer": [
    "HTTL h FIELDS 0 a",
    "HPERSIST h FIELDS x a",
    "HGETDEL h FIELDS -1 a",
    "HGETEX h FIELDS 9223372036854775808 a",
  ],
  "ERR The `numfields` parameter must match the number of arguments": [
    "HEXPIRE h 10 FIELDS 2 a",
    "HEXPIRE h 10 NX FIELDS 1",
    "HTTL h FIELDS 1 a b",
    "HPERSIST h FIELDS 9223372036854775807 a",
    "HGETDEL h FIELDS 2 a",
    "HGETEX h EX 10 FIELDS",
    "HGETEX h FIELDS 1 a b",
  ],
  "ERR invalid expire time, must be >= 0": [
    "HEXPIRE h -1 FIELDS 1 a",
    "HPEXPIREAT h -9223372036854775808 FIELDS 1 a",
    "HGETEX h PX -1 FIELDS 1 a",
    "HSETEX h PXAT -1 FIELDS 1 a b",
  ],
  "ERR value is not an integer or out of range": [
    "HEXPIRE h x FIELDS 1 a",
    "HEXPIRE h 9223372036854775808 FIELDS 0 a",
    "HGETEX h EX bla FIELDS 1 a",
    "HSETEX h EX FIELDS 1 a b",
  ],
  "ERR wrong number of arguments for 'hsetex' command": [
    "HSETEX h FIELDS 1 a",
    "HSETEX h FIELDS 2 a b c",
    "HSETEX h FIELDS 3 a b c d",
    "HSETEX h EX 1 FXX FIELDS",
  ],
  "ERR invalid number of fields": [
    "HSETEX h FIELDS x a b",
    "HSETEX h FIELDS 0 a b",
    "HSETEX h FIELDS 2147483648 a b",
  ],
  "ERR unknown argument: nx": ["HSETEX h nx FIELDS 1 a b", "HSETEX h FIELDS 1 a b nx"],
  "ERR Only one of FXX or FNX arguments can be specified": ["HSETEX h FXX FNX FIELDS 1 a b"],
  "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified": [
    "HSETEX h EX 1 KEEPTTL FIELDS 1 a b",
    "HSETEX h FIELDS 1 a b KEEPTTL PXAT x",
  ],
  "ERR missing expire time": ["HSETEX h FIELDS 1 a b EX"],
  "WRONGTYPE Operation against a key holding the wrong kind of value": [
    "HEXPIRE s x FIELDS 0 a",
    "HTTL s X 0 a",
    "HPERSIST s FIELDS 0 a",
    "HGETDEL s FIELDS 0 a",
    "HGETEX s EX x FIELDS 0 a",
    "HSETEX s FIELDS 1 a b",
  ],
};

test.each(Object.entries(refusals))("%s, and nothing has changed", (error, lines) => {
  const server = serverOf();
  call(server, "HSET h a 1");
  call(server, "SET s 1");
  for (const line of lines) expect([line, call(server, line)]).toEqual([line, `-${error}`]);
  expect(call(server, "HGETALL h")).toBe("*2 $1 a $1 1");
  expect(call(server, "HTTL h FIELDS 1 a")).toBe("*1 :-1");
});

test("the latest time is 2^46 - 1 ms, counted from now too", () => {
  const server = serverOf();
  const latest = 2 ** 46 - 1;
  call(server, "HSET h a 1");
  expectReplies(server, [
    [`HPEXPIREAT h ${latest} FIELDS 1 a`, "*1 :1"],
    [`HPEXPIRETIME h FIELDS 1 a`, `*1 :${latest}`],
    [`HPEXPIREAT h ${latest + 1} FIELDS 1 a`, "-ERR invalid expire time in 'hpexpireat' command"],
    [`HPEXPIRE h ${latest - nowMs} FIELDS 1 a`, "*1 :1"],
    [`HPEXPIRE h ${latest - nowMs + 1} FIELDS 1 a`, "-ERR invalid expire time in 'hpexpire' command"],
    [`HEXPIRE h ${2 ** 46} FIELDS 1 a`, "-ERR invalid expire time in 'hexpire' command"],
    ["HEXPIREAT h 9223372036854775807 FIELDS 1 a", "-ERR invalid expire time in 'hexpireat' command"],
    [`HSETEX h EXAT ${2 ** 46} FIELDS 1 a b`, "-ERR invalid expire time in 'hsetex' command"],
  ]);
});

test("what happens to fields is told", () => {
  const server = serverOf({ "notify-keyspace-events": "EA" });
  const listener = server.connect();
  listener.run("PSUBSCRIBE", "__keyevent@0__:*");
  const eventsOf = (line: string): string[] => {
    call(server, line);
    return [...listener.take().matchAll(/__keyevent@0__:([a-z]+)\r\n\$\d+\r\n(\w+)/g)].map(
      ([, event, name]) => `${event} ${name}`,
    );
  };
  const lines: readonly (readonly [string, string[]])[] = [
    ["HSETEX h EX 10 FIELDS 2 a 1 b 2", ["hset h", "hexpire h"]],
    ["HEXPIRE h 20 FIELDS 2 a x", ["hexpire h"]],
    ["HEXPIRE h 20 NX FIELDS 1 a", []],
    ["HPERSIST h FIELDS 1 a", ["hpersist h"]],
    ["HPERSIST h FIELDS 1 a", []],
    ["HGETEX h EX 5 FIELDS 1 a", ["hexpire h"]],
    ["HGETEX h PERSIST FIELDS 1 a", ["hpersist h"]],
    ["HGETEX h FIELDS 1 a", []],
    ["HEXPIRE h 0 FIELDS 1 a", ["hdel h"]],
    ["HGETDEL h FIELDS 1 b", ["hdel h", "del h"]],
    ["HSETEX h EXAT 1 FIELDS 1 b 2", ["hset h", "hdel h", "del h"]],
    ["HSETEX h PX 10 FIELDS 1 b 2", ["hset h", "hexpire h"]],
  ];
  for (const [line, events] of lines) expect([line, eventsOf(line)]).toEqual([line, events]);
  server.advance(10);
  expect(eventsOf("PING")).toEqual(["hexpired h", "del h"]);
  call(server, "HSET h a 1 b 2");
  call(server, "HPEXPIRE h 10 FIELDS 1 a");
  listener.take();
  server.advance(200);
  expect(eventsOf("PING")).toEqual(["hexpired h"]);
});

test("a transaction fails when a field of a watched hash has expired meanwhile", () => {
  const server = serverOf();
  call(server, "HSETEX h PX 10 FIELDS 1 a 1");
  call(server, "HSET h b 2");
  call(server, "WATCH h");
  server.advance(10);
  call(server, "MULTI");
  call(server, "HLEN h");
  expect(call(server, "EXEC")).toBe("*-1");
});

test("nothing that has expired is seen during a pause, and all of it goes when the pause is over", () => {
  const server = serverOf();
  call(server, "HSETEX h PX 10 FIELDS 1 a 1");
  call(server, "HSETEX g PX 10 FIELDS 1 a 1");
  call(server, "HSET g b 2");
  call(server, "CLIENT PAUSE 100000 WRITE");
  call(server, "GET x");
  server.advance(50);
  expectReplies(server, [
    ["EXISTS h", ":0"],
    ["HLEN g", ":1"],
    ["HGET g a", "$-1"],
    ["HGETALL h", "*0"],
    ["KEYS *", "*1 $1 g"],
    ["SCAN 0 COUNT 1000", "*2 $1 0 *1 $1 g"],
    ["RANDOMKEY", "$1 g"],
    ["DUMP h", "$-1"],
    ["CLIENT UNPAUSE", "+OK"],
    ["HLEN g", ":1"],
    ["DBSIZE", ":1"],
  ]);
});

test("MEMORY USAGE and DEBUG DIGEST-VALUE take times into account, and a copy is equal", () => {
  const server = serverOf({ "enable-debug-command": "yes" });
  call(server, "HSET h a 1 b 2");
  const usage = Number(call(server, "MEMORY USAGE h SAMPLES 0").slice(1));
  const digest = call(server, "DEBUG DIGEST-VALUE h");
  call(server, "HEXPIRE h 100 FIELDS 1 a");
  expect(Number(call(server, "MEMORY USAGE h SAMPLES 0").slice(1))).toBeGreaterThan(usage);
  const timed = call(server, "DEBUG DIGEST-VALUE h");
  expect(timed).not.toBe(digest);
  call(server, "COPY h g");
  expect(call(server, "DEBUG DIGEST-VALUE g")).toBe(timed);
  call(server, "HPERSIST h FIELDS 1 a");
  expect(call(server, "DEBUG DIGEST-VALUE h")).toBe(digest);
});

test("a hash with times is evicted, unlinked, overwritten and flushed like any other", () => {
  const server = serverOf({ "maxmemory-policy": "allkeys-random" });
  for (const name of ["a", "b", "c", "d"]) {
    for (let i = 0; i < 200; i++)
      server.run("HSETEX", name, "PX", "50", "FIELDS", "1", `f${i}`, "x".repeat(20));
  }
  call(server, "UNLINK a");
  call(server, "SET b 1");
  call(server, "CONFIG SET maxmemory 1");
  expect(call(server, "SET x 1")).toMatch(/^-OOM/);
  expect(call(server, "DBSIZE")).toBe(":0");
  call(server, "CONFIG SET maxmemory 0");
  call(server, "HSETEX e PX 50 FIELDS 1 f v");
  call(server, "FLUSHALL ASYNC");
  server.advance(1000);
  expect(call(server, "DBSIZE")).toBe(":0");
  const [databases] = server.server.everything.databases;
  expect([databases?.fieldExpiries.count, databases?.arena.usedBytes]).toEqual([0, 0]);
});
