// What the stock server cannot be asked: memory, a lost engine, settings, what monitors see.

import { expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";

test("a server that runs no script has no Lua, and FLUSH gives it back", () => {
  const server = createTestServer();
  const luaBytes = (): number => Number(/used_memory_lua:(\d+)/.exec(server.run("INFO", "memory"))?.[1]);
  server.run("SET", "k", "v");
  expect(luaBytes()).toBe(0);
  server.run("EVAL", "return 1", "0");
  expect(luaBytes()).toBeGreaterThan(10_000);
  expect(server.run("INFO", "memory")).toContain("number_of_cached_scripts:1\r\n");
  server.run("SCRIPT", "FLUSH");
  expect(luaBytes()).toBe(0);
  expect(server.run("INFO", "memory")).toContain("number_of_cached_scripts:0\r\n");
});

test("scripts and libraries count as used memory", () => {
  const server = createTestServer();
  const used = (): number => server.server.usedBytes();
  const before = used();
  server.run("SCRIPT", "LOAD", `return 1 -- ${"x".repeat(10_000)}`);
  expect(used() - before).toBeGreaterThan(10_000);
  server.run(
    "FUNCTION",
    "LOAD",
    `#!lua name=l\nredis.register_function('f', function() end) -- ${"x".repeat(10_000)}`,
  );
  expect(used() - before).toBeGreaterThan(20_000);
  server.run("SCRIPT", "FLUSH");
  server.run("FUNCTION", "FLUSH");
  expect(used()).toBe(before);
});

test("a machine that one script has made large is given up, and libraries stay", () => {
  const server = createTestServer();
  server.run("FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 'here' end)");
  const sha = server.run("SCRIPT", "LOAD", "return 'kept'").slice(5, 45);
  expect(
    server.run("EVAL", "local t = {} for i = 1, 10 do t[i] = string.rep('x', 1e7 + i) end return #t", "0"),
  ).toBe(":10\r\n");
  expect(server.run("FCALL", "f", "0")).toBe("$4\r\nhere\r\n");
  expect(server.run("EVALSHA", sha, "0")).toBe("$4\r\nkept\r\n");
  const luaBytes = Number(/used_memory_lua:(\d+)/.exec(server.run("INFO", "memory"))?.[1]);
  expect(luaBytes).toBeLessThan(1_000_000);
});

test("functions that Redis calls deprecated are there where they are asked for", () => {
  const plain = createTestServer();
  expect(plain.run("EVAL", "return type(getfenv)", "0")).toContain("nonexistent global variable 'getfenv'");
  const open = createTestServer({ config: { "lua-enable-deprecated-api": "yes" } });
  expect(open.run("EVAL", "return type(getfenv)", "0")).toBe("$8\r\nfunction\r\n");
});

test("monitors see a script first, and then what it calls", () => {
  const server = createTestServer();
  const monitor = server.connect();
  monitor.run("MONITOR");
  server.run("EVAL", "redis.call('select', 3) return redis.call('set', KEYS[1], 'v')", "1", "k");
  const lines = monitor
    .take()
    .split("\r\n")
    .map((line) => line.replace(/^\+[\d.]+ /, ""));
  expect(lines.map((line) => line.replace(/127[^\]]*/, "address"))).toEqual([
    `[0 address] "EVAL" "redis.call('select', 3) return redis.call('set', KEYS[1], 'v')" "1" "k"`,
    '[3 lua] "select" "3"',
    '[3 lua] "set" "k" "v"',
    "",
  ]);
});

test("out of memory: a script may read, may write only with allow-oom, and what has begun is not stopped", () => {
  const server = createTestServer();
  server.run("SET", "k", "v");
  server.run("CONFIG", "SET", "maxmemory", "1");
  const oom = /^-OOM command not allowed when used memory > 'maxmemory'\./;
  expect(server.run("EVAL", "return redis.call('get', 'k')", "0")).toBe("$1\r\nv\r\n");
  expect(server.run("EVAL", "return redis.call('set', 'k', 'w')", "0")).toMatch(oom);
  expect(server.run("EVAL", "redis.call('del', 'k') return redis.call('set', 'k', 'w')", "0")).toBe(
    "+OK\r\n",
  );
  expect(server.run("EVAL", "#!lua\nreturn 1", "0")).toMatch(oom);
  expect(server.run("EVAL", "#!lua flags=no-writes\nreturn 1", "0")).toBe(":1\r\n");
  expect(server.run("EVAL", "#!lua flags=allow-oom\nreturn redis.call('set', 'k', 'x')", "0")).toBe(
    "+OK\r\n",
  );
});

test("replies that do not fit into one buffer reach the script whole", () => {
  const server = createTestServer();
  server.run("SET", "large", "x".repeat(300_000));
  for (let i = 0; i < 30; i++) server.run("RPUSH", "list", `${i}`.repeat(2500));
  expect(server.run("EVAL", "return #redis.call('get', 'large')", "0")).toBe(":300000\r\n");
  const script =
    "local n = 0 for _, v in ipairs(redis.call('lrange', 'list', 0, -1)) do n = n + #v end return n";
  expect(server.run("EVAL", script, "0")).toBe(`:${10 * 2500 + 20 * 5000}\r\n`);
  expect(server.run("EVAL", "return redis.call('get', 'large')", "0")).toBe(
    `$300000\r\n${"x".repeat(300_000)}\r\n`,
  );
});

test("tables nested without end are cut where a stock server's stack ends", () => {
  const server = createTestServer();
  const reply = server.run("EVAL", "local a = {} a[1] = a return a", "0");
  expect(reply.endsWith("-ERR reached lua stack limit\r\n")).toBe(true);
  expect(reply.length).toBe(7995 * "*1\r\n".length + "-ERR reached lua stack limit\r\n".length);
  const map = server.run("EVAL", "local a = {} a['map'] = {x = a} return a", "0");
  expect(map.split("*2\r\n").length - 1).toBe(2665);
  expect(map.endsWith("-ERR reached lua stack limit\r\n-ERR reached lua stack limit\r\n")).toBe(true);
});

test("calls and failures are counted as in Redis", () => {
  const server = createTestServer();
  const stats = (name: string): string =>
    new RegExp(`cmdstat_${name}:calls=(\\d+).*rejected_calls=(\\d+),failed_calls=(\\d+)`)
      .exec(server.run("INFO", "commandstats"))
      ?.slice(1)
      .join("/") ?? "none";
  server.run("SET", "k", "v");
  server.run("EVAL", "return redis.call('incr', 'k')", "0");
  expect([stats("incr"), stats("eval")]).toEqual(["1/0/1", "1/0/1"]);
  server.run("EVAL", "redis.pcall('incr', 'k') return 1", "0");
  expect([stats("incr"), stats("eval")]).toEqual(["2/0/2", "2/0/1"]);
  server.run("EVAL", "return redis.call('incr')", "0");
  expect([stats("incr"), stats("eval")]).toEqual(["2/1/2", "3/0/2"]);
  expect(server.run("INFO", "stats")).toContain("total_error_replies:3\r\n");
});

test("while writes are paused a script runs that declares to write nothing, alone and in a transaction", () => {
  const server = createTestServer();
  const [control, plain, reader, shaReader, transaction, writer] = Array.from({ length: 6 }, () =>
    server.connect(),
  );
  const code = "#!lua flags=no-writes\nreturn 'read'";
  const sha = server.run("SCRIPT", "LOAD", code).slice(5, 45);
  writer?.run("MULTI");
  writer?.run("EVAL", "#!lua\nreturn 3", "0");
  control?.run("CLIENT", "PAUSE", "100000", "WRITE");
  expect(plain?.run("EVAL", "return 1", "0")).toBe("");
  expect(reader?.run("EVAL", code, "0")).toBe("$4\r\nread\r\n");
  expect(reader?.run("EVAL_RO", "return 2", "0")).toBe(":2\r\n");
  expect(shaReader?.run("EVALSHA", sha, "0")).toBe("$4\r\nread\r\n");
  transaction?.run("MULTI");
  transaction?.run("EVAL", code, "0");
  expect(transaction?.run("EXEC")).toBe("*1\r\n$4\r\nread\r\n");
  expect(writer?.run("EXEC")).toBe("");
  control?.run("CLIENT", "UNPAUSE");
  server.advance(1);
  expect([plain?.take(), writer?.take()]).toEqual([":1\r\n", "*1\r\n:3\r\n"]);
});
