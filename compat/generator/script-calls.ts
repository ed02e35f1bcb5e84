// Script calls: EVAL, FCALL and their like, with scripts that have something to say.
//
// Role: further special calls (special-calls.ts). Scripts that call commands are so plain that the shadow oracle can run
// them itself (oracle/small-lua.ts); others, and all functions, call none, so that they change nothing.

import { createHash } from "node:crypto";
import type { Chance } from "./chance.ts";
import type { SpecialContext } from "./special.ts";

const plain = [
  "return redis.call('get',KEYS[1])",
  "return redis.call('set',KEYS[1],ARGV[1])",
  "return redis.call('incr',KEYS[1])",
  "return redis.call('incrbyfloat',KEYS[1],0.5)",
  "return redis.call('append',KEYS[1],ARGV[1])",
  "return redis.call('del',KEYS[1],KEYS[2])",
  "return redis.call('type',KEYS[1])",
  "return redis.call('lrange',KEYS[1],0,-1)",
  "return redis.call('hgetall',KEYS[1])",
  "return redis.call('hset',KEYS[1],'f',ARGV[1])",
  "return redis.call('zrange',KEYS[1],0,-1,'withscores')",
  "return redis.call('xrange',KEYS[1],'-','+')",
  "return redis.call('mget',unpack(KEYS))",
  "return redis.call('rpush',KEYS[1],unpack(ARGV))",
  "return redis.pcall('incr',KEYS[1])",
  "redis.call('set',KEYS[1],1) return redis.call('incr',KEYS[1])",
  "redis.pcall('lpush',KEYS[1],1);\nredis.call('set',KEYS[2],2)\nreturn redis.pcall('get',KEYS[1])",
  "return {redis.call('exists',KEYS[1]),redis.pcall('strlen',KEYS[1]),nil,1}",
  "redis.call('select',1) return redis.call('dbsize')",
  "return redis.call('ping')",
  "return redis.call(unpack(ARGV))",
  "return redis.call('nope')",
  "return redis.call('get')",
  "return redis.call('multi')",
  "return redis.call('blpop',KEYS[1],0)",
  "return {KEYS,ARGV,#KEYS}",
  "return {1,{2,'x'},true,false,3.99}",
  "return ARGV[1]",
  "return redis.status_reply('fine')",
  "return redis.error_reply('MY own')",
  "return {err='My Err'}",
  "return redis.sha1hex('')",
  "return 12345678901234567890",
  "return",
  "",
] as const;

const silent = [
  "local sum = 0 for i = 1, 10 do sum = sum + i end return sum",
  "return string.format('%d', 5)",
  "error('no')",
  "retur",
  "return nope",
  "#!lua\nreturn 1",
  "#!lua flags=no-writes\nreturn 1",
  "#!lua flags=x\nreturn 1",
  "#!js\nreturn 1",
] as const;

const libraries = [
  "#!lua name=lib\nredis.register_function('f', function(keys, args) return #keys end)",
  "#!lua name=lib\nredis.register_function('g', function(keys, args) return args end)",
  "#!lua name=lib\nredis.register_function{function_name='f', callback=function() return 'ro' end, flags={'no-writes'}}",
  "#!lua name=lib\nreturn 1",
  "#!lua name=lib\nretur",
  "#!lua\nreturn 1",
  "#!lua name=a-b\nreturn 1",
  "#!js name=lib\nreturn 1",
  "return 1",
  "",
] as const;

// Of FUNCTION DUMP: no library at all, and one named "lib".
const functionPayloads = [
  "\n\x00]\x9b\x5c@\x0f\x7f\xa2\xda",
  "\xf5@C#!lua name=lib\nredis.register_function('f',function() return 1 end)\n\x00\xa4\x8c\x22m\xd0g\xa5g",
] as const;

const shas = [...plain, ...silent].map(shaOf);
const tableReaders = plain.filter((body) => body.includes("'hgetall'"));
const namesOfTableReaders: ReadonlySet<string> = new Set(tableReaders.flatMap((body) => [body, shaOf(body)]));

function shaOf(body: string): string {
  return createHash("sha1").update(body, "latin1").digest("hex");
}

/** Whether a call is of a script that answers what a table holds, and so in no order. */
export function readsTable(words: readonly string[]): boolean {
  return words.some((word) => namesOfTableReaders.has(word) || namesOfTableReaders.has(word.toLowerCase()));
}

function drawScript(chance: Chance): string {
  return chance.oneIn(8) ? chance.pick(silent) : chance.pick(plain);
}

function drawSha(chance: Chance): string {
  const sha = chance.pick(shas);
  if (chance.oneIn(10)) return sha.slice(1);
  return chance.oneIn(6) ? sha.toUpperCase() : sha;
}

/** What follows the script or function: how many keys, the keys, and arguments. */
function behind({ chance, key }: SpecialContext): string[] {
  const keys = Array.from({ length: chance.pick([0, 1, 1, 2, 2]) }, key);
  const args = Array.from({ length: chance.pick([0, 1, 2]) }, () =>
    chance.pick(["1", "v", "get", "5.5", ""]),
  );
  const count = chance.oneIn(15) ? chance.pick(["-1", "9", "x", ""]) : `${keys.length}`;
  return [count, ...keys, ...args];
}

type Draw = (context: SpecialContext) => string[];

const withScript: Draw = (context) => [...context.name, drawScript(context.chance), ...behind(context)];
const withSha: Draw = (context) => [...context.name, drawSha(context.chance), ...behind(context)];
const withFunction: Draw = (context) => [
  ...context.name,
  context.chance.pick(["f", "f", "g", "none", ""]),
  ...behind(context),
];

/** By full name. */
export const scriptCalls: Readonly<Record<string, Draw>> = {
  eval: withScript,
  eval_ro: withScript,
  evalsha: withSha,
  evalsha_ro: withSha,
  fcall: withFunction,
  fcall_ro: withFunction,
  "script|load": ({ name, chance }) => [...name, drawScript(chance)],
  "script|exists": ({ name, chance }) => [
    ...name,
    ...Array.from({ length: chance.between(1, 3) }, () => drawSha(chance)),
  ],
  // A client that is being debugged gets no replies that could be told apart.
  "script|debug": ({ name, chance }) => [...name, chance.pick(["NO", "no", "x", ""])],
  "function|load": ({ name, chance }) => [
    ...name,
    ...(chance.oneIn(2) ? [] : [chance.pick(["REPLACE", "replace", "nope"])]),
    chance.pick(libraries),
  ],
  "function|delete": ({ name, chance }) => [...name, chance.pick(["lib", "lib", "none", ""])],
  "function|restore": ({ name, chance, material }) => [
    ...name,
    chance.oneIn(3) ? chance.pick(material.payloads) : chance.pick(functionPayloads),
    ...(chance.oneIn(3) ? [] : [chance.pick(["APPEND", "REPLACE", "FLUSH", "nope"])]),
  ],
};
