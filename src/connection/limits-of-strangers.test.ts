import { expect, test } from "vitest";
import { createTestServer } from "../testing/command-runner.ts";

test("what follows a RESET in one pipeline is read by the limits of a client that has not logged in", () => {
  const server = createTestServer();
  const client = server.connect();
  client.run("CONFIG", "SET", "requirepass", "secret");
  client.send("*1\r\n$5\r\nRESET\r\n*11\r\n$3\r\nDEL\r\n");
  expect(client.take()).toBe("+RESET\r\n-ERR Protocol error: unauthenticated multibulk length\r\n");
  const other = server.connect();
  other.run("AUTH", "secret");
  const del = `*11\r\n$3\r\nDEL\r\n${"$1\r\nk\r\n".repeat(10)}`;
  other.send(`${del}*1\r\n$5\r\nRESET\r\n${del}`);
  expect(other.take()).toBe(":0\r\n+RESET\r\n-ERR Protocol error: unauthenticated multibulk length\r\n");
});
