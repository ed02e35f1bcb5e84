import fc from "fast-check";
import { expect, test } from "vitest";
import { REPLY_BUFFER_BYTES } from "../resp/reply-writer.ts";
import { createTestServer, encodeRequest, type TestServer } from "../testing/command-runner.ts";
import { SlowStream } from "../testing/slow-stream.ts";
import { type Client, HELD_OUTPUT_BYTES, HELD_WRITES } from "./client.ts";

const unlimited = Number.POSITIVE_INFINITY;

function connectSlow(server: TestServer, roomBytes: number): { stream: SlowStream; client: Client } {
  const stream = new SlowStream((each) => server.server.hub.accept(each, undefined), roomBytes);
  const client = [...server.server.hub.clients()].at(-1) as Client;
  return { stream, client };
}

function concat(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

const pipeline = concat(
  encodeRequest(["SET", "a", "\0\r\n\xff"]),
  "PING\r\n",
  encodeRequest(["GET", "a"]),
  "*0\r\n",
  encodeRequest(["MSET", "b", "1", "c", "2"]),
  "\r\nECHO 'x y'\n",
  encodeRequest(["INCRBY", "b", "41"]),
  encodeRequest(["MGET", "a", "b", "c"]),
  encodeRequest(["NOSUCH"]),
);
const answers =
  "+OK\r\n+PONG\r\n$4\r\n\0\r\n\xff\r\n+OK\r\n$3\r\nx y\r\n:42\r\n*3\r\n$4\r\n\0\r\n\xff\r\n$2\r\n42\r\n$1\r\n2\r\n" +
  "-ERR unknown command 'NOSUCH', with args beginning with: \r\n";

test("a pipeline that arrives a byte at a time is answered as when it arrives whole", () => {
  const whole = createTestServer().connect();
  whole.send(pipeline);
  expect(whole.take()).toBe(answers);
  const bytewise = createTestServer().connect();
  for (const byte of pipeline) bytewise.send(Uint8Array.of(byte));
  expect(bytewise.take()).toBe(answers);
});

test("a pipeline cut at any byte is answered as when it arrives whole", () => {
  const server = createTestServer();
  for (let at = 1; at < pipeline.length; at++) {
    server.run("FLUSHALL");
    const client = server.connect();
    client.send(pipeline.subarray(0, at));
    client.send(pipeline.subarray(at));
    expect([at, client.take()]).toEqual([at, answers]);
    client.events.closed(undefined);
  }
});

test("clients whose requests are incomplete do not disturb each other", () => {
  const server = createTestServer();
  const clients = Array.from({ length: 5 }, () => server.connect());
  for (let at = 0; at < pipeline.length; at += 7) {
    for (const client of clients) client.send(pipeline.subarray(at, at + 7));
  }
  // They share the key b, so each one's INCRBY may follow another's MSET; all other replies are their own.
  for (const client of clients)
    expect(client.take().replace(/:\d+\r\n|\$\d\r\n\d+\r\n/g, "")).toBe(
      answers.replace(/:\d+\r\n|\$\d\r\n\d+\r\n/g, ""),
    );
});

test("between requests a client holds no buffer", () => {
  const server = createTestServer();
  const { stream, client } = connectSlow(server, unlimited);
  const idleBytes = client.memoryBytes;
  stream.send(pipeline.subarray(0, 100));
  expect(client.memoryBytes).toBeGreaterThan(idleBytes);
  expect(client.pendingQueryBytes).toBeGreaterThan(0);
  stream.send(pipeline.subarray(100));
  expect(client.memoryBytes).toBe(idleBytes);
  expect(client.pendingQueryBytes).toBe(0);
});

test("a bulk of 20 MB in pieces of 64 KiB grows its buffer a few times and to no more than its size", () => {
  const server = createTestServer();
  const { stream, client } = connectSlow(server, unlimited);
  const idleBytes = client.memoryBytes;
  const value = Buffer.alloc(20 * 1024 * 1024, "v");
  const bytes = concat(encodeRequest(["SET", "k", value]), encodeRequest(["STRLEN", "k"]), "*1\r\n$4\r\nPI");
  const sizes = new Set<number>();
  for (let at = 0; at < bytes.length; at += 65_536) {
    stream.send(bytes.subarray(at, at + 65_536));
    if (at + 65_536 < value.length) sizes.add(client.memoryBytes);
  }
  expect(stream.received).toBe(`+OK\r\n:${value.length}\r\n`);
  expect(sizes.size).toBeLessThan(12); // Doubling: each byte is moved about once.
  expect(Math.max(...sizes)).toBeLessThan(value.length + 4096);
  stream.send("NG\r\n");
  expect(stream.received.endsWith("+PONG\r\n")).toBe(true);
  expect(client.memoryBytes).toBe(idleBytes);
});

test("after a large bulk the buffer shrinks to what is still incomplete", () => {
  const { stream, client } = connectSlow(createTestServer(), unlimited);
  const large = encodeRequest(["SET", "k", Buffer.alloc(4 * 1024 * 1024)]);
  stream.send(large.subarray(0, 1000));
  stream.send(concat(large.subarray(1000), "*2\r\n$3\r\nGET\r\n$1"));
  stream.send("\r\n");
  expect(client.memoryBytes).toBeLessThan(10_000);
  stream.send("k\r\n");
  expect(stream.received.length).toBe("+OK\r\n$4194304\r\n\r\n".length + 4 * 1024 * 1024);
});

test("a bulk of 512 MB that is announced and never sent costs next to nothing", () => {
  const { stream, client } = connectSlow(createTestServer(), unlimited);
  stream.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$536870912\r\n");
  expect(client.memoryBytes).toBeLessThan(8192);
  stream.send("x".repeat(50_000));
  expect(client.memoryBytes).toBeLessThan(200_000);
});

test("a bulk of up to 1 MiB has its room as soon as it is announced, and counts for it", () => {
  const { stream, client } = connectSlow(createTestServer(), unlimited);
  stream.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$500000\r\n");
  expect(client.memoryBytes).toBeGreaterThan(500_000);
  for (let i = 0; i < 10; i++) stream.send("x".repeat(50_000));
  expect(client.memoryBytes).toBeLessThan(510_000);
  stream.send("\r\n");
  expect(stream.received).toBe("+OK\r\n");
  expect(client.memoryBytes).toBeLessThan(8192);
});

test("a request longer than client-query-buffer-limit ends the connection", () => {
  const server = createTestServer({ config: { "client-query-buffer-limit": "1mb" } });
  const { stream } = connectSlow(server, unlimited);
  stream.send("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2000000\r\n");
  for (let i = 0; i < 20; i++) stream.send("x".repeat(50_000));
  expect(stream.isClosed).toBe(false);
  for (let i = 0; i < 3; i++) stream.send("x".repeat(50_000));
  expect(stream.isClosed).toBe(true);
  expect(server.server.stats.queryBufferDisconnections).toBe(1);
  expect(server.run("EXISTS", "k")).toBe(":0\r\n");
});

test("a client without the password is cut off after 1 MiB of one request", () => {
  const server = createTestServer({ config: { requirepass: "x" } });
  const { stream } = connectSlow(server, unlimited);
  stream.send(`*10\r\n${"$16384\r\n"}`);
  for (let i = 0; i < 21 && !stream.isClosed; i++) stream.send("x".repeat(50_000));
  expect(stream.isClosed).toBe(true);
});

// --- Back-pressure ---

const value = "0123456789abcdef".repeat(4096); // 64 KiB
const reply = `$65536\r\n${value}\r\n`;

function withValue(): TestServer {
  const server = createTestServer();
  server.run("SET", "k", value);
  return server;
}

test("a slow reader's requests wait once HELD_OUTPUT_BYTES are unsent, and go on when all is sent", () => {
  const { stream, client } = connectSlow(withValue(), 0);
  const request = encodeRequest(["GET", "k"]);
  stream.send(Buffer.concat(Array.from({ length: 200 }, () => request)));
  expect(stream.queuedBytesMax).toBeLessThan(HELD_OUTPUT_BYTES + 2 * reply.length);
  expect(client.pendingQueryBytes).toBeGreaterThan(150 * request.length);
  let rounds = 0;
  while (stream.queuedBytes > 0) {
    stream.drain(stream.queuedBytes);
    rounds++;
  }
  expect(rounds).toBeGreaterThan(1);
  expect(stream.received === reply.repeat(200)).toBe(true);
  expect(stream.queuedBytesMax).toBeLessThan(HELD_OUTPUT_BYTES + 2 * reply.length);
  expect(client.pendingQueryBytes).toBe(0);
});

test("large replies in one read make a slow reader hold no more than one of them beyond the bound", () => {
  const server = createTestServer();
  const size = 104_840; // Ten of them are just under the bound, and each takes a buffer of its own.
  server.run("SETRANGE", "k", `${size - 1}`, "x");
  const { stream } = connectSlow(server, 0);
  stream.send(concat(...Array.from({ length: 30 }, () => encodeRequest(["GET", "k"]))));
  expect(stream.queuedBytesMax).toBeLessThanOrEqual(HELD_OUTPUT_BYTES + REPLY_BUFFER_BYTES + size + 11);
  while (stream.queuedBytes > 0) stream.drain();
  expect(stream.received.length).toBe(30 * (size + 11));
});

test("a reply larger than the bound holds the client before a second one is made", () => {
  const server = createTestServer();
  const size = 3 * HELD_OUTPUT_BYTES;
  server.run("SETRANGE", "k", `${size - 1}`, "x");
  const { stream } = connectSlow(server, 0);
  stream.send(concat(...Array.from({ length: 3 }, () => encodeRequest(["GET", "k"]))));
  expect(stream.queuedBytesMax).toBeLessThan(size + 20);
  while (stream.queuedBytes > 0) stream.drain();
  expect(stream.received.length).toBe(3 * (size + 12));
});

test("a client closed for its output limit by a large reply runs nothing after it", () => {
  const server = createTestServer({ config: { "client-output-buffer-limit": "normal 150kb 0 0" } });
  server.run("SETRANGE", "k", "99999", "x");
  const { stream } = connectSlow(server, 0);
  const get = encodeRequest(["GET", "k"]);
  stream.send(concat(get, get, encodeRequest(["SET", "after", "1"])));
  expect(stream.isClosed).toBe(true);
  expect(server.run("EXISTS", "after")).toBe(":0\r\n");
});

test("a client that closed its side while requests waited is closed once they are answered, however many there were", () => {
  const server = withValue();
  const request = encodeRequest(["GET", "k"]);
  const open: number[] = [];
  for (let count = 12; count <= 40; count++) {
    const { stream, client } = connectSlow(server, 0);
    stream.send(Buffer.concat(Array.from({ length: count }, () => request)));
    if (client.pendingQueryBytes === 0) continue;
    client.ended();
    while (stream.queuedBytes > 0) stream.drain(stream.queuedBytes);
    expect([count, stream.received === reply.repeat(count)]).toEqual([count, true]);
    if (!stream.isClosed) open.push(count);
  }
  expect(open).toEqual([]);
});

test("one request in each read makes a slow reader's replies pile up no further", () => {
  const { stream, client } = connectSlow(withValue(), 0);
  for (let i = 0; i < 100; i++) stream.send(encodeRequest(["GET", "k"]));
  expect(stream.queuedBytesMax).toBeLessThan(HELD_OUTPUT_BYTES + 2 * reply.length);
  while (stream.queuedBytes > 0) stream.drain();
  expect(stream.received === reply.repeat(100)).toBe(true);
  expect(client.pendingQueryBytes).toBe(0);
});

test("many small replies that wait one by one hold the client as well", () => {
  const { stream } = connectSlow(createTestServer(), 0);
  for (let i = 0; i < 3 * HELD_WRITES; i++) stream.send(encodeRequest(["ECHO", `${i}`]));
  expect(stream.queuedBytes).toBeLessThan(HELD_WRITES * 12);
  while (stream.queuedBytes > 0) stream.drain();
  const wanted = Array.from({ length: 3 * HELD_WRITES }, (_, i) => `$${`${i}`.length}\r\n${i}\r\n`).join("");
  expect(stream.received).toBe(wanted);
});

test("a small reply that waits does not keep a large buffer", () => {
  const { stream, client } = connectSlow(withValue(), 100);
  for (let i = 0; i < 50; i++) stream.send(encodeRequest(["PING"]));
  expect(stream.queuedBytes).toBe(50 * 7 - 98);
  expect(client.memoryBytes).toBeLessThan(4000);
});

test("a closing client's last replies are still sent, and nothing after them is run", () => {
  const server = withValue();
  const { stream } = connectSlow(server, 0);
  stream.send(concat(encodeRequest(["GET", "k"]), encodeRequest(["QUIT"]), encodeRequest(["DEL", "k"])));
  expect(stream.isClosed).toBe(false);
  stream.drain(10);
  stream.drain();
  expect(stream.received === `${reply}+OK\r\n`).toBe(true);
  expect(stream.isClosed).toBe(true);
  expect(server.run("EXISTS", "k")).toBe(":1\r\n");
});

test("a client that is held and then closed by another runs nothing more", () => {
  const server = withValue();
  const { stream, client } = connectSlow(server, 0);
  stream.send(
    concat(...Array.from({ length: 100 }, () => encodeRequest(["GET", "k"])), encodeRequest(["DEL", "k"])),
  );
  expect(server.run("CLIENT", "KILL", "ID", String(client.id))).toBe(":1\r\n");
  expect(stream.isClosed).toBe(true);
  stream.drain();
  client.drained();
  expect(server.run("EXISTS", "k")).toBe(":1\r\n");
  expect(server.server.hub.clientById(client.id)).toBeUndefined();
});

test("a client that closes itself in a pipeline runs nothing after that", () => {
  const server = createTestServer();
  const { stream, client } = connectSlow(server, unlimited);
  stream.send(
    concat(
      encodeRequest(["SET", "a", "1"]),
      encodeRequest(["CLIENT", "KILL", "ID", String(client.id), "SKIPME", "no"]),
      encodeRequest(["SET", "a", "2"]),
    ),
  );
  expect(stream.received).toBe("+OK\r\n:1\r\n");
  expect(stream.isClosed).toBe(true);
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  expect(server.server.hub.clientCount).toBe(1);
});

test("a protocol error is answered after the replies before it, and nothing after it is run", () => {
  const server = createTestServer();
  const { stream } = connectSlow(server, 3);
  stream.send(concat(encodeRequest(["SET", "a", "1"]), "*1\r\n+x\r\n", encodeRequest(["SET", "a", "2"])));
  stream.drain();
  expect(stream.received).toBe("+OK\r\n-ERR Protocol error: expected '$', got '+'\r\n");
  expect(stream.isClosed).toBe(true);
  expect(server.run("GET", "a")).toBe("$1\r\n1\r\n");
  expect(server.server.stats.protocolErrors).toBe(1);
});

test("whatever the cuts and however slowly it reads, a client gets all replies in order", () => {
  const sizes = fc.array(fc.constantFrom(1, 10, 1000, 60_000, 70_000, 300_000), {
    minLength: 1,
    maxLength: 25,
  });
  const step = fc.record({
    cutBytes: fc.integer({ min: 1, max: 400 }),
    drainBytes: fc.constantFrom(0, 1, 5000, 1e9),
  });
  fc.assert(
    fc.property(
      sizes,
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.nat({ max: 200_000 }),
      (wanted, steps, room) => {
        const server = createTestServer();
        for (const size of new Set(wanted)) server.run("SETRANGE", `k${size}`, size - 1, "x");
        const { stream, client } = connectSlow(server, room);
        const bytes = Buffer.concat(
          wanted.flatMap((size, i) => [
            encodeRequest(["GETRANGE", `k${size}`, "0", "-1"]),
            encodeRequest(["ECHO", `${i}`]),
          ]),
        );
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const { cutBytes, drainBytes } = steps[i % steps.length] ?? { cutBytes: 1, drainBytes: 0 };
          stream.send(bytes.subarray(at, at + cutBytes));
          at += cutBytes;
          if (drainBytes > 0) stream.drain(drainBytes);
          expect(stream.queuedBytes).toBeLessThan(HELD_OUTPUT_BYTES + 2 * 300_100);
        }
        while (stream.queuedBytes > 0) stream.drain(100_000);
        const body = (size: number): string => `${"\0".repeat(size - 1)}x`;
        const text = wanted
          .map((size, i) => `$${size}\r\n${body(size)}\r\n$${`${i}`.length}\r\n${i}\r\n`)
          .join("");
        expect(stream.received === text).toBe(true);
        expect(client.pendingQueryBytes).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
