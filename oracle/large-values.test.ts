import { expect, test } from "vitest";
import { encode } from "./encode.ts";
import { Oracle } from "./oracle.ts";

const count = 1100; // enough for a value to be changed in place

const kinds = [
  {
    kind: "list",
    fill: (i: number) => ["RPUSH", "a", `m${i}`],
    size: "LLEN",
    grow: ["LPUSH", "a", "new"],
    shrink: ["RPOP", "a"],
    copy: ["LINDEX", "b", "0"],
  },
  {
    kind: "set",
    fill: (i: number) => ["SADD", "a", `m${i}`],
    size: "SCARD",
    grow: ["SADD", "a", "new"],
    shrink: ["SREM", "a", "m0"],
    copy: ["SISMEMBER", "b", "m0"],
  },
  {
    kind: "hash",
    fill: (i: number) => ["HSET", "a", `m${i}`, "v"],
    size: "HLEN",
    grow: ["HSET", "a", "new", "v"],
    shrink: ["HDEL", "a", "m0"],
    copy: ["HGET", "b", "m0"],
  },
  {
    kind: "zset",
    fill: (i: number) => ["ZADD", "a", `${i}`, `m${i}`],
    size: "ZCARD",
    grow: ["ZADD", "a", "-1", "new"],
    shrink: ["ZPOPMIN", "a"],
    copy: ["ZSCORE", "b", "m0"],
  },
  {
    kind: "stream",
    fill: (i: number) => ["XADD", "a", `1-${i + 1}`, "f", "v"],
    size: "XLEN",
    grow: ["XADD", "a", "2-1", "f", "v"],
    shrink: ["XDEL", "a", "1-1"],
    copy: ["XRANGE", "b", "1-1", "1-1"],
  },
] as const;

test.each(kinds)("a large $kind and its copy, or what it was renamed to, have nothing in common", (each) => {
  const oracle = new Oracle();
  const run = (words: readonly string[]) => encode(oracle.execute(1, [...words], 1000), 2);
  run(["CONFIG", "SET", "stream-node-max-entries", "10"]);
  for (let i = 0; i < count; i++) run(each.fill(i));
  run(["COPY", "a", "b"]);
  const before = run(each.copy);
  run(each.grow);
  run(each.grow);
  expect(run([each.size, "b"])).toBe(`:${count}\r\n`);
  run(each.shrink);
  run(["COPY", "b", "c"]);
  run(["RENAME", "a", "d"]);
  run(each.shrink);
  for (let i = 0; i < 3; i++) run(each.fill(i));
  expect(run([each.size, "b"])).toBe(`:${count}\r\n`);
  expect(run([each.size, "c"])).toBe(`:${count}\r\n`);
  expect(run(each.copy)).toBe(before);
  expect(run([each.size, "a"])).toBe(":3\r\n");
});

test("the lowest of a large sorted set are popped in order, whatever comes between", () => {
  const oracle = new Oracle();
  const run = (...words: string[]) => encode(oracle.execute(1, words, 1000), 2);
  for (let i = 0; i < count; i++) run("ZADD", "z", `${(i * 7) % count}`, `m${i}`);
  const popped = () => /\r\n(-?\d+)\r\n$/.exec(run("ZPOPMIN", "z") ?? "")?.[1];
  expect([popped(), popped()]).toEqual(["0", "1"]);
  run("ZADD", "z", "-5", "low");
  run("ZINCRBY", "z", "-1000", run("ZRANGE", "z", "9", "9")?.split("\r\n")[2] ?? "");
  expect([popped(), popped(), popped()]).toEqual(["-990", "-5", "2"]);
  expect(run("ZPOPMIN", "z", "0")).toBe("*0\r\n");
});
