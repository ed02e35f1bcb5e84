// Functions answer as in a stock Redis, and their payloads go both ways.

import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";
import { isStock, testStories, withStockRedis } from "../../testing/stock-stories.ts";

testStories({
  functions: [
    ["FUNCTION", "LIST"],
    ["FUNCTION", "STATS"],
    ["FUNCTION", "LOAD", "return 1"],
    ["FUNCTION", "LOAD", "#!lua name=a"],
    ["FUNCTION", "LOAD", "#!lua\nreturn 1"],
    ["FUNCTION", "LOAD", "#!lua name=a name=b\nreturn 1"],
    ["FUNCTION", "LOAD", "#!lua foo=a\nreturn 1"],
    ["FUNCTION", "LOAD", "#!nolua name=a\nreturn 1"],
    ["FUNCTION", "LOAD", "#!lua name=a-b\nreturn 1"],
    ["FUNCTION", "LOAD", "#!lua name=a\nreturn 1"],
    ["FUNCTION", "LOAD", "#!lua name=a\nreturn f("],
    ["FUNCTION", "LOAD", "#!lua name=a\nerror('x')"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.call('get','x')"],
    ["FUNCTION", "LOAD", "#!lua name=a\nreturn KEYS"],
    ["FUNCTION", "LOAD", "#!lua name=a\nx = 1"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function()"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function(1,2,3)"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function(1,2)"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function({},function() end)"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function('f-x',function() end)"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function('x')"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function{function_name='f'}"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function{callback=function() end}"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function{function_name='f',callback=1}"],
    ["FUNCTION", "LOAD", "#!lua name=a\nredis.register_function{function_name={},callback=function() end}"],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function{function_name='f',callback=function() end,description={}}",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function{function_name='f',callback=function() end,flags=1}",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function{function_name='f',callback=function() end,flags={'x'}}",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function{function_name='f',callback=function() end,other=1}",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function{function_name='f',callback=function() end,[{}]=1}",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function('f',function() end) redis.register_function('f',function() end)",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function('f',function(keys,args) return {keys,args} end)",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=a\nredis.register_function('f',function(keys,args) return {keys,args} end)",
    ],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=b\nredis.register_function('f',function(keys,args) return {keys,args} end)",
    ],
    [
      "FUNCTION",
      "LOAD",
      "REPLACE",
      "#!lua name=a\nredis.register_function('f',function(k,a) return {a,k} end)",
    ],
    ["FUNCTION", "LOAD", "REPLACE", "#!lua name=a\nreturn f("],
    ["FUNCTION", "LOAD", "NOSUCH", "x"],
    ["FUNCTION", "LOAD", "REPLACE"],
    ["FCALL", "f", "1", "k", "a", "b"],
    ["FCALL", "f", "0"],
    ["FCALL", "f", "x"],
    ["FCALL", "f", "3", "k"],
    ["FCALL", "f", "-1", "k"],
    ["FCALL", "F", "0"],
    ["FCALL", "nosuch", "x"],
    ["FCALL_RO", "f", "0"],
    ["FUNCTION", "LIST"],
    ["FUNCTION", "LIST", "WITHCODE"],
    ["FUNCTION", "LIST", "LIBRARYNAME", "A*"],
    ["FUNCTION", "LIST", "LIBRARYNAME", "x*"],
    ["FUNCTION", "LIST", "LIBRARYNAME"],
    ["FUNCTION", "LIST", "x"],
    ["FUNCTION", "LIST", "WITHCODE", "WITHCODE"],
    ["FUNCTION", "DELETE", "nosuch"],
    ["FUNCTION", "DELETE", "a"],
    ["FCALL", "f", "0"],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=ro\nredis.register_function{function_name='r',callback=function(k) return redis.call('get',k[1]) end," +
        "flags={'no-writes','allow-oom'},description='reads'}",
    ],
    ["FCALL_RO", "r", "1", "x"],
    ["FUNCTION", "LIST", "WITHCODE"],
    ["FUNCTION", "DUMP"],
    ["FUNCTION", "STATS"],
    [
      "FUNCTION",
      "LOAD",
      "REPLACE",
      "#!lua name=ro\nlocal n = 0\nlocal function bad() error('bad') end\n" +
        "redis.register_function{function_name='r',callback=function(k) return redis.call('set','x',1) end,flags={'no-writes'}}\n" +
        "redis.register_function('count',function() n = n + 1 return n end)\n" +
        "redis.register_function('bad',function() bad() end)\n",
    ],
    ["FCALL", "r", "0"],
    ["FCALL", "count", "0"],
    ["FCALL", "count", "0"],
    ["FCALL", "bad", "0"],
    [
      "FUNCTION",
      "LOAD",
      "#!lua name=globals\n" +
        "redis.register_function('g1',function() return KEYS end)\n" +
        "redis.register_function('g2',function() x = 1 end)\n" +
        "redis.register_function('g3',function() return redis.register_function end)\n" +
        "redis.register_function('g4',function() return redis.breakpoint end)\n" +
        "redis.register_function('g5',function() return type(cjson.encode) end)\n" +
        "redis.register_function('g6',function() redis.call('set','x','y') return redis.call('get','x') end)\n" +
        "redis.register_function('g7',function() return redis.call('incr','x') end)\n" +
        "redis.register_function('g8',function() _G.y = 1 end)\n" +
        "redis.register_function('g9',function() redis.setresp(3) return true end)\n",
    ],
    ["FCALL", "g1", "0"],
    ["FCALL", "g2", "0"],
    ["FCALL", "g3", "0"],
    ["FCALL", "g4", "0"],
    ["FCALL", "g5", "0"],
    ["FCALL", "g6", "0"],
    ["FCALL", "g7", "0"],
    ["FCALL", "g8", "0"],
    ["FCALL", "g9", "0"],
    ["FCALL_RO", "g6", "0"],
    ["FUNCTION", "RESTORE", "x"],
    ["FUNCTION", "RESTORE", "x", "NOSUCH"],
    ["FUNCTION", "RESTORE", "x", "FLUSH", "y"],
    ["FUNCTION", "FLUSH", "x"],
    ["FUNCTION", "FLUSH", "SYNC", "x"],
    ["FUNCTION", "FLUSH", "SYNC"],
    ["FUNCTION", "FLUSH"],
    ["FUNCTION", "DUMP"],
    ["FUNCTION", "KILL"],
    ["FUNCTION", "NOSUCH"],
    ["FUNCTION"],
    ["FCALL", "g1", "0"],
    ["FCALL"],
  ],
});

test.skipIf(!isStock)("what FUNCTION DUMP gives the stock server restores, and the reverse", () =>
  withStockRedis(async (stock) => {
    const code = `#!lua name=dumped\nredis.register_function('d',function() return 'restored' end) -- ${"x".repeat(500)}`;
    const ours = createTestServer();
    ours.run("FUNCTION", "LOAD", code);
    const payload = bulkOf(ours.run("FUNCTION", "DUMP"));
    expect(await stock.run("FUNCTION", "RESTORE", payload)).toBe("+OK\r\n");
    expect(await stock.run("FCALL", "d", "0")).toBe("$8\r\nrestored\r\n");
    const dumped = bulkOf(await stock.run("FUNCTION", "DUMP"));
    const others = createTestServer();
    expect(others.run("FUNCTION", "RESTORE", dumped)).toBe("+OK\r\n");
    expect(others.run("FUNCTION", "RESTORE", dumped)).toBe("-ERR Library dumped already exists\r\n");
    expect(others.run("FUNCTION", "RESTORE", dumped, "REPLACE")).toBe("+OK\r\n");
    expect(others.run("FUNCTION", "RESTORE", dumped, "FLUSH")).toBe("+OK\r\n");
    expect(others.run("FCALL", "d", "0")).toBe("$8\r\nrestored\r\n");
  }),
);

function bulkOf(reply: string): Uint8Array {
  return Buffer.from(reply.slice(reply.indexOf("\n") + 1, -2), "latin1");
}
