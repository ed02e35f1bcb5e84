import { expect, test } from "vitest";
import { createTestServer } from "../../src/testing/command-runner.ts";
import { readDatabase, readFields, readKey } from "./held-values.ts";
import type { HeldValue } from "./live-node.ts";

function serverAfter(...calls: readonly string[]): ReturnType<typeof createTestServer> {
  const server = createTestServer();
  for (const call of calls) server.run(...call.split(" "));
  return server;
}

test("each type reads as the oracle tells it: packed and large, in the order of the type", () => {
  const many = Array.from({ length: 300 }, (_, i) => `m${i}`);
  const server = serverAfter(
    "SET string a",
    "RPUSH list b a c",
    "HSET hash b 1 a 2",
    "SADD set b a",
    "SADD ints 3 1 2",
    "ZADD zset 2 a 1.5 b 0 c inf d",
    "XADD stream 5-1 f v",
    "XGROUP CREATE stream g 0",
    `SADD large ${many.join(" ")}`,
    "SET timed x PXAT 1800000000000",
  );
  const [shard] = server.server.coordinator.shards;
  const found = new Map<string, HeldValue>();
  if (shard !== undefined) readDatabase(shard.databases, 0, found);
  const texts = Object.fromEntries([...found].map(([key, { value }]) => [key, value]));
  expect(texts).toMatchObject({
    string: "string a",
    list: 'list ["b","a","c"]',
    hash: 'hash ["a","2","b","1"]',
    set: 'set ["a","b"]',
    ints: 'set ["1","2","3"]',
    zset: 'zset ["c","0","b","1.5","a","2","d","inf"]',
    stream: 'stream ["5-1","f","v","5-1","5-1","0-0","1","g","0-0","-1"]',
    large: `set ${JSON.stringify(many.toSorted())}`,
  });
  expect(found.get("timed")?.expireAtMs).toBe(1_800_000_000_000);
  expect(found.get("ints")?.encoding).toBe("intset");
  expect(shard === undefined ? "" : readKey(shard.databases, 0, "list")?.value).toBe(texts["list"]);
});

test("a key whose time is over is not held, and its fields are told as long as they are there", () => {
  const server = serverAfter("SET k v PX 5", "HSET h a 1 b 2", "HPEXPIRE h 5000 FIELDS 1 a");
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  const databases = server.server.coordinator.shards[0]?.databases;
  if (databases === undefined) throw new Error("no shard");
  const fields = readFields(databases, 0, "h")?.map(({ field, value }) => `${field}${value}`);
  expect(fields?.toSorted()).toEqual(["a1", "b2"]);
  expect(readFields(databases, 0, "h")?.find(({ field }) => field === "a")?.endMs).toBe(1_700_000_005_000);
  expect(readFields(databases, 0, "k")).toBeUndefined();
  server.advance(10);
  server.run("PING");
  expect(readKey(databases, 0, "k")).toBeUndefined();
});
