// Scripts and functions. Many more scripts are in src/commands/scripting/stock.test.ts.

import type { Case } from "./case.ts";

const library =
  "\"#!lua name=lib\\nredis.register_function('f', function(keys, args) return {keys, args} end)\"";
const reader =
  "\"#!lua name=reader\\nredis.register_function{function_name='r', " +
  "callback=function(keys) return redis.call('get', keys[1]) end, flags={'no-writes'}, description='reads'}\"";

export const scriptingCases: readonly Case[] = [
  {
    name: "EVAL returns every kind of value",
    calls: [
      'EVAL "return 1" 0',
      'EVAL "return 3.99" 0',
      "EVAL \"return 'text'\" 0",
      "EVAL \"return {1, 2, {'three'}, nil, 5}\" 0",
      'EVAL "return true" 0',
      'EVAL "return false" 0',
      'EVAL "return nil" 0',
      "EVAL \"return {ok='FINE'}\" 0",
      "EVAL \"return {err='MYCODE text'}\" 0",
      "EVAL \"return redis.status_reply('x')\" 0",
      "EVAL \"return redis.error_reply('x y')\" 0",
      'EVAL "return {KEYS, ARGV}" 1 k a "\\x00\\xff"',
    ],
  },
  {
    name: "EVAL calls commands",
    calls: [
      "EVAL \"return redis.call('SET', KEYS[1], ARGV[1])\" 1 k v",
      "EVAL \"return redis.call('GET', KEYS[1])\" 1 k",
      "EVAL \"return redis.call('GET', 'nokey')\" 0",
      "EVAL \"return redis.call('RPUSH', KEYS[1], unpack(ARGV))\" 1 l a b c",
      "EVAL \"return redis.call('LRANGE', KEYS[1], 0, -1)\" 1 l",
      "EVAL \"return redis.call('INCR', KEYS[1])\" 1 k",
      "EVAL \"return redis.pcall('INCR', KEYS[1]).err\" 1 k",
      "EVAL \"return redis.call('NOSUCH')\" 0",
      "EVAL \"return redis.call('GET')\" 0",
      "EVAL \"return redis.call('MULTI')\" 0",
      'EVAL "return redis.call()" 0',
      "EVAL \"redis.call('SELECT', 5); return redis.call('SET', 'k', 'there')\" 0",
      "GET k",
    ],
  },
  {
    name: "EVAL checks its arguments and the script",
    calls: [
      'EVAL "return 1"',
      'EVAL "return 1" x',
      'EVAL "return 1" -1',
      'EVAL "return 1" 2 k',
      'EVAL "return f(" 0',
      "EVAL \"error('oops')\" 0",
      'EVAL "return nosuch" 0',
      'EVAL "x = 1" 0',
      "EVAL \"#!lua flags=no-writes\\nreturn redis.call('SET', 'k', 1)\" 0",
      'EVAL "#!lua flags=nosuch\\nreturn 1" 0',
      'EVAL "#!python\\nreturn 1" 0',
    ],
  },
  {
    name: "scripts that may not write",
    calls: [
      "SET k v",
      "EVAL_RO \"return redis.call('GET', KEYS[1])\" 1 k",
      "EVAL_RO \"return redis.call('SET', KEYS[1], 1)\" 1 k",
      'SCRIPT LOAD "return 1"',
      "EVALSHA_RO e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0",
      "GET k",
    ],
  },
  {
    name: "scripts by their SHA-1",
    calls: [
      "SCRIPT FLUSH",
      "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0",
      'SCRIPT LOAD "return 1"',
      "EVALSHA E0E1F9FABFC9D4800C877A703B823AC0578FF8DB 0",
      "SCRIPT EXISTS e0e1f9fabfc9d4800c877a703b823ac0578ff8db nosuch",
      'SCRIPT LOAD "return f("',
      "SCRIPT FLUSH x",
      "SCRIPT FLUSH SYNC",
      "SCRIPT EXISTS e0e1f9fabfc9d4800c877a703b823ac0578ff8db",
      "SCRIPT KILL",
      "SCRIPT DEBUG NO",
      "SCRIPT HELP",
    ],
  },
  {
    name: "libraries for data",
    calls: [
      'EVAL "return cjson.encode({a=1, b={1, 2, 3}})" 0',
      'EVAL "return cjson.decode(ARGV[1]).list[2]" 0 "{\\"list\\": [1, \\"two\\"]}"',
      'EVAL "return cjson.decode(ARGV[1])" 0 "[1,"',
      "EVAL \"return {cmsgpack.unpack(cmsgpack.pack(1, 'two', {3}))}\" 0",
      "EVAL \"return {struct.unpack('>HI', struct.pack('>HI', 1, 2))}\" 0",
      'EVAL "return {bit.band(12, 10), bit.tohex(255)}" 0',
      "EVAL \"return redis.sha1hex('')\" 0",
    ],
  },
  {
    name: "a script in a transaction",
    calls: [
      "MULTI",
      "EVAL \"return redis.call('INCR', KEYS[1])\" 1 n",
      "EVAL \"error('x')\" 0",
      "EXEC",
      "GET n",
    ],
  },
  {
    name: "functions are loaded, called and deleted",
    calls: [
      "FUNCTION FLUSH",
      `FUNCTION LOAD ${library}`,
      `FUNCTION LOAD ${library}`,
      `FUNCTION LOAD REPLACE ${library}`,
      "FCALL f 1 k a b",
      "FCALL f x",
      "FCALL f 5 k",
      "FCALL nosuch 0",
      "FCALL_RO f 0",
      "FUNCTION LIST",
      "FUNCTION LIST LIBRARYNAME l* WITHCODE",
      "FUNCTION STATS",
      "FUNCTION DELETE lib",
      "FUNCTION DELETE lib",
      "FCALL f 0",
      "FUNCTION KILL",
      "FUNCTION HELP",
    ],
  },
  {
    name: "functions that may not write, and dumps of libraries",
    calls: [
      "FUNCTION FLUSH SYNC",
      `FUNCTION LOAD ${reader}`,
      "SET k v",
      "FCALL_RO r 1 k",
      "FCALL r 1 k",
      "FUNCTION LIST",
      "FUNCTION DUMP",
      "FUNCTION RESTORE x",
      "FUNCTION RESTORE x NOSUCH",
      "FUNCTION FLUSH ASYNC",
      "FUNCTION LIST",
    ],
  },
];
