// Libraries' cluster clients, and redis-cli's, work with a cluster of one node.

import { spawnSync } from "node:child_process";
import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { candidateCommand, type Server, startServer, stopServer } from "../servers/pair.ts";
import { hasStock } from "./both.ts";

const port = 7590;
let server: Server | undefined;

beforeAll(async () => {
  server = await startServer("shadis", candidateCommand(), port, ["--cluster-enabled", "yes"]);
}, 30_000);
afterAll(async () => {
  if (server !== undefined) await stopServer(server);
});

test("ioredis finds the node, its slots and its keys", async () => {
  const cluster = new Cluster([{ host: "127.0.0.1", port }]);
  try {
    expect(await cluster.set("a", "1")).toBe("OK");
    expect(await Promise.all(["a", "b", "c"].map((key) => cluster.incr(key)))).toEqual([2, 1, 1]);
    expect(await cluster.mget("{t}1", "{t}2")).toEqual([null, null]);
    await expect(cluster.mget("a", "b")).rejects.toThrow("CROSSSLOT");
    expect(await cluster.pipeline().set("{t}1", "x").get("{t}1").exec()).toEqual([
      [null, "OK"],
      [null, "x"],
    ]);
    expect(cluster.nodes("master").length).toBe(1);
  } finally {
    cluster.disconnect();
  }
});

test("node-redis finds the node, its slots and its keys, and subscribes to a shard channel", async () => {
  const cluster = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
  cluster.on("error", () => {});
  await cluster.connect();
  try {
    expect(await cluster.set("n", "5")).toBe("OK");
    expect(await cluster.incr("n")).toBe(6);
    expect(await cluster.multi().incr("n").get("n").exec()).toEqual([7, "7"]);
    let tell = (_message: string): void => {};
    const heard = new Promise((resolve) => {
      tell = resolve;
    });
    await cluster.sSubscribe("news", (message) => tell(message));
    await cluster.sPublish("news", "one");
    expect(await heard).toBe("one");
    await cluster.sUnsubscribe("news");
  } finally {
    await cluster.close();
  }
});

// redis-cli comes with the stock server.
test.skipIf(!hasStock)("redis-cli -c reads and writes, and its check of the cluster finds no fault", () => {
  const run = (...words: readonly string[]): string =>
    spawnSync("redis-cli", ["-p", `${port}`, ...words], { encoding: "utf8", timeout: 10_000 }).stdout;
  expect(run("-c", "SET", "r", "1")).toBe("OK\n");
  expect(run("-c", "GET", "r")).toBe("1\n");
  const check = spawnSync("redis-cli", ["--cluster", "check", `127.0.0.1:${port}`], {
    encoding: "utf8",
    timeout: 10_000,
  });
  expect(check.stdout).toContain("[OK] All 16384 slots covered.");
});
