import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { Certificates, hasOpenssl, type Identity, tlsSettings } from "../../testing/certificates.ts";
import type { Listener, Stream } from "../net.ts";
import type { Tls, TlsSettings } from "../tls.ts";
import { type RealTlsOptions, realTls } from "./tls.ts";

describe.skipIf(!hasOpenssl)("real TLS", () => {
  const certificates = hasOpenssl ? new Certificates() : ({} as Certificates);
  const { server, otherServer, authority, client, badClient } = certificates;
  const basic: TlsSettings = {
    ...tlsSettings(server ?? { cert: "", key: "" }),
    caCertFile: authority?.cert ?? "",
  };
  const sockets: Socket[] = [];
  const listeners: Listener[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const listener of listeners.splice(0)) listener.close();
  });
  afterAll(() => {
    if (hasOpenssl) certificates.remove();
  });

  type Started = { readonly tls: Tls; readonly port: number; readonly log: string[] };

  /** Listens; whoever is accepted is greeted with "hello". */
  function start(settings: Partial<TlsSettings> = {}, options: Partial<RealTlsOptions> = {}): Started {
    const log: string[] = [];
    const tls = realTls({ log: (text) => log.push(text), ...options });
    expect(tls.configure({ ...basic, ...settings })).toBeUndefined();
    return { tls, port: listen(tls), log };
  }

  function listen(tls: Tls): number {
    let port = 0;
    const at = { kind: "tcp", host: "127.0.0.1", port: 0 } as const;
    tls.listen(
      at,
      { backlog: 10, unixPermissions: 0, keepAliveSeconds: 300 },
      (stream: Stream) => {
        stream.write(Buffer.from("hello"), 5);
        return { data() {}, drained() {}, ended: () => stream.destroy(), closed() {} };
      },
      (result) => {
        if (!result.ok) throw new Error(result.fault.text);
        listeners.push(result.value);
        if (result.value.address.kind === "tcp") port = result.value.address.port;
      },
    );
    return port;
  }

  type Seen = { readonly heard: string; readonly error: string; readonly socket: TLSSocket };

  /** What a client sees: greeted, or refused with the text of an error or none. */
  function visit(port: number, options: ConnectionOptions & { identity?: Identity } = {}): Promise<Seen> {
    const { identity, ...rest } = options;
    const own =
      identity === undefined ? {} : { cert: readFileSync(identity.cert), key: readFileSync(identity.key) };
    const socket = connectTls({ host: "127.0.0.1", port, ca: readFileSync(authority.cert), ...own, ...rest });
    sockets.push(socket);
    return new Promise((resolve) => {
      let error = "";
      socket.on("error", (fault) => {
        error = fault.message;
      });
      socket.on("close", () => resolve({ heard: "", error, socket }));
      socket.once("data", (bytes: Buffer) => resolve({ heard: bytes.toString(), error, socket }));
    });
  }

  const isServed = async (port: number, options: Parameters<typeof visit>[1] = {}): Promise<boolean> =>
    (await visit(port, options)).heard === "hello";

  test("clients need a certificate that is good, may have one, or are not asked", async () => {
    const strict = start({ authClients: "yes" });
    expect(await isServed(strict.port, { identity: client })).toBe(true);
    expect(await isServed(strict.port)).toBe(false);
    expect(await isServed(strict.port, { identity: badClient })).toBe(false);
    expect(strict.log.length).toBe(2);
    expect(strict.tls.figures).toMatchObject({ handshakes: 1, failedHandshakes: 2 });
    const optional = start({ authClients: "optional" });
    expect(await isServed(optional.port, { identity: client })).toBe(true);
    expect(await isServed(optional.port)).toBe(true);
    expect(await isServed(optional.port, { identity: badClient })).toBe(false);
    const open = start({ authClients: "no" });
    expect(await isServed(open.port, { identity: badClient })).toBe(true);
  });

  test("authorities may stand in a folder, among other files", async () => {
    const folder = join(certificates.folder, "authorities");
    mkdirSync(folder);
    writeFileSync(join(folder, "README"), "no certificate");
    writeFileSync(join(folder, "ours.pem"), readFileSync(authority.cert));
    const { port } = start({ authClients: "yes", caCertFile: "", caCertDir: folder });
    expect(await isServed(port, { identity: client })).toBe(true);
    expect(await isServed(port, { identity: badClient })).toBe(false);
  });

  test("a configuration holds for later connections; one that cannot be used changes nothing", async () => {
    const { tls, port } = start();
    const first = await visit(port);
    expect(first.socket.getPeerCertificate().subject.CN).toBe("server");
    const changed = { ...basic, certFile: otherServer.cert, keyFile: otherServer.key };
    expect(tls.configure({ ...changed, keyFile: server.key })).toMatch(
      /^Failed to configure TLS: .*mismatch/,
    );
    expect((await visit(port)).socket.getPeerCertificate().subject.CN).toBe("server");
    expect(tls.configure(changed)).toBeUndefined();
    expect((await visit(port)).socket.getPeerCertificate().subject.CN).toBe("other-server");
    expect(first.socket.destroyed).toBe(false);
  });

  test("what cannot be used is told in a line", () => {
    const tls = realTls({ log: () => {} });
    const faultOf = (settings: Partial<TlsSettings>): string =>
      tls.configure({ ...basic, ...settings }) ?? "";
    expect(faultOf({ certFile: "" })).toBe("No tls-cert-file configured!");
    expect(faultOf({ keyFile: "" })).toBe("No tls-key-file configured!");
    expect(faultOf({ authClients: "optional", caCertFile: "" })).toMatch(/^Either tls-ca-cert-file or/);
    expect(faultOf({ protocols: "TLSv1.4" })).toMatch(/^Invalid tls-protocols/);
    expect(faultOf({ certFile: "/nowhere" })).toMatch(/^Failed to load certificate: \/nowhere: ENOENT/);
    expect(faultOf({ keyFile: "/nowhere" })).toMatch(/^Failed to load private key: \/nowhere: ENOENT/);
    expect(faultOf({ caCertFile: server.key })).toMatch(/^Failed to configure CA certificate/);
    expect(faultOf({ caCertFile: "", caCertDir: "/nowhere" })).toMatch(/^Failed to configure CA certificate/);
    expect(faultOf({ dhParamsFile: "/nowhere" })).toMatch(/^Failed to load DH params/);
    expect(faultOf({ ciphers: "no-such-cipher" })).toMatch(/^Failed to configure TLS: /);
    expect(faultOf({ ciphersuites: "AES128-SHA" })).toBe("Failed to configure ciphersuites: AES128-SHA");
    expect(faultOf({ ciphersuites: "TLS_NONSENSE" })).toMatch(/^Failed to configure TLS: /);
    const keyFile = certificates.encrypted(server.key, "1234");
    expect(faultOf({ keyFile })).toMatch(/^Failed to configure TLS: /);
    expect(faultOf({ keyFile, keyFilePass: "4321" })).toMatch(/^Failed to configure TLS: /);
    expect(faultOf({ keyFile, keyFilePass: "1234" })).toBe("");
  });

  test("protocols and ciphers are those of the settings", async () => {
    const { port } = start({ protocols: "tlsv1.2", ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384" });
    const { socket, heard } = await visit(port);
    expect(heard).toBe("hello");
    expect([socket.getProtocol(), socket.getCipher().name]).toEqual([
      "TLSv1.2",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
    ]);
    expect(await isServed(port, { minVersion: "TLSv1.3" })).toBe(false);
    expect(await isServed(port, { ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" })).toBe(false);
    const newest = start({ protocols: "TLSv1.3", ciphersuites: "TLS_CHACHA20_POLY1305_SHA256" });
    expect((await visit(newest.port)).socket.getCipher().name).toBe("TLS_CHACHA20_POLY1305_SHA256");
    expect(await isServed(newest.port, { maxVersion: "TLSv1.2" })).toBe(false);
    const order = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384";
    const wish = { ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256" };
    for (const prefersServerCiphers of [false, true]) {
      const each = start({ protocols: "TLSv1.2", ciphers: order, prefersServerCiphers });
      const { name } = (await visit(each.port, wish)).socket.getCipher();
      expect(name.includes("AES128")).toBe(prefersServerCiphers);
    }
  });

  // In TLS 1.2 the session is there once the handshake is over.
  test("sessions are resumed unless that is switched off, and not past another configuration", async () => {
    const resumed = async ({ port }: Started, session: Buffer | undefined): Promise<boolean> =>
      (await visit(port, session === undefined ? {} : { session })).socket.isSessionReused();
    const started = start({ protocols: "TLSv1.2" });
    const session = (await visit(started.port)).socket.getSession();
    expect(await resumed(started, session)).toBe(true);
    expect(started.tls.configure({ ...basic, protocols: "TLSv1.2" })).toBeUndefined();
    expect(await resumed(started, session)).toBe(false);
    const without = start({ protocols: "TLSv1.2", resumesSessions: false });
    expect(await resumed(without, (await visit(without.port)).socket.getSession())).toBe(false);
  });

  function connectRaw(port: number): Promise<{ socket: Socket; hasClosed: Promise<void> }> {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    socket.on("error", () => {});
    const hasClosed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.resume();
    return new Promise((resolve) => socket.once("connect", () => resolve({ socket, hasClosed })));
  }

  test("a client that speaks no TLS, or leaves in its handshake, is not accepted", async () => {
    const { tls, port, log } = start();
    const speaker = await connectRaw(port);
    speaker.socket.write("*1\r\n$4\r\nPING\r\n");
    await speaker.hasClosed;
    const leaver = await connectRaw(port);
    leaver.socket.write(Buffer.from([22, 3, 1]));
    leaver.socket.end();
    await leaver.hasClosed;
    expect(await isServed(port)).toBe(true);
    expect(tls.figures).toMatchObject({ handshakes: 1, failedHandshakes: 2 });
    expect(log.every((line) => /^Error accepting a client connection: .* \(addr=127/.test(line))).toBe(true);
  });

  test("a handshake that takes too long ends, and their number is bounded", async () => {
    const slow = start({}, { handshakeMsMax: 50 });
    await (await connectRaw(slow.port)).hasClosed;
    expect(slow.log[0]).toContain("handshake timeout");
    const bounded = start({}, { handshakesMax: 2 });
    const [first] = [await connectRaw(bounded.port), await connectRaw(bounded.port)];
    await (await connectRaw(bounded.port)).hasClosed;
    expect(bounded.log[0]).toContain("too many handshakes");
    const left = until(() => bounded.tls.figures.failedHandshakes === 2);
    first?.socket.destroy();
    await left;
    expect(await isServed(bounded.port)).toBe(true);
  });

  // What a client sends passes `count` bytes; then the connection is reset, ended, or one byte is another.
  function spoiled(port: number, count: number, how: "reset" | "end" | "change"): Promise<void> {
    return new Promise((resolve) => {
      const middle = createServer((near) => {
        middle.close();
        const far = connect(port, "127.0.0.1");
        sockets.push(near, far);
        let left = count;
        near.on("data", (bytes: Buffer) => {
          const passed = bytes.subarray(0, left);
          const isLast = left >= 0 && bytes.length > left;
          if (left >= 0) far.write(passed);
          left -= bytes.length;
          if (!isLast) return;
          if (how === "reset") far.resetAndDestroy();
          else if (how === "end") far.end();
          else far.end(Buffer.from([(bytes[passed.length] as number) ^ 0x41, 0, 1, 2, 3]));
        });
        for (const socket of [near, far]) {
          socket.on("error", () => {});
          socket.on("close", () => (socket === near ? far : near).destroy());
        }
        near.on("end", () => far.end());
        far.on("data", (bytes: Buffer) => near.write(bytes));
        far.on("close", () => resolve());
      });
      middle.listen(0, "127.0.0.1", () => {
        const { port: place } = middle.address() as AddressInfo;
        const socket = connectTls({ host: "127.0.0.1", port: place, rejectUnauthorized: false });
        sockets.push(socket);
        socket.on("error", () => {});
        socket.on("secureConnect", () => socket.end("x".repeat(5000)));
      });
    });
  }

  test("clients that are cut off or spoiled at any byte do no harm", async () => {
    const { tls, port } = start({}, { handshakeMsMax: 2000 });
    const call = fc.record({
      count: fc.oneof(fc.nat(1000), fc.nat(6000)),
      how: fc.constantFrom("reset" as const, "end" as const, "change" as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 8 }), async (calls) => {
        await Promise.all(calls.map(({ count, how }) => spoiled(port, count, how)));
        expect(await isServed(port)).toBe(true);
      }),
      { numRuns: 25 },
    );
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(() => tls.figures.openStreams === 0);
  }, 60_000);

  test("streams are counted while they are open", async () => {
    const { tls, port } = start();
    const { socket } = await visit(port);
    expect(tls.figures.openStreams).toBe(1);
    socket.destroy();
    await until(() => tls.figures.openStreams === 0);
  });

  test("one address has one listener", () => {
    const { tls, port } = start();
    tls.listen(
      { kind: "tcp", host: "127.0.0.1", port },
      { backlog: 10, unixPermissions: 0, keepAliveSeconds: 300 },
      () => ({ data() {}, drained() {}, ended() {}, closed() {} }),
      (result) => expect(result).toMatchObject({ ok: false, fault: { code: "EADDRINUSE" } }),
    );
    expect.assertions(2);
  });
});

// Looks after each round of the event loop: what is waited for comes by itself, or the test's time runs out.
function until(isDone: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (isDone()) resolve();
      else setImmediate(look);
    };
    look();
  });
}
