import { expect, test } from "vitest";
import type { StreamEvents } from "../../src/env/net.ts";
import type { ClientStreamEvents } from "./client-end.ts";
import { Connection, type Host } from "./connection.ts";
import { PlainGround } from "./plain-ground.ts";
import type { Due } from "./queue.ts";

class FakeHost implements Host {
  readonly id = 0;
  readonly generation = 0;
  isUp = true;
  readonly readBuffer = new Uint8Array(64 * 1024);
  private readonly ground: PlainGround;

  constructor(ground: PlainGround) {
    this.ground = ground;
  }

  get localUs(): number {
    return this.ground.queue.nowUs;
  }

  post(_channel: number, work: Due): void {
    this.ground.queue.push(this.ground.queue.nowUs, 0, work);
  }

  channelOf(): number {
    return 1;
  }
}

type Pair = {
  readonly ground: PlainGround;
  readonly connection: Connection;
  readonly atServer: string[];
  readonly atClient: string[];
  readonly run: (us?: number) => void;
};

// An accepted, opened connection; both ends write down what they hear.
function pair(react: (text: string, connection: Connection) => void = () => undefined): Pair {
  const ground = new PlainGround(5);
  const atServer: string[] = [];
  const atClient: string[] = [];
  const clientEvents: ClientStreamEvents = {
    opened: () => atClient.push("opened"),
    data: (bytes, length) => atClient.push(textOf(bytes, length)),
    ended: () => atClient.push("ended"),
    closed: (how) => atClient.push(`closed ${how}`),
  };
  const connection = new Connection(ground, {
    id: 1,
    client: 0,
    connection: 0,
    host: new FakeHost(ground),
    on: clientEvents,
    latency: "loopback",
    closedAtServer: () => undefined,
  });
  connection.attach({ generation: 0, keepAliveSeconds: 5, local: connection.local });
  const serverEvents: StreamEvents = {
    data: (bytes, length) => {
      atServer.push(textOf(bytes, length));
      react(textOf(bytes, length), connection);
    },
    drained: () => atServer.push("drained"),
    ended: () => atServer.push("ended"),
    closed: (fault) => atServer.push(`closed ${fault?.code ?? "quietly"}`),
  };
  connection.server.accepted(serverEvents);
  connection.clientEnd.opened();
  const run = (us = 1_000_000): void => ground.runUntil(ground.queue.nowUs + us);
  return { ground, connection, atServer, atClient, run };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
const textOf = (from: Uint8Array, length: number): string =>
  Buffer.from(from.buffer, from.byteOffset, length).toString();

test("bytes go both ways, and the buffer of a read is overwritten after it", () => {
  const { connection, atServer, atClient, run } = pair((text, { server }) =>
    server.write(bytes(`<${text}>`), text.length + 2),
  );
  connection.clientEnd.write(bytes("hello"));
  run();
  expect(atServer).toEqual(["hello"]);
  expect(atClient).toEqual(["opened", "<hello>"]);
  expect([...connection.host.readBuffer.subarray(0, 5)]).toEqual(Array(5).fill(0xdd));
});

test("a write that was taken leaves its buffer free; one that waits keeps it until it was sent", () => {
  const { connection, atServer, atClient, run } = pair();
  const small = bytes("now");
  expect(connection.server.write(small, 3)).toBe(true);
  small.fill(0); // The caller may.
  connection.clientEnd.pauseReading();
  const large = new Uint8Array(400_000).fill(65);
  expect(connection.server.write(large, large.length)).toBe(false);
  expect(connection.server.queuedBytes).toBe(large.length);
  run();
  expect(atServer).toEqual([]);
  connection.clientEnd.resumeReading();
  run();
  expect(atServer).toEqual(["drained"]);
  expect(connection.server.queuedBytes).toBe(0);
  expect(atClient.join("")).toBe(`openednow${"A".repeat(400_000)}`);
  expect(large[0]).toBe(0xdd); // Whoever still reads it, sees it.
});

test("a buffer that is touched while it waits is noticed", () => {
  const { ground, connection, run } = pair();
  connection.clientEnd.pauseReading();
  const first = new Uint8Array(400_000).fill(65);
  const second = bytes("second");
  connection.server.write(first, first.length);
  connection.server.write(second, second.length);
  second[0] = 33;
  connection.clientEnd.resumeReading();
  run();
  expect(ground.broken[0]).toBe("a buffer that the network had not sent yet was changed");
});

test("a client that closes its side is answered still, and then the server closes", () => {
  const { connection, atServer, atClient, run } = pair((text, { server }) =>
    server.write(bytes(text), text.length),
  );
  connection.clientEnd.write(bytes("last"));
  connection.clientEnd.end();
  run();
  expect(atServer).toEqual(["last", "ended"]);
  expect(atClient).toEqual(["opened", "last"]);
  connection.server.end();
  run();
  expect(atServer.at(-1)).toBe("closed quietly");
  expect(atClient.slice(2)).toEqual(["ended", "closed ended"]);
});

test("a server that ends sends what it has queued first", () => {
  const { connection, atServer, atClient, run } = pair();
  connection.clientEnd.pauseReading();
  const large = new Uint8Array(400_000).fill(66);
  connection.server.write(large, large.length);
  connection.server.end();
  run();
  expect(atServer).toEqual([]);
  connection.clientEnd.resumeReading();
  run();
  expect(atServer).toEqual(["closed quietly"]);
  expect(atClient.join("")).toBe(`opened${"B".repeat(400_000)}endedclosed ended`);
});

test("a server that closes over unread bytes breaks the connection, as a kernel does", () => {
  const { connection, atClient, run } = pair((_, { server }) => {
    server.pauseReading();
  });
  connection.clientEnd.write(bytes("first"));
  run();
  connection.clientEnd.write(bytes("unread"));
  run();
  connection.server.destroy();
  run();
  expect(atClient).toEqual(["opened", "closed reset"]);
});

test("after a break writes come to nothing, and the server is told once", () => {
  const { connection, atServer, run } = pair();
  connection.reset();
  expect(connection.server.write(bytes("late"), 4)).toBe(true);
  run();
  expect(connection.server.write(bytes("later"), 5)).toBe(true);
  run();
  expect(atServer).toEqual(["closed ECONNRESET"]);
});

test("a client that has gone is found out by the first reply, and hears nothing itself", () => {
  const { connection, atServer, atClient, run } = pair((text, { server }) =>
    server.write(bytes(text), text.length),
  );
  connection.clientEnd.write(bytes("ask"));
  connection.clientEnd.destroy();
  run();
  expect(atServer.slice(0, 1)).toEqual(["ask"]);
  expect(atServer.at(-1)).toBe("closed ECONNRESET");
  expect(atClient).toEqual(["opened"]);
});

test("of a silent connection the client hears by its patience and the server by keep-alive probes", () => {
  const { connection, atServer, atClient, run } = pair();
  connection.goSilent();
  connection.clientEnd.write(bytes("nobody"));
  run(1_000_000);
  expect([atServer, atClient]).toEqual([[], ["opened"]]);
  run(60_000_000);
  expect(atServer).toEqual(["closed ECONNRESET"]);
  expect(atClient).toEqual(["opened", "closed timed-out"]);
});

test("a process that is gone hears nothing more, and its client a reset", () => {
  const { connection, atServer, atClient, run } = pair();
  connection.clientEnd.write(bytes("too late"));
  connection.nodeEnded(false);
  run();
  expect(atServer).toEqual([]);
  expect(atClient).toEqual(["opened", "closed reset"]);
});
