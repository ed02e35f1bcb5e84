import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, afterEach, expect, test } from "vitest";
import { Certificates, hasOpenssl, tlsSettings } from "../../testing/certificates.ts";
import type { Address, Listener, Net, NetFault, Result, Stream, StreamEvents } from "../net.ts";
import { realNet } from "./net.ts";
import { realTls } from "./tls.ts";

const options = { backlog: 100, unixPermissions: 0, keepAliveSeconds: 300 };
const folder = mkdtempSync(join(tmpdir(), "real-net-"));
const loopback = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;

/** What is tested alike: how to listen, and how a peer connects. */
type Kind = { readonly at: Address; readonly net: Net; connectTo(address: Address): Socket };

const plain: Kind = {
  at: loopback,
  net: realNet(),
  connectTo: (address) =>
    address.kind === "unix" ? connect(address.path) : connect(address.port, address.host),
};
const unix: Kind = { ...plain, at: { kind: "unix", path: join(folder, "socket") } };
const encrypted = hasOpenssl ? encryptedKind() : undefined;
const kinds: readonly (readonly [string, Kind])[] = [
  ["a TCP connection", plain],
  ["a unix socket", unix],
  ...(encrypted === undefined ? [] : [["a TLS connection", encrypted] as const]),
];

function encryptedKind(): Kind {
  const certificates = new Certificates();
  const { server, authority } = certificates;
  const tls = realTls({ log: () => {} });
  const fault = tls.configure(tlsSettings(server));
  if (fault !== undefined) throw new Error(fault);
  const ca = readFileSync(authority.cert);
  certificates.remove(); // They have been read.
  return {
    at: loopback,
    net: tls,
    connectTo(address) {
      if (address.kind === "unix") throw new Error("TLS is for TCP");
      return connectTls({ host: address.host, port: address.port, ca });
    },
  };
}

const opened: Listener[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const listener of opened.splice(0)) listener.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// One accepted connection: what its events were, and its own steps as promises.
class Accepted implements StreamEvents {
  readonly stream: Stream;
  received = "";
  readonly log: string[] = [];
  onData: (text: string) => void = () => {};
  private readonly waiting: { event: string; resolve: () => void }[] = [];

  constructor(stream: Stream) {
    this.stream = stream;
  }

  data(bytes: Uint8Array, length: number): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
    this.received += text;
    this.onData(text);
    this.happened("data");
  }

  drained(): void {
    this.happened("drained");
  }

  ended(): void {
    this.happened("ended");
  }

  closed(fault: NetFault | undefined): void {
    this.happened(fault === undefined ? "closed" : `closed ${fault.code}`);
  }

  until(event: string): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ event, resolve }));
  }

  private happened(event: string): void {
    this.log.push(event);
    for (const each of this.waiting.splice(0)) {
      if (event.startsWith(each.event)) each.resolve();
      else this.waiting.push(each);
    }
  }
}

function listen(
  at: Address,
  accept: (stream: Stream) => StreamEvents,
  more: Partial<typeof options> = {},
  net: Net = plain.net,
): Promise<Result<Listener, NetFault>> {
  return new Promise((resolve) => {
    net.listen(at, { ...options, ...more }, accept, (result) => {
      if (result.ok) opened.push(result.value);
      resolve(result);
    });
  });
}

async function pair(
  { at, net, connectTo }: Kind = plain,
  prepare: (accepted: Accepted) => void = () => {},
): Promise<{ accepted: Accepted; socket: Socket }> {
  let resolveAccepted: (accepted: Accepted) => void = () => {};
  const isAccepted = new Promise<Accepted>((resolve) => {
    resolveAccepted = resolve;
  });
  const accept = (stream: Stream): StreamEvents => {
    const accepted = new Accepted(stream);
    prepare(accepted);
    resolveAccepted(accepted);
    return accepted;
  };
  const result = await listen(at, accept, {}, net);
  if (!result.ok) throw new Error(result.fault.text);
  const socket = connectTo(result.value.address);
  socket.on("error", () => {});
  sockets.push(socket);
  return { accepted: await isAccepted, socket };
}

function readUntil(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  return new Promise((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      total += chunk.length;
      if (total >= length) resolve(Buffer.concat(chunks));
    });
  });
}

test.each(kinds)("%s carries bytes both ways, and a small write is taken at once", async (_name, kind) => {
  const { accepted, socket } = await pair(kind);
  const hears = accepted.until("data");
  socket.write("hello\0\xff", "latin1");
  await hears;
  expect(accepted.received).toBe("hello\0\xff");
  const answer = readUntil(socket, 4);
  expect(accepted.stream.write(Buffer.from("PONGxxxx"), 4)).toBe(true);
  expect(accepted.stream.queuedBytes).toBe(0);
  expect((await answer).toString()).toBe("PONG");
});

test.each(kinds)(
  "%s whose peer does not read makes writes wait, and says when they are sent",
  async (_name, kind) => {
    const { accepted, socket } = await pair(kind);
    const part = Buffer.alloc(1 << 20, "x");
    let writes = 1;
    while (accepted.stream.write(Buffer.from(part), part.length)) writes++;
    accepted.stream.write(Buffer.from("the end"), 7);
    expect(accepted.stream.queuedBytes).toBe(part.length + 7);
    const isDrained = accepted.until("drained");
    const all = await readUntil(socket, writes * part.length + 7);
    await isDrained;
    expect(all.length).toBe(writes * part.length + 7);
    expect(all.subarray(-8).toString()).toBe("xthe end");
    expect(accepted.stream.queuedBytes).toBe(0);
    expect(accepted.log.filter((event) => event === "drained")).toEqual(["drained"]);
  },
);

test.each(kinds)("%s that ends sends what waits before it closes", async (_name, kind) => {
  const { accepted, socket } = await pair(kind);
  const bytes = Buffer.alloc(8 << 20, "y");
  accepted.stream.write(bytes, bytes.length);
  const isClosed = accepted.until("closed");
  accepted.stream.end();
  expect((await readUntil(socket, bytes.length)).length).toBe(bytes.length);
  await isClosed;
  expect(accepted.log).toEqual(["closed"]);
});

test.each(kinds)("%s tells that its peer has ended, and of its own close once", async (_name, kind) => {
  const { accepted, socket } = await pair(kind);
  const hasEnded = accepted.until("ended");
  socket.end();
  await hasEnded;
  const isClosed = accepted.until("closed");
  accepted.stream.destroy();
  accepted.stream.destroy();
  await isClosed;
  expect(accepted.log).toEqual(["ended", "closed"]);
  expect(accepted.stream.write(Buffer.from("x"), 1)).toBe(true);
});

test.each(kinds)("%s that is destroyed has sent what it took", async (_name, kind) => {
  const { accepted, socket } = await pair(kind);
  const isHeard = readUntil(socket, 6);
  const isClosed = accepted.until("closed");
  for (const text of ["ab", "cd", "ef"]) expect(accepted.stream.write(Buffer.from(text), 2)).toBe(true);
  accepted.stream.destroy();
  expect((await isHeard).toString()).toBe("abcdef");
  await isClosed;
  expect(accepted.log).toEqual(["closed"]);
});

test("a peer that resets the connection closes it with a fault, once", async () => {
  const { accepted, socket } = await pair();
  const isClosed = accepted.until("closed");
  socket.resetAndDestroy();
  await isClosed;
  expect(accepted.log).toEqual(["closed ECONNRESET"]);
});

test.each(kinds)(
  "%s that is refused while it is accepted gets its line and closes once",
  async (_name, kind) => {
    const { accepted, socket } = await pair(kind, ({ stream }) => {
      stream.write(Buffer.from("-ERR no\r\n"), 9);
      stream.end();
    });
    const isClosed = accepted.until("closed");
    expect((await readUntil(socket, 9)).toString()).toBe("-ERR no\r\n");
    await isClosed;
    // Another connection's round trip: whatever was still to come of the first has come.
    const other = await pair();
    const hears = other.accepted.until("data");
    other.socket.write("x");
    await hears;
    expect(accepted.log).toEqual(["closed"]);
  },
);

test.each(kinds)("%s may be destroyed while its bytes are being handled", async (_name, kind) => {
  const { accepted, socket } = await pair(kind);
  accepted.onData = () => accepted.stream.destroy();
  const isClosed = accepted.until("closed");
  socket.write("x".repeat(200_000));
  await isClosed;
  expect(accepted.log).toEqual(["data", "closed"]);
});

test.each(kinds)("%s that is paused hears nothing until it reads on", async (_name, kind) => {
  const { accepted, socket } = await pair(kind);
  accepted.stream.pauseReading();
  socket.write("a");
  const other = await pair();
  const hearsOther = other.accepted.until("data");
  other.socket.write("b");
  await hearsOther;
  expect(accepted.received).toBe("");
  const hears = accepted.until("data");
  accepted.stream.resumeReading();
  await hears;
  expect(accepted.received).toBe("a");
});

test("addresses are those of the two ends", async () => {
  const { accepted, socket } = await pair();
  const { stream } = accepted;
  if (!socket.connecting && socket.localPort === undefined) throw new Error("not connected");
  await new Promise<void>((resolve) =>
    socket.connecting ? socket.once("connect", () => resolve()) : resolve(),
  );
  expect(stream.remote).toEqual({ kind: "tcp", host: "127.0.0.1", port: socket.localPort });
  expect(stream.local).toEqual({ kind: "tcp", host: "127.0.0.1", port: socket.remotePort });
});

test("a port that is taken is a fault that names it", async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, "127.0.0.1", () => {
      const address = taken.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const result = await listen({ ...loopback, port }, (stream) => new Accepted(stream));
  taken.close();
  expect(result).toEqual({
    ok: false,
    fault: {
      code: "EADDRINUSE",
      text: `Could not create server listening socket 127.0.0.1:${port}: Address already in use`,
    },
  });
});

test("a unix socket replaces the file a crash left behind, has its permissions, and goes when it closes", async () => {
  const path = join(folder, "left-behind");
  writeFileSync(path, "");
  const result = await listen({ kind: "unix", path }, (stream) => new Accepted(stream), {
    unixPermissions: 0o700,
  });
  expect(result.ok).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(path).isSocket()).toBe(true);
  if (result.ok) result.value.close();
  expect(existsSync(path)).toBe(false);
});
