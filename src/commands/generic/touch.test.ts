import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

test.each([1, 4])("a client that asked for it touches keys with TOUCH alone, over %i shards", (shards) => {
  const server = createTestServer({ shards });
  server.run("SET", "k", "1");
  server.advance(9000);
  server.run("CLIENT", "NO-TOUCH", "ON");
  for (const call of [
    ["GET", "k"],
    ["STRLEN", "k"],
    ["MGET", "k", "x"],
  ])
    server.run(...call);
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":9\r\n");
  expect(server.run("TOUCH", "k", "x")).toBe(":1\r\n");
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
  server.advance(9000);
  server.run("CLIENT", "NO-TOUCH", "OFF");
  server.run("GET", "k");
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
});
