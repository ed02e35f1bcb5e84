// Scripts past their time: the thread is given back, others are told BUSY, and SCRIPT KILL ends it.

import { expect, test } from "vitest";
import { createTestServer, type TestClient, type TestServer } from "../testing/command-runner.ts";

const BUSY = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n";
const BUSY_FUNCTION =
  "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.\r\n";
const KILLED =
  /^-ERR Script killed by user with SCRIPT KILL\.\.\. script: [0-9a-f]{40}, on @user_script:\d+\.\r\n$/;

// The clock of tests stands still: the limit is then reached by counting, at 100 us for 100,000 instructions.
function busyServer(script: string): { server: TestServer; runner: TestClient; other: TestClient } {
  const server = createTestServer({ shards: 2, config: { "busy-reply-threshold": "1" } });
  const runner = server.connect();
  const other = server.connect();
  expect(runner.run("EVAL", script, "1", "k")).toBe("");
  return { server, runner, other };
}

const endless: Readonly<Record<string, string>> = {
  plain: "while true do end",
  "in pcall": "while true do pcall(function() while true do end end) end",
  "in pcall, again and again": "while true do pcall(function() error('x') end) end",
  "in xpcall": "xpcall(function() while true do end end, function() while true do end end)",
  "in a handler": "xpcall(function() error('x') end, function() while true do end end)",
  "in a coroutine": "coroutine.wrap(function() while true do end end)()",
  "in a coroutine in pcall":
    "while true do pcall(coroutine.wrap(function() while true do coroutine.yield() end end)) end",
  "in pcall deep down": "local function f(n) if n == 0 then while true do end end pcall(f, n - 1) end f(100)",
  "calling commands": "while true do redis.call('PING') end",
  "calling pcall'd commands": "while true do pcall(redis.call, 'NOSUCH') end",
  recursive: "local function f() return f() end f()",
};

test.each(Object.keys(endless))("an endless loop %s gives the thread back and can be killed", (name) => {
  const { server, runner, other } = busyServer(endless[name] ?? "");
  expect(other.run("GET", "k")).toBe(BUSY);
  expect(other.run("PING")).toBe(BUSY);
  server.advance(5);
  expect(other.run("SET", "k", "v")).toBe(BUSY);
  expect(other.run("FUNCTION", "KILL")).toBe(BUSY);
  expect(other.run("SCRIPT", "KILL")).toBe("+OK\r\n");
  server.advance(5);
  expect(runner.take()).toMatch(KILLED);
  expect(other.run("GET", "k")).toBe("$-1\r\n");
  expect(runner.run("EVAL", "return {pcall(function() return 7 end)}", "0")).toBe("*2\r\n:1\r\n:7\r\n");
});

test("a message that a suspended transaction has caused goes to its own client, and not to the next one that asks", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  const [runner, other] = [server.connect(), server.connect()];
  runner.run("HELLO", "3");
  runner.run("SUBSCRIBE", "ch");
  runner.run("MULTI");
  runner.run("PUBLISH", "ch", "hello");
  runner.run("EVAL", "while true do redis.call('PUBLISH', 'ch', 'again') end", "0");
  const begun = runner.run("EXEC");
  expect(other.run("PING")).toBe(BUSY);
  expect(other.run("SCRIPT", "KILL")).toBe("+OK\r\n");
  server.advance(5);
  expect(other.take()).toBe("");
  // Behind the whole reply, which has two parts.
  expect(begun).toBe("*2\r\n:1\r\n");
  expect(runner.take()).toMatch(
    /^-ERR Script killed[^\r]*\r\n>3\r\n\$7\r\nmessage\r\n\$2\r\nch\r\n\$5\r\nhello\r\n>3\r\n/,
  );
});

test("a long script that ends by itself is answered, and what its client sent after it runs then", () => {
  const { server, runner, other } = busyServer("local n = 0; for i = 1, 3e6 do n = n + 1 end; return n");
  runner.send("*1\r\n$4\r\nPING\r\n");
  expect(other.run("PING")).toBe(BUSY);
  expect(runner.take()).toBe("");
  server.advance(100);
  expect(runner.take()).toBe(":3000000\r\n+PONG\r\n");
  expect(other.run("PING")).toBe("+PONG\r\n");
});

test("results and errors come through suspended protected calls as through others", () => {
  const script =
    "local function work() local n = 0; for i = 1, 3e6 do n = n + 1 end; return n, 'done' end " +
    "local a, b, c = pcall(work) local d, e = pcall(function() work() error('after') end) " +
    "local co = coroutine.wrap(function(x) work() local y = coroutine.yield(x + 1) work() return y * 2 end) " +
    "return {a, b, c, d, e, co(1), co(5)}";
  const { server, runner } = busyServer(script);
  server.advance(1000);
  expect(runner.take()).toBe(
    "*7\r\n:1\r\n:3000000\r\n$4\r\ndone\r\n$-1\r\n$20\r\nuser_script:1: after\r\n:2\r\n:10\r\n",
  );
});

test("a script that has written cannot be killed, and its writes are seen by nobody before its end", () => {
  const { server, runner, other } = busyServer(
    "redis.call('SET', KEYS[1], 'half'); for i = 1, 3e6 do end; redis.call('SET', KEYS[1], 'whole')",
  );
  expect(other.run("SCRIPT", "KILL")).toMatch(
    /^-UNKILLABLE Sorry the script already executed write commands/,
  );
  expect(other.run("GET", "k")).toBe(BUSY);
  server.advance(100);
  expect(runner.take()).toBe("$-1\r\n");
  expect(other.run("GET", "k")).toBe("$5\r\nwhole\r\n");
});

test("a client that waits for a key is served when the script has ended, not before", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  const [runner, waiter] = [server.connect(), server.connect()];
  waiter.run("BLPOP", "list", "0");
  runner.run(
    "EVAL",
    "redis.call('RPUSH', 'list', 'a', 'b'); for i = 1, 3e6 do end; return redis.call('LLEN', 'list')",
    "0",
  );
  expect(waiter.take()).toBe("");
  server.advance(100);
  expect(runner.take()).toBe(":2\r\n");
  expect(waiter.take()).toBe("*2\r\n$4\r\nlist\r\n$1\r\na\r\n");
});

test("a transaction goes on behind a script that was suspended in it", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  const [runner, other] = [server.connect(), server.connect()];
  for (const words of [
    ["MULTI"],
    ["SET", "k", "1"],
    ["EVAL", "for i = 1, 3e6 do end return 'mid'", "0"],
    ["INCR", "k"],
  ]) {
    runner.run(...words);
  }
  expect(runner.run("EXEC")).toBe("*3\r\n+OK\r\n");
  expect(other.run("INCR", "k")).toBe(BUSY);
  server.advance(100);
  expect(runner.take()).toBe("$3\r\nmid\r\n:2\r\n");
  expect(other.run("GET", "k")).toBe("$1\r\n2\r\n");
  expect(runner.run("MULTI")).toBe("+OK\r\n");
  expect(runner.run("EXEC")).toBe("*0\r\n");
});

test("a reply that CLIENT REPLY keeps back is kept back when it comes late, too", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  const runner = server.connect();
  const long = "for i = 1, 3e6 do end return 'late'";
  runner.run("CLIENT", "REPLY", "SKIP");
  expect(runner.run("EVAL", long, "0")).toBe("");
  server.advance(100);
  expect(runner.take()).toBe("");
  expect(runner.run("PING")).toBe("+PONG\r\n");
  runner.run("CLIENT", "REPLY", "OFF");
  runner.run("EVAL", long, "0");
  server.advance(100);
  expect(runner.run("PING")).toBe("");
  expect(runner.run("CLIENT", "REPLY", "ON")).toBe("+OK\r\n");
  runner.run("EVAL", long, "0");
  server.advance(100);
  expect(runner.take()).toBe("$4\r\nlate\r\n");
});

test("a message to the client itself does not get into the reply of its transaction", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  const runner = server.connect();
  runner.run("HELLO", "3");
  runner.run("SUBSCRIBE", "news");
  for (const words of [
    ["MULTI"],
    ["PUBLISH", "news", "m"],
    ["EVAL", "for i = 1, 3e6 do end return 'late'", "0"],
  ]) {
    runner.run(...words);
  }
  expect(runner.run("EXEC")).toBe("*2\r\n:1\r\n");
  server.advance(100);
  expect(runner.take()).toBe("$4\r\nlate\r\n>3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$1\r\nm\r\n");
});

test("the client that runs a script may go away meanwhile", () => {
  const { server, runner, other } = busyServer(
    "for i = 1, 3e6 do end; return redis.call('SET', KEYS[1], 'v')",
  );
  runner.events.closed(undefined);
  server.advance(100);
  expect(other.run("GET", "k")).toBe("$1\r\nv\r\n");
  expect(other.run("EVAL", "return 1", "0")).toBe(":1\r\n");
});

test("FUNCTION KILL ends a function, FUNCTION STATS tells of it, SCRIPT KILL is for scripts", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  const [runner, other] = [server.connect(), server.connect()];
  const code = "#!lua name=lib\nredis.register_function('spin', function() while true do end end)";
  expect(server.run("FUNCTION", "LOAD", code)).toBe("$3\r\nlib\r\n");
  expect(runner.run("FCALL", "spin", "1", "key")).toBe("");
  expect(other.run("GET", "k")).toBe(BUSY_FUNCTION);
  expect(other.run("SCRIPT", "KILL")).toBe(BUSY_FUNCTION);
  expect(other.run("FUNCTION", "STATS")).toContain(
    "$4\r\nname\r\n$4\r\nspin\r\n$7\r\ncommand\r\n*4\r\n$5\r\nFCALL",
  );
  expect(other.run("FUNCTION", "KILL")).toBe("+OK\r\n");
  server.advance(5);
  expect(runner.take()).toBe(
    "-ERR Script killed by user with SCRIPT KILL... script: spin, on @user_function:2.\r\n",
  );
  expect(other.run("FUNCTION", "STATS")).toContain("running_script\r\n$-1\r\n");
});

test("a loop where Lua cannot be left ends by itself at twice the limit", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "1" } });
  for (const script of [
    "table.sort({3, 2, 1}, function() while true do end end)",
    "string.gsub('x', '.', function() while true do end end)",
    "return setmetatable({}, {__index = function() while true do end end}).x",
    "while true do pcall(string.gsub, 'x', '.', function() while true do end end) end",
  ]) {
    expect(server.run("EVAL", script, "0")).toMatch(/^-ERR Script killed: it has run past its limit/);
  }
  expect(server.run("EVAL", "return 1", "0")).toBe(":1\r\n");
});

test("without a limit a long script is never interrupted", () => {
  const server = createTestServer({ config: { "busy-reply-threshold": "0" } });
  expect(server.run("EVAL", "for i = 1, 5e6 do end return 1", "0")).toBe(":1\r\n");
});

test("only SHUTDOWN NOSAVE stops the server in the middle of a script", () => {
  const { server, other } = busyServer("while true do end");
  expect(other.run("SHUTDOWN")).toBe(BUSY);
  expect(other.run("MULTI")).toBe("+OK\r\n");
  expect(other.run("GET", "k")).toBe(BUSY);
  expect(other.run("EXEC")).toMatch(/^-EXECABORT Transaction discarded because of: BUSY/);
  other.run("SHUTDOWN", "NOSAVE");
  expect(server.server.isStopping).toBe(true);
});

test("loading a library ends after half a second", () => {
  const server = createTestServer();
  expect(server.run("FUNCTION", "LOAD", "#!lua name=slow\nwhile true do end")).toBe(
    "-ERR Error registering functions: ERR FUNCTION LOAD timeout\r\n",
  );
});
