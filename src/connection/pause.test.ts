import { expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";

test("while clients are paused expired keys are hidden, and gone only afterwards", () => {
  const server = createTestServer();
  server.run("SET", "a", "1", "PX", "5");
  server.run("SET", "b", "1", "PX", "5");
  server.run("CLIENT", "PAUSE", "1000", "WRITE");
  server.advance(500);
  expect(server.run("GET", "a")).toBe("$-1\r\n");
  expect(server.run("RANDOMKEY")).toBe("$-1\r\n");
  expect(server.run("INFO", "stats")).toContain("expired_keys:0\r\n");
  expect(server.run("DBSIZE")).toBe(":2\r\n");
  server.run("CLIENT", "UNPAUSE");
  server.run("GET", "a");
  server.advance(500);
  expect(server.run("INFO", "stats")).toContain("expired_keys:2\r\n");
});

test("while clients are paused nothing is evicted", () => {
  const server = createTestServer({ config: { "maxmemory-policy": "allkeys-lru" } });
  server.run("SET", "a", "1");
  server.run("CLIENT", "PAUSE", "1000", "WRITE");
  server.run("CONFIG", "SET", "maxmemory", "1");
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  server.advance(1000);
  expect(server.run("GET", "a")).toBe("$-1\r\n");
});

test("a wall clock that is set back does not make a pause longer, nor one set forward shorter", () => {
  const server = createTestServer();
  const other = server.connect();
  server.run("CLIENT", "PAUSE", "1000", "ALL");
  server.wallShiftMs = -86_400_000;
  expect(other.run("PING")).toBe("");
  server.wallShiftMs = 86_400_000;
  server.advance(999);
  expect(other.take()).toBe("");
  server.wallShiftMs = -86_400_000;
  server.advance(2);
  expect(other.take()).toBe("+PONG\r\n");
});
