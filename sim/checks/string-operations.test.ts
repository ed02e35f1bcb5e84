import fc from "fast-check";
import { expect, test } from "vitest";
import { encode } from "../../oracle/encode.ts";
import { Oracle } from "../../oracle/oracle.ts";
import { type Held, impossible } from "./linearize.ts";
import { type Meaning, meaningOf } from "./string-operations.ts";

const key = fc.constantFrom("a", "b");
const value = fc.constantFrom("", "0", "7", "-3", "x", "longer text", "9223372036854775807");
const number = fc.constantFrom("0", "1", "-1", "5", "12", "-9", "9223372036854775807");
const offset = fc.constantFrom("0", "3", "20");
const call: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(fc.constantFrom("GET", "STRLEN", "INCR", "DECR", "GETDEL", "DEL", "EXISTS", "UNLINK"), key),
  fc.tuple(fc.constantFrom("SET", "SETNX", "GETSET", "APPEND"), key, value),
  fc.tuple(fc.constant("SET"), key, value, fc.constantFrom("NX", "XX", "GET", "KEEPTTL")),
  fc.tuple(fc.constantFrom("INCRBY", "DECRBY"), key, number),
  fc.tuple(fc.constant("SETRANGE"), key, offset, value),
  fc.tuple(fc.constantFrom("GETRANGE", "SUBSTR"), key, number, number),
  fc.tuple(fc.constant("SETBIT"), key, offset, fc.constantFrom("0", "1")),
  fc.tuple(fc.constant("GETBIT"), key, offset),
  fc.tuple(fc.constantFrom("MGET", "DEL", "EXISTS", "TOUCH"), key, key),
  fc.tuple(fc.constantFrom("MSET", "MSETNX"), key, value, key, value),
);

/** What both keys hold after the steps of a meaning; undefined when a step is impossible. */
function after(held: ReadonlyMap<string, Held>, meaning: Meaning): ReadonlyMap<string, Held> | undefined {
  if (meaning.is === "nothing") return held;
  if (meaning.is !== "steps") throw new Error(`${meaning.is} is not expected here`);
  const next = new Map(held);
  for (const { key: name, step } of meaning.steps) {
    const stepped = step(next.get(name));
    if (stepped === impossible) return undefined;
    next.set(name, stepped);
  }
  return next;
}

function holds(oracle: Oracle): ReadonlyMap<string, Held> {
  return new Map(["a", "b"].map((name) => [name, oracle.model.get(0, name)?.value as Held]));
}

test("each call means what the oracle does, with its reply and without", () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 12 }), (calls) => {
      const oracle = new Oracle();
      for (const words of calls) {
        const before = holds(oracle);
        const reply = encode(oracle.execute(1, words, 1000), 2) ?? "";
        const expected = holds(oracle);
        expect([words, after(before, meaningOf(words, reply, 2, 0))]).toEqual([words, expected]);
        // MSETNX is one for all of its keys, which no single key can tell.
        if (words[0] === "MSETNX" || reply.startsWith("-")) continue;
        expect([words, after(before, meaningOf(words, undefined, 2, 0))]).toEqual([words, expected]);
      }
    }),
  );
});

test("an integer reply that is wrong is impossible", () => {
  const before = new Map([["a", "7"]]);
  for (const words of ["INCR a", "STRLEN a", "SETRANGE a 3 x", "SETBIT a 1 1", "APPEND a b", "DECRBY a 2"]) {
    expect([words, after(before, meaningOf(words.split(" "), ":99\r\n", 2, 0))]).toEqual([words, undefined]);
  }
});

test.each([
  ["SET k v EX 10", "spoils"],
  ["EXPIRE k 10", "spoils"],
  ["BITFIELD k SET u8 0 1", "spoils"],
  ["RENAME a b", "spoils"],
  ["FLUSHALL", "flush"],
  ["FLUSHDB", "flush"],
  ["SWAPDB 0 1", "spoils-databases"],
  ["CONFIG SET maxmemory 1mb", "limits-memory"],
  ["CONFIG SET hz 10", "nothing"],
  ["DEBUG POPULATE 5", "spoils-all"],
  ["SELECT 3", "select"],
  ["TTL k", "nothing"],
  ["PING", "nothing"],
  ["EVALSHA 0000 1 k", "spoils-all"],
  ["EVAL_RO x 1 k", "nothing"],
  ["FCALL f 1 k", "spoils-all"],
] as const)("%s is of kind %s", (words, is) => {
  expect(meaningOf(words.split(" "), undefined, 2, 0).is).toBe(is);
});

test.each([
  ["return redis.call('set', KEYS[1], ARGV[1])", { is: "spoils", keys: ["k"], inAllDatabases: false }],
  [
    "redis.pcall('get',KEYS[1]) redis.call('del',KEYS[1])",
    { is: "spoils", keys: ["k"], inAllDatabases: false },
  ],
  ["return redis.call('get', ARGV[1])", { is: "nothing" }],
  ["return redis.call('set', ARGV[1], 1)", { is: "spoils-all" }],
  ["return redis.call(unpack(ARGV))", { is: "spoils-all" }],
  ["local r = redis r.call('set', KEYS[1], 1)", { is: "spoils-all" }],
  ["redis.call('select', 1) redis.call('set', KEYS[1], 1)", { is: "spoils-all" }],
])("the script %s changes what it shows", (text, meaning) => {
  for (const reply of [undefined, "+OK\r\n", "+QUEUED\r\n"])
    expect(meaningOf(["EVAL", text, "1", "k", "v"], reply, 2, 0)).toEqual(meaning);
  expect(meaningOf(["EVAL", text, "1", "k", "v"], "-ERR no\r\n", 2, 0).is).toBe("nothing");
});
