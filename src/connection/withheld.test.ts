import { expect, test } from "vitest";
import { type Probe, silentProbe } from "../lib/probe.ts";
import { createTestServer, encodeRequest, type TestServer } from "../testing/command-runner.ts";

function limited(probe = silentProbe): TestServer {
  const server = createTestServer({ config: { "client-output-buffer-limit": "normal 100000 0 0" }, probe });
  server.run("SETRANGE", "k", "9999", "x");
  for (let i = 0; i < 150; i++) server.run("RPUSH", "list", "x".repeat(1000));
  return server;
}

test("a reply over the hard limit is not begun, and its client is closed", () => {
  const server = limited();
  const client = server.connect();
  client.send("PING\r\nLRANGE list 0 -1\r\nSET after 1\r\n");
  expect(client.received).toBe("");
  expect(client.isClosed).toBe(true);
  expect(server.run("EXISTS", "after")).toBe(":0\r\n");
  expect(server.server.stats.outputBufferDisconnections).toBe(1);
  const within = server.connect();
  expect(within.run("LRANGE", "list", 0, 80).length).toBeGreaterThan(80_000);
  expect(within.run("PING")).toBe("+PONG\r\n");
});

test("replies of one pipeline that pass the limit together are not sent, and the next pipeline may have as many", () => {
  const server = limited();
  const [one, other] = [server.connect(), server.connect()];
  one.send("GET k\r\n".repeat(15));
  expect([one.received, one.isClosed]).toEqual(["", true]);
  for (let i = 0; i < 5; i++) {
    other.send("GET k\r\n".repeat(8));
    expect(other.take().length).toBe(8 * 10_010);
  }
});

test("a transaction runs to its end when its replies pass the limit", () => {
  const server = limited();
  const client = server.connect();
  server.run("SET", "k1", 1);
  client.run("MULTI");
  for (const words of ["SET k2 v2", "LRANGE list 0 -1", "SET k3 v3", "DEL k1"])
    client.run(...words.split(" "));
  expect(client.run("EXEC")).toBe("");
  expect(client.isClosed).toBe(true);
  expect(server.run("MGET", "k1", "k2", "k3")).toBe("*3\r\n$-1\r\n$2\r\nv2\r\n$2\r\nv3\r\n");
});

test("a reply without an end in sight stops where the limit is", () => {
  const server = limited();
  server.run("HSET", "h", "a", "b");
  const client = server.connect();
  client.send(encodeRequest(["HRANDFIELD", "h", "-999999999"]));
  expect([client.received, client.isClosed]).toEqual(["", true]);
});

test("a turn that was cut short is one with its rest, for what is sent and for the limit", () => {
  const cutting: Probe = {
    ...silentProbe,
    buggify: (name) => name === "conn.turn-over" || name === "conn.read-one-command",
  };
  for (const [count, expected] of [
    [8, 80_080],
    [15, 0],
  ] as const) {
    const server = limited(cutting);
    const client = server.connect();
    client.send("GET k\r\n".repeat(count));
    expect(client.received).toBe("");
    for (let i = 0; i < count; i++) server.advance(0);
    expect([client.received.length, client.isClosed]).toEqual([expected, expected === 0]);
  }
});

test("messages to a client keep their place behind what is withheld, and a limit that goes lets all out", () => {
  const server = limited();
  const client = server.connect();
  client.send(
    `GET k\r\nCONFIG SET client-output-buffer-limit "normal 0 0 0"\r\nLRANGE list 0 -1\r\nPING\r\n`,
  );
  const text = client.take();
  expect(text.startsWith("$10000\r\n")).toBe(true);
  expect(text.slice(10_010, 10_020)).toBe("+OK\r\n*150\r");
  expect(text.endsWith("+PONG\r\n")).toBe(true);
});

test("who subscribes in the middle of a turn gets its replies in order", () => {
  const server = limited();
  const client = server.connect();
  client.send("GET k\r\nGET k\r\nGET k\r\nGET k\r\nGET k\r\nGET k\r\nGET k\r\nSUBSCRIBE a\r\nPING\r\n");
  const text = client.take();
  expect(text.slice(0, 8)).toBe("$10000\r\n");
  expect(text.slice(7 * 10_010)).toBe(
    "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n",
  );
});

test("without a limit replies leave as they are made", () => {
  const server = createTestServer();
  server.run("SETRANGE", "k", "99999", "x");
  const client = server.connect();
  const before = server.server.stats.totalWritesProcessed;
  client.send("GET k\r\n".repeat(10));
  const writes = server.server.stats.totalWritesProcessed - before;
  expect(writes).toBeGreaterThan(5);
});
