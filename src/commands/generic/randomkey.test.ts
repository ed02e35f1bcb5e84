import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

for (const shards of [1, 4]) {
  test(`RANDOMKEY draws every key of ${shards} shard(s) sooner or later, and never an expired one`, () => {
    const server = createTestServer({ shards });
    for (let i = 0; i < 20; i++) server.run("SET", `${i}`, "v");
    for (let i = 0; i < 60; i++) server.run("SET", `gone:${i}`, "v", "PX", "10");
    server.advance(10);
    const drawn = new Set(Array.from({ length: 2000 }, () => server.run("RANDOMKEY")));
    const all = Array.from({ length: 20 }, (_, i) => `$${`${i}`.length}\r\n${i}\r\n`);
    expect([...drawn].toSorted()).toEqual(all.toSorted());
  });
}
