// Cargo: data of every type and encoding, as calls, the same for every server.
//
// Role: pure. Key `i` has the kind i mod the number of kinds, so that any number of keys holds some of all; what is large
// stands once in a thousand. Nothing is drawn, and times to live end far away.

import type { Words } from "../resp/request.ts";

/** Databases that hold some of it. */
export const cargoDbs: readonly number[] = [0, 3, 15];

const farMs = 4_102_444_800_000; // 2100.
const largeEvery = 1000;

type Kind = (key: string, i: number, isLarge: boolean) => Words[];

const binary = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");
const many = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

const kinds: readonly Kind[] = [
  (key, i) => [["SET", key, `${i * 7919 - 500_000}`]],
  (key, i) => [["SET", key, `short ${i}`]],
  (key, i, isLarge) => [["SET", key, `${i} `.repeat(isLarge ? 20_000 : 20)]],
  (key, i, isLarge) => [["SET", key, binary.slice(i % 256).repeat(isLarge ? 100 : 1)]],
  (key, i, isLarge) => [["RPUSH", key, ...many(isLarge ? 3000 : 5).map((n) => `element ${i}:${n}`)]],
  (key, i) => [["RPUSH", key, `${i}`, "-1", "70000", "9223372036854775807", "", "x".repeat(i % 300)]],
  (key, i, isLarge) => [["RPUSH", key, "small", "L".repeat(isLarge ? 20_000 : 100), `${i}`]],
  (key, i, isLarge) => [["SADD", key, ...many(isLarge ? 600 : 4).map((n) => `${n * 10 ** (i % 12)}`)]],
  (key, i, isLarge) => [["SADD", key, ...many(isLarge ? 2000 : 6).map((n) => `member ${i}:${n}`), "12"]],
  (key, i, isLarge) => [
    ["HSET", key, ...many(isLarge ? 1000 : 5).flatMap((n) => [`field ${n}`, `${i * n}`])],
  ],
  (key, i) => [["HSET", key, `${i}`, "v".repeat(i % 3 === 0 ? 80 : 8), "", ""]],
  (key, i, isLarge) => [
    ["ZADD", key, ...many(isLarge ? 1000 : 5).flatMap((n) => [`${(n * i) / 7}`, `member ${n}`])],
  ],
  (key, i) => [["ZADD", key, "inf", "up", "-inf", "down", `${i}`, "here", "1e-300", "small", "0.1", "tenth"]],
  (key, i, isLarge) => [
    ...many(isLarge ? 400 : 4).map(
      (n): Words => ["XADD", key, `${i + n}-${n + 1}`, "f", `${n}`, "g", `v${i}`],
    ),
    ["XGROUP", "CREATE", key, "readers", "0"],
    ["XREADGROUP", "GROUP", "readers", "one", "COUNT", "2", "STREAMS", key, ">"],
    ["XREADGROUP", "GROUP", "readers", "two", "COUNT", "1", "STREAMS", key, ">"],
    ["XACK", key, "readers", `${i}-1`],
    ["XDEL", key, `${i + 1}-2`],
  ],
  (key, i) => [
    ["XADD", key, "1-1", "only", `${i}`],
    ["XDEL", key, "1-1"],
    ["XGROUP", "CREATE", key, "empty", "$"],
  ],
  (key, i, isLarge) => [["PFADD", key, ...many(isLarge ? 5000 : 5).map((n) => `${i}:${n}`)]],
  (key, i) => [
    ["SETBIT", key, `${i % 5000}`, "1"],
    ["GEOADD", `${key}:geo`, `${(i % 360) - 180}`, `${(i % 170) - 85}`, "place"],
  ],
];

const libraryCode =
  "#!lua name=carried\nredis.register_function('carried_answer', function() return 42 end)\n";

/** What is written once, before all keys. */
export const front: readonly Words[] = [["FUNCTION", "LOAD", libraryCode]];

/** The calls that make key `i`; the first selects its database. */
export function callsFor(i: number): Words[] {
  const db = cargoDbs[i % 7 === 0 ? 1 : i % 11 === 0 ? 2 : 0] as number;
  const key = `key:${i}`;
  const kind = kinds[i % kinds.length] as Kind;
  const isLarge = Math.floor(i / kinds.length) % largeEvery === 0;
  const calls = [["SELECT", `${db}`], ...kind(key, i, isLarge)];
  if (i % 3 === 0) calls.push(["PEXPIREAT", key, `${farMs + i}`]);
  return calls;
}

/** What is changed when the base of a log is there already, so that some stands in the commands behind it. */
export function changesOf(i: number): Words[] {
  if (i % 50 !== 0) return [];
  const db = cargoDbs[i % 7 === 0 ? 1 : i % 11 === 0 ? 2 : 0] as number;
  const key = `key:${i}`;
  const select = ["SELECT", `${db}`];
  switch ((i / 50) % 6) {
    case 0:
      return [select, ["DEL", key]];
    case 1:
      return [select, ["RENAME", key, `${key}:renamed`]];
    case 2:
      return [select, ["MULTI"], ["SET", `${key}:a`, `${i}`], ["SADD", `${key}:b`, "1", "2", "x"], ["EXEC"]];
    case 3:
      return [
        select,
        [
          "EVAL",
          "redis.call('SET', KEYS[1], ARGV[1]); return redis.call('INCRBYFLOAT', KEYS[1], '0.5')",
          "1",
          `${key}:c`,
          `${i}`,
        ],
      ];
    case 4:
      return [
        select,
        ["SPOP", `${key}:none`],
        ["SADD", `${key}:d`, ...many(9).map(String)],
        ["SPOP", `${key}:d`, "3"],
        ["EXPIRE", `${key}:d`, "900000"],
      ];
    default:
      return [
        select,
        ["XADD", `${key}:e`, "*", "f", "v"],
        ["COPY", key, `${key}:f`, "REPLACE"],
        ["PERSIST", key],
      ];
  }
}
