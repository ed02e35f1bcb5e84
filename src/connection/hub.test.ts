import { expect, test } from "vitest";
import { createTestServer, encodeRequest, type TestServer } from "../testing/command-runner.ts";
import { SlowStream } from "../testing/slow-stream.ts";

function connectSlow(server: TestServer, roomBytes = 0): SlowStream {
  return new SlowStream((each) => server.server.hub.accept(each, undefined), roomBytes);
}

test("a connection beyond maxclients is told so and closed, and counted as rejected only", () => {
  const server = createTestServer({ config: { maxclients: "3" } });
  const others = [server.connect(), server.connect()];
  const refused = server.connect();
  expect(refused.take()).toBe("-ERR max number of clients reached\r\n");
  expect(refused.isClosed).toBe(true);
  refused.send(encodeRequest(["PING"]));
  expect(refused.take()).toBe("");
  expect(server.server.hub.clientCount).toBe(3);
  expect(server.server.stats).toMatchObject({ connectionsReceived: 3, connectionsRejected: 1 });
  others[0]?.events.closed(undefined);
  expect(server.connect().run("PING")).toBe("+PONG\r\n");
});

test("protected mode refuses who comes from elsewhere, unless there is a password", () => {
  const server = createTestServer().server;
  expect(server.refusalOfConnection(true)).toBeUndefined();
  expect(server.refusalOfConnection(false)).toMatch(/^DENIED .*protected mode.*requirepass/);
  expect(server.refusalOfConnection(false)).not.toMatch(/[\r\n]/);
  expect(
    createTestServer({ config: { requirepass: "x" } }).server.refusalOfConnection(false),
  ).toBeUndefined();
  expect(
    createTestServer({ config: { "protected-mode": "no" } }).server.refusalOfConnection(false),
  ).toBeUndefined();
});

test("a client that is idle for longer than the timeout is closed, one that asks now and then is not", () => {
  const server = createTestServer({ config: { timeout: "10" } });
  const idle = server.connect();
  const busy = server.connect();
  const monitor = server.connect();
  monitor.run("MONITOR");
  for (let second = 1; second <= 12; second++) {
    server.advance(1000);
    expect(busy.run("PING")).toBe("+PONG\r\n");
    expect([second, idle.isClosed]).toEqual([second, second > 10]);
  }
  expect(monitor.isClosed).toBe(false);
});

test("without a timeout nobody is closed for being idle", () => {
  const server = createTestServer();
  const idle = server.connect();
  server.advance(1_000_000);
  expect(idle.isClosed).toBe(false);
});

test("the hard output limit closes a client at once, and only the limit's class", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "normal 100000 0 0" } });
  server.run("SETRANGE", "k", "65535", "x");
  const stream = connectSlow(server);
  stream.send(encodeRequest(["GET", "k"]));
  expect(stream.isClosed).toBe(false);
  stream.send(encodeRequest(["GET", "k"]));
  expect(stream.isClosed).toBe(true);
  expect(server.server.stats.outputBufferDisconnections).toBe(1);
  expect(server.logged.at(-1)).toContain("output buffer limits");
});

test("the soft output limit closes a client that stays above it for its seconds", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "normal 0 50000 3" } });
  server.run("SETRANGE", "k", "65535", "x");
  const slow = connectSlow(server);
  const slowButSteady = connectSlow(server);
  for (const stream of [slow, slowButSteady]) stream.send(encodeRequest(["GET", "k"]));
  server.advance(2500);
  slowButSteady.drain();
  slowButSteady.send(encodeRequest(["GET", "k"]));
  expect(slow.isClosed).toBe(false);
  server.advance(1000);
  expect([slow.isClosed, slowButSteady.isClosed]).toEqual([true, false]);
  server.advance(3000);
  expect(slowButSteady.isClosed).toBe(true);
});

test("the soft output limit counts its seconds by a clock that nobody sets", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "normal 0 50000 3" } });
  server.run("SETRANGE", "k", "65535", "x");
  const slow = connectSlow(server);
  slow.send(encodeRequest(["GET", "k"]));
  server.wallShiftMs = 3_600_000;
  server.advance(2500);
  expect(slow.isClosed).toBe(false);
  server.wallShiftMs = -3_600_000;
  server.advance(1000);
  expect(slow.isClosed).toBe(true);
});

test("a hard output limit that is lowered closes who is already above it, at the next tick", () => {
  const server = createTestServer();
  server.run("SETRANGE", "k", "65535", "x");
  const stream = connectSlow(server);
  stream.send(encodeRequest(["GET", "k"]));
  server.run("CONFIG", "SET", "client-output-buffer-limit", "normal 50000 0 0");
  expect(stream.isClosed).toBe(false);
  server.advance(200);
  expect(stream.isClosed).toBe(true);
});

test("monitors see what runs, after it has run, and not what is refused or administrative", () => {
  const server = createTestServer();
  const monitor = server.connect();
  expect(monitor.run("MONITOR")).toBe("+OK\r\n");
  const client = server.connect();
  client.send('set a 1\r\nconfig get port\r\nauth a b\r\nnosuch\r\nget\r\nselect 3\r\nset y "\\n"\r\n');
  const lines = monitor
    .take()
    .split("\r\n")
    .map((line) => line.replace(/^\+\d+\.\d{6} /, ""));
  const from = (db: number): string => `[${db} 127.0.0.1:40000]`;
  expect(lines).toEqual([
    `${from(0)} "set" "a" "1"`,
    `${from(0)} "auth" "(redacted)" "(redacted)"`,
    `${from(3)} "select" "3"`,
    `${from(3)} "set" "y" "\\n"`,
    "",
  ]);
});

test("a monitor's own commands come after their replies, and keys are out of its reach", () => {
  const monitor = createTestServer().connect();
  monitor.run("MONITOR");
  expect(monitor.run("PING")).toMatch(/^\+PONG\r\n\+[\d.]+ \[0 [^\]]+\] "PING"\r\n$/);
  expect(monitor.run("GET", "a")).toBe("-ERR Replica can't interact with the keyspace\r\n");
  expect(monitor.run("MONITOR")).toBe("");
});

test("a monitor that leaves or resets itself is fed no more", () => {
  const server = createTestServer();
  const first = server.connect();
  const second = server.connect();
  first.run("MONITOR");
  second.run("MONITOR");
  expect(server.server.monitorCount).toBe(2);
  first.events.ended();
  second.run("RESET");
  second.take();
  expect(server.server.monitorCount).toBe(0);
  server.run("PING");
  expect(second.take()).toBe("");
});

test("a slow monitor gets its lines in order, and is closed by its output limit", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "normal 20000 0 0" } });
  const monitor = connectSlow(server, 5);
  monitor.send(encodeRequest(["MONITOR"]));
  for (let i = 0; i < 100; i++) server.run("ECHO", `${i}`);
  monitor.drain();
  const numbers = [...monitor.received.matchAll(/"ECHO" "(\d+)"/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => i));
  for (let i = 0; i < 1000; i++) server.run("ECHO", `${i}`);
  expect(monitor.isClosed).toBe(true);
  expect(server.server.monitorCount).toBe(0);
});

test("clients are listed by id, and forgotten when they close", () => {
  const server = createTestServer();
  const { hub } = server.server;
  const clients = Array.from({ length: 5 }, () => server.connect());
  const ids = [...hub.clients()].map((client) => client.id);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(hub.clientCount).toBe(6);
  for (const client of clients) client.events.ended();
  expect(hub.clientCount).toBe(1);
});
