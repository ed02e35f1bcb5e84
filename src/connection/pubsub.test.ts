import { expect, test } from "vitest";
import { createTestServer, encodeRequest, type TestServer } from "../testing/command-runner.ts";
import { SlowStream } from "../testing/slow-stream.ts";

const requests = (...lines: string[]) => Buffer.concat(lines.map((line) => encodeRequest(line.split(" "))));
const message = (channel: string, text: string) =>
  `*3\r\n$7\r\nmessage\r\n$${channel.length}\r\n${channel}\r\n$${text.length}\r\n${text}\r\n`;
const slowClient = (server: TestServer, roomBytes: number) =>
  new SlowStream((each) => server.server.hub.accept(each, undefined), roomBytes);

test("the messages of one turn leave together, in the order of publishing", () => {
  const server = createTestServer();
  let writes = 0;
  const client = server.connect();
  client.run("SUBSCRIBE", "a", "b");
  const before = server.run("INFO", "stats");
  const publisher = server.connect();
  publisher.send(requests("PUBLISH a 1", "PUBLISH b 2", "PUBLISH a 3", "GET k"));
  expect(publisher.take()).toBe(":1\r\n:1\r\n:1\r\n$-1\r\n");
  expect(client.take()).toBe(message("a", "1") + message("b", "2") + message("a", "3"));
  for (const text of [before, server.run("INFO", "stats")]) {
    writes = Number(/total_writes_processed:(\d+)/.exec(text)?.[1]) - writes;
  }
  expect(writes).toBeLessThanOrEqual(3);
});

test("a subscriber that does not read is closed by the limit of its class, and others are not held up", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "pubsub 100kb 0 0" } });
  const slow = slowClient(server, 200);
  const steady = server.connect();
  slow.send(requests("SUBSCRIBE ch"));
  steady.run("SUBSCRIBE", "ch");
  for (let i = 0; i < 200; i++) server.run("PUBLISH", "ch", "x".repeat(1000));
  expect(slow.isClosed).toBe(true);
  expect(slow.queuedBytesMax).toBeLessThan(110 * 1024);
  expect(steady.take().split("message").length - 1).toBe(200);
  expect(server.run("PUBLISH", "ch", "x")).toBe(":1\r\n");
  expect(server.server.stats.outputBufferDisconnections).toBe(1);
});

test("the limit holds within one turn too", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "pubsub 1mb 0 0" } });
  const slow = slowClient(server, 200);
  slow.send(requests("SUBSCRIBE ch"));
  const publisher = server.connect();
  publisher.send(requests(...Array.from({ length: 400 }, () => `PUBLISH ch ${"x".repeat(10_000)}`)));
  expect(slow.isClosed).toBe(true);
  expect(slow.queuedBytesMax).toBeLessThan(1.2 * 1024 * 1024);
  expect(publisher.take()).toMatch(/^(:1\r\n)+(:0\r\n)+$/);
});

test("who has subscribed is not closed for being idle", () => {
  const server = createTestServer({ config: { timeout: "1" } });
  const [subscriber, other] = [server.connect(), server.connect()];
  subscriber.run("SUBSCRIBE", "ch");
  server.advance(5000);
  expect([subscriber.isClosed, other.isClosed]).toEqual([false, true]);
});

test("a client that is gone has no subscriptions left", () => {
  const server = createTestServer();
  const client = server.connect();
  client.run("SUBSCRIBE", "a", "b");
  client.run("PSUBSCRIBE", "*");
  client.run("SSUBSCRIBE", "a");
  expect(server.run("INFO", "stats")).toMatch(
    /pubsub_channels:2\r\npubsub_patterns:1\r\npubsubshard_channels:1\r\n/,
  );
  client.events.ended();
  expect(server.run("INFO", "stats")).toMatch(
    /pubsub_channels:0\r\npubsub_patterns:0\r\npubsubshard_channels:0\r\n/,
  );
  expect(server.run("PUBLISH", "a", "x")).toBe(":0\r\n");
});

test("CLIENT LIST tells subscribers and how much they have subscribed to", () => {
  const server = createTestServer();
  const client = server.connect();
  client.run("SUBSCRIBE", "a", "b");
  client.run("PSUBSCRIBE", "*");
  client.run("SSUBSCRIBE", "a");
  expect(server.run("CLIENT", "LIST", "TYPE", "pubsub")).toMatch(
    /^\$\d+\r\nid=2 .* flags=P db=0 sub=2 psub=1 ssub=1 /,
  );
  expect(server.run("CLIENT", "LIST", "TYPE", "normal")).toMatch(/^\$\d+\r\nid=1 /);
  expect(server.run("CLIENT", "KILL", "TYPE", "pubsub")).toBe(":1\r\n");
  expect(client.isClosed).toBe(true);
});

test("a message to oneself never stands inside of a reply", () => {
  const server = createTestServer({ config: { "notify-keyspace-events": "KEA" } });
  const client = server.connect();
  client.run("HELLO", "3");
  client.run("PSUBSCRIBE", "*");
  server.run("MSET", "a", "1", "c", "x".repeat(100_000));
  client.take();
  server.run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  server.run("SET", "b", "2", "PX", "5");
  client.take();
  server.advance(5);
  const reply = client.run("MGET", "a", "c", "b", "a");
  const values = `*4\r\n$1\r\n1\r\n$100000\r\n${"x".repeat(100_000)}\r\n_\r\n$1\r\n1\r\n`;
  expect(reply.startsWith(values)).toBe(true);
  expect(reply.slice(values.length)).toMatch(/^>4\r\n\$8\r\npmessage\r\n[^>]*expired\r\n>4\r\n/);
  client.run("MULTI");
  client.run("SET", "a", "2");
  client.run("PUBLISH", "ch", "x");
  const all = client.run("EXEC");
  expect(all.startsWith("*2\r\n+OK\r\n:1\r\n>4\r\n")).toBe(true);
});

test("the observer's replies hold no messages, and confirmations are the replies of SUBSCRIBE", () => {
  const told: string[] = [];
  const observer = {
    connected() {},
    disconnected() {},
    executed: ({ words, reply }: { words: readonly string[]; reply: string }) =>
      told.push(`${words.join(" ")} -> ${reply.replaceAll("\r\n", " ")}`),
    removed() {},
  };
  const server = createTestServer({ observer });
  const client = server.connect();
  client.send(requests("HELLO 3", "SUBSCRIBE a b", "PUBLISH a x", "GET k", "MULTI", "PUBLISH b y", "EXEC"));
  expect(told.slice(1)).toEqual([
    "SUBSCRIBE a b -> >3 $9 subscribe $1 a :1 >3 $9 subscribe $1 b :2 ",
    "PUBLISH a x -> :1 ",
    "GET k -> _ ",
    "MULTI -> +OK ",
    "PUBLISH b y -> +QUEUED ",
    "PUBLISH b y -> :1 ",
    "EXEC -> *1 :1 ",
  ]);
});

test("EXEC refuses SSUBSCRIBE and MONITOR, whose feeds have no end, and takes SUBSCRIBE", () => {
  const client = createTestServer().connect();
  client.send(requests("MULTI", "SSUBSCRIBE a", "MONITOR", "SUBSCRIBE b", "EXEC"));
  const refusals = [
    "-ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client\r\n",
    "-ERR MONITOR isn't allowed for DENY BLOCKING client\r\n",
  ];
  const confirmed = "*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:1\r\n";
  expect(client.take()).toBe(`+OK\r\n${"+QUEUED\r\n".repeat(3)}*3\r\n${refusals.join("")}${confirmed}`);
});

test("a confirmation behind CLIENT REPLY SKIP inside of EXEC keeps its place among the replies", () => {
  const client = createTestServer().connect();
  client.send(requests("MULTI", "CLIENT REPLY SKIP", "SET k v", "SUBSCRIBE b", "EXEC", "PING"));
  const confirmed = "*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:1\r\n";
  expect(client.take()).toBe(`+OK\r\n${"+QUEUED\r\n".repeat(3)}*3\r\n+OK\r\n${confirmed}`);
});
