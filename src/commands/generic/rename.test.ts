import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

for (const shards of [1, 2, 16]) {
  test(`RENAME, COPY and MOVE carry value and TTL along over ${shards} shard(s)`, () => {
    const server = createTestServer({ shards });
    for (let i = 0; i < 200; i++) {
      server.run("SET", `from:${i}`, `${i}`, "PX", `${10_000 + i}`);
      server.run("SET", `to:${i}`, "overwritten");
      expect(server.run("RENAME", `from:${i}`, `to:${i}`)).toBe("+OK\r\n");
      expect(server.run("COPY", `to:${i}`, `copy:${i}`)).toBe(":1\r\n");
      expect(server.run("MOVE", `to:${i}`, "3")).toBe(":1\r\n");
      expect(server.run("EXISTS", `from:${i}`, `to:${i}`)).toBe(":0\r\n");
      expect(server.run("GET", `copy:${i}`)).toBe(`$${`${i}`.length}\r\n${i}\r\n`);
      expect(server.run("PTTL", `copy:${i}`)).toBe(`:${10_000 + i}\r\n`);
    }
    server.run("SWAPDB", "0", "3");
    for (let i = 0; i < 200; i++) {
      expect(server.run("GET", `to:${i}`)).toBe(`$${`${i}`.length}\r\n${i}\r\n`);
      expect(server.run("PTTL", `to:${i}`)).toBe(`:${10_000 + i}\r\n`);
      expect(server.run("OBJECT", "ENCODING", `to:${i}`)).toBe("$3\r\nint\r\n");
    }
  });
}

test("an expired target is no obstacle to RENAMENX, COPY and MOVE", () => {
  const server = createTestServer({ shards: 4 });
  for (const [name = "", ...rest] of [
    ["RENAMENX", "target"],
    ["COPY", "target"],
  ]) {
    server.run("SET", "source", "v");
    server.run("SET", "target", "old", "PX", "10");
    server.advance(10);
    expect(server.run(name, "source", ...rest)).toBe(":1\r\n");
    expect(server.run("PTTL", "target")).toBe(":-1\r\n");
    server.run("DEL", "target");
  }
  server.run("COPY", "source", "source", "DB", "1");
  server.run("SWAPDB", "0", "1");
  server.run("PEXPIRE", "source", "10");
  server.run("SWAPDB", "0", "1");
  expect(server.run("MOVE", "source", "1")).toBe(":0\r\n");
  server.advance(10);
  expect(server.run("MOVE", "source", "1")).toBe(":1\r\n");
});
