import { expect, test } from "vitest";
import { createTestServer, type TestServer } from "../../testing/command-runner.ts";

function members(server: TestServer, key: string): string[] {
  const words = server.run("ZRANGE", key, "0", "-1", "WITHSCORES").split("\r\n");
  return words.filter((word) => word !== "" && !/^[*$]/.test(word));
}

test("sources are found in every shard, whichever holds the destination", () => {
  const server = createTestServer({ shards: 4 });
  const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
  for (const [i, key] of keys.entries()) server.run("ZADD", key, i, `m${i % 4}`);
  for (const destination of keys.map((key) => `${key}-all`)) {
    expect(server.run("ZUNIONSTORE", destination, keys.length, ...keys)).toBe(":4\r\n");
    expect(members(server, destination)).toEqual(["m0", "12", "m1", "15", "m2", "18", "m3", "21"]);
  }
});

test("a union of thousands counts each member once", () => {
  const server = createTestServer();
  for (let i = 0; i < 3000; i++) server.run("ZADD", `k${i % 3}`, i, `m${i % 1500}`);
  expect(server.run("ZUNIONSTORE", "all", 3, "k0", "k1", "k2", "AGGREGATE", "MAX")).toBe(":1500\r\n");
  expect(members(server, "all")).toEqual(
    Array.from({ length: 1500 }, (_, i) => [`m${i}`, `${1500 + i}`]).flat(),
  );
});

test("a result that is stored counts as one change and takes the place of what was there", () => {
  const server = createTestServer();
  const changes = () => /rdb_changes_since_last_save:(\d+)/.exec(server.run("INFO", "persistence"))?.[1];
  server.run("ZADD", "k", "1", "a", "2", "b", "3", "c");
  server.run("SET", "d", "text", "EX", "100");
  expect(changes()).toBe("4");
  expect(server.run("ZUNIONSTORE", "d", "1", "k")).toBe(":3\r\n");
  expect([changes(), server.run("TTL", "d")]).toEqual(["5", ":-1\r\n"]);
  expect(server.run("ZINTERSTORE", "d", "2", "k", "none")).toBe(":0\r\n");
  expect([changes(), server.run("EXISTS", "d")]).toEqual(["6", ":0\r\n"]);
  server.run("ZINTERSTORE", "d", "2", "k", "none");
  expect(changes()).toBe("6");
});
