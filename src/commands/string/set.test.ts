import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

test("a SET that its condition refuses is still an access", () => {
  const server = createTestServer();
  server.run("SET", "k", "1");
  server.advance(9000);
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":9\r\n");
  expect(server.run("SET", "k", "2", "NX")).toBe("$-1\r\n");
  expect(server.run("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
});
