import { expect, test } from "vitest";
import type { ClientView, CommandContext } from "../commands/context.ts";
import { createTestServer } from "../testing/command-runner.ts";

test("a shard runs a command on its own keyspace, in the database of the client that asks", () => {
  const { coordinator } = createTestServer({ shards: 3 }).server;
  for (const [id, shard] of coordinator.shards.entries()) {
    expect(shard.id).toBe(id);
    const context = { client: { db: 5 } as ClientView, keyspace: coordinator.everything } as CommandContext;
    let ran = 0;
    shard.execute((given) => {
      ran++;
      expect(given).toBe(context);
      expect(given.keyspace).toBe(shard.keyspace);
      expect(given.keyspace.db).toBe(5);
    }, context);
    expect(ran).toBe(1);
  }
});

test("what one client selects is nothing to the next one", () => {
  for (const shards of [1, 3]) {
    const server = createTestServer({ shards });
    const [one, other] = [server.connect(), server.connect()];
    one.run("SELECT", "3");
    one.run("MSET", "a", "1", "b", "1", "c", "1");
    expect(other.run("MGET", "a", "b", "c")).toBe("*3\r\n$-1\r\n$-1\r\n$-1\r\n");
    expect(other.run("GET", "a")).toBe("$-1\r\n");
    expect(other.run("DBSIZE")).toBe(":0\r\n");
    expect(one.run("DBSIZE")).toBe(":3\r\n");
    expect(one.run("GET", "a")).toBe("$1\r\n1\r\n");
  }
});
