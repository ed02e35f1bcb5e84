// maxmemory-clients: who holds most is closed first, and what is asked for stays.

import { expect, test } from "vitest";
import { createTestServer, type TestClient, type TestServer } from "../testing/command-runner.ts";

const MB = 1024 * 1024;

// A request that never ends: its bytes are held.
function holding(server: TestServer, bytes: number): TestClient {
  const client = server.connect();
  client.send(`*2\r\n$${bytes + 1}\r\n`);
  const piece = "v".repeat(16_000);
  for (let left = bytes; left > 0; left -= piece.length) client.send(piece.slice(0, left));
  return client;
}

const evicted = (server: TestServer): number =>
  Number(/evicted_clients:(\d+)/.exec(server.run("INFO", "stats"))?.[1]);

test("clients are closed from the largest on, until the others are within the limit", () => {
  const server = createTestServer();
  const clients = [100, 300, 200, 20].map((size) => holding(server, Math.floor((size * MB) / 100)));
  server.run("CONFIG", "SET", "maxmemory-clients", 4 * MB);
  expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, true, false, false]);
  server.run("CONFIG", "SET", "maxmemory-clients", 3 * MB);
  expect(clients.map(({ isClosed }) => isClosed)).toEqual([false, true, true, false]);
  expect(evicted(server)).toBe(2);
});

test("a client that grows over the limit is closed at once, and one that may stay is not", () => {
  const server = createTestServer({ config: { "maxmemory-clients": `${MB}` } });
  const kept = server.connect();
  kept.run("CLIENT", "NO-EVICT", "ON");
  kept.send(`*2\r\n$${4 * MB}\r\n`);
  for (let i = 0; i < 150; i++) kept.send("v".repeat(16_000));
  expect(kept.isClosed).toBe(false);
  // It counts all the same, and leaves no room for others.
  const other = server.connect();
  other.send("*1\r\n$20000\r\nvvv");
  expect([other.isClosed, kept.isClosed]).toEqual([true, false]);
});

test("a share of maxmemory is a limit, and none without maxmemory", () => {
  const server = createTestServer({ config: { "maxmemory-clients": "10%" } });
  const large = holding(server, 2 * MB);
  server.run("PING");
  expect(large.isClosed).toBe(false);
  server.run("CONFIG", "SET", "maxmemory", 10 * MB);
  expect(large.isClosed).toBe(true);
});

test("transactions, watched keys, subscriptions and prefixes count", () => {
  const server = createTestServer({ config: { "maxmemory-clients": "200000" } });
  const calls: readonly ((i: number) => readonly (string | number)[])[] = [
    (i) => ["WATCH", `key:${i}`],
    (i) => ["SUBSCRIBE", `channel:${i}`],
    (i) => ["PSUBSCRIBE", `pattern:${i}`],
    (i) => ["SSUBSCRIBE", `shard:${i}`],
    (i) => ["CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", `prefix:${i}:`],
    (i) => (i === 0 ? ["MULTI"] : ["SET", "k", "v".repeat(1000)]),
  ];
  for (const [at, callOf] of calls.entries()) {
    const client = server.connect();
    for (let i = 0; i < 5000 && !client.isClosed; i++) client.run(...callOf(i));
    expect(client.isClosed).toBe(true);
    expect(evicted(server)).toBe(at + 1);
  }
});
