import { expect, test } from "vitest";
import { createTestServer, encodeRequest, type TestServer } from "../testing/command-runner.ts";

const COUNT = 500;

// Each reading of the clock is a tenth of a millisecond later, and KEYS is timed by itself: a few fill a turn.
function slowServer(): TestServer {
  const server = createTestServer();
  let nowUs = 1_000_000;
  server.server.monotonicUs = () => {
    nowUs += 100;
    return nowUs;
  };
  return server;
}

const pipeline = (): Uint8Array =>
  Buffer.concat(Array.from({ length: COUNT }, () => encodeRequest(["KEYS", "*"])));

test("a long pipeline ends its turn after half a millisecond, and others are served before it goes on", () => {
  const server = slowServer();
  const client = server.connect();
  client.send(pipeline());
  const first = client.take();
  expect(first.length).toBeGreaterThan(0);
  expect(first.length).toBeLessThan("*0\r\n".length * COUNT);
  expect(server.run("SET", "k", "v")).toBe("+OK\r\n");
  let text = first;
  for (let turn = 0; turn < COUNT; turn++) {
    server.advance(0);
    const more = client.take();
    if (more === "") break;
    text += more;
  }
  expect(text.startsWith(first)).toBe(true);
  expect(text.split("*").length - 1).toBe(COUNT);
  expect(text.endsWith("*1\r\n$1\r\nk\r\n")).toBe(true);
});

test("a client that closes its side while its requests wait their turn still has them run, and is then closed", () => {
  const server = slowServer();
  const client = server.connect();
  client.send(Buffer.concat([pipeline(), encodeRequest(["SET", "last", "1"])]));
  client.events.ended();
  expect(client.isClosed).toBe(false);
  for (let turn = 0; turn < COUNT && !client.isClosed; turn++) server.advance(0);
  expect(client.isClosed).toBe(true);
  expect(server.run("GET", "last")).toBe("$1\r\n1\r\n");
});

test("refused requests fill a turn like any others", () => {
  const server = slowServer();
  const client = server.connect();
  client.send(Buffer.concat(Array.from({ length: COUNT }, () => encodeRequest(["NOSUCH"]))));
  const answered = client.take().split("-ERR").length - 1;
  expect(answered).toBeGreaterThan(0);
  expect(answered).toBeLessThan(COUNT);
});
