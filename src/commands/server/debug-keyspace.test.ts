import { expect, test } from "vitest";
import { createTestServer } from "../../testing/command-runner.ts";

test("DEBUG OBJECT shows a key whose time is over, and leaves it where it is until somebody asks for it", () => {
  for (const shards of [1, 4]) {
    const server = createTestServer({ shards, config: { "enable-debug-command": "yes" } });
    server.run("DEBUG", "SET-ACTIVE-EXPIRE", 0);
    server.run("SET", "key", "value", "PX", 1);
    server.advance(500);
    for (let i = 0; i < 2; i++) expect(server.run("DEBUG", "OBJECT", "key")).toContain("encoding:embstr");
    expect(server.run("EXISTS", "key")).toBe(":0\r\n");
    expect(server.run("DEBUG", "OBJECT", "key")).toBe("-ERR no such key\r\n");
  }
});
