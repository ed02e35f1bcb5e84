// Real TLS: node:tls behind the stream port.
//
// Role: sockets are accepted by node:net and given to a tls.Server, which makes the handshake and hands out a TLSSocket;
// `SocketStream` makes a Stream of that. A configuration is one tls.Server that never listens itself: another takes
// its place when it is configured again, and handshakes under way end with the one they began with.
// Invariants:
//   - node:tls and OpenSSL's tables (some megabytes) are loaded when TLS is configured, not before.
//   - handshakes under way are bounded in number and time; no byte of a stream is heard before its handshake is over.
//   - `accept` is never called for a client whose certificate is asked for and not good.
// Sessions are resumed by tickets, which the client keeps, so that no cache of them is needed here. The tickets' key
// belongs to the configuration: with another a client has to show its certificate again.

import { constants, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { TLSSocket, TlsOptions, Server as TlsServer } from "node:tls";
import type { Address, ListenOptions, NetFault, Stream, StreamEvents } from "../net.ts";
import type { Tls, TlsFigures, TlsSettings } from "../tls.ts";
import { openServer } from "./net.ts";

/** A handshake that has taken this long, in milliseconds, ends: stock Redis has no limit, and strangers could stay. */
const HANDSHAKE_MS_MAX = 10_000;
/** Connections that may be in their handshakes at once; more are closed unheard. One costs some tens of KB. */
const HANDSHAKES_MAX = 1024;
/** Unsent bytes that count as taken, as a plain socket's send buffer in the system does; they are copied. */
const TAKEN_BYTES_MAX = 16 * 1024;
/** How long a destroyed stream, in milliseconds, may take to send the bytes that counted as taken. */
const LINGER_MS_MAX = 1000;

type TlsModule = {
  createServer(options: TlsOptions): TlsServer;
  readonly DEFAULT_CIPHERS: string;
};

export type RealTlsOptions = {
  /** Is told of handshakes that fail. */
  readonly log: (text: string) => void;
  readonly handshakeMsMax?: number;
  readonly handshakesMax?: number;
};

export function realTls(options: RealTlsOptions): Tls {
  const { log, handshakeMsMax = HANDSHAKE_MS_MAX, handshakesMax = HANDSHAKES_MAX } = options;
  const figures = { handshakes: 0, failedHandshakes: 0, openStreams: 0 };
  const handshaking = new Set<Socket>();
  let inForce: TlsServer | undefined;

  function begin(raw: Socket, accept: (stream: Stream) => StreamEvents): void {
    const remote = addressOf(raw.remoteAddress, raw.remotePort);
    const local = addressOf(raw.localAddress, raw.localPort);
    const fail = (why: string): void => {
      if (!handshaking.delete(raw)) return;
      figures.failedHandshakes++;
      log(`Error accepting a client connection: ${why} (addr=${remote.host}:${remote.port})`);
    };
    // What goes wrong with the socket below comes up through the encrypted one, or as its close.
    raw.on("error", () => {});
    raw.on("close", () => fail("connection closed in the handshake"));
    handshaking.add(raw);
    if (inForce === undefined || handshaking.size > handshakesMax) {
      fail("too many handshakes at once");
      raw.destroy();
    } else {
      pending.set(raw, {
        fail,
        succeed: (socket) => {
          handshaking.delete(raw);
          socket.allowHalfOpen = true; // Until now an end was the end.
          figures.handshakes++;
          figures.openStreams++;
          socket.once("close", () => figures.openStreams--);
          startStream(socket, { remote, local }, accept);
        },
      });
      inForce.emit("connection", raw);
    }
  }
  // By the socket below: a tls.Server tells of the encrypted one only.
  const pending = new WeakMap<Socket, Pending>();

  return {
    figures: figures satisfies TlsFigures,
    configure(settings) {
      const made = serverOf(settings, handshakeMsMax, pending);
      if (typeof made === "string") return made;
      inForce = made;
      return undefined;
    },
    listen(at, listenOptions, accept, done) {
      const server = createServer();
      server.on("connection", (raw) => {
        prepare(raw, listenOptions);
        begin(raw, accept);
      });
      server.on("error", () => {}); // One connection that could not be accepted is no reason to end.
      openServer(server, at, listenOptions, done);
    },
  };
}

type Pending = {
  readonly fail: (why: string) => void;
  readonly succeed: (socket: TLSSocket) => void;
};

function prepare(raw: Socket, { keepAliveSeconds }: ListenOptions): void {
  raw.setNoDelay(true);
  if (keepAliveSeconds > 0) raw.setKeepAlive(true, keepAliveSeconds * 1000);
}

function addressOf(host: string | undefined, port: number | undefined): Address & { kind: "tcp" } {
  return { kind: "tcp", host: host ?? "?", port: port ?? 0 };
}

// --- Configuration ---

function serverOf(
  settings: TlsSettings,
  handshakeMsMax: number,
  pending: WeakMap<Socket, Pending>,
): TlsServer | string {
  const { authClients } = settings;
  const tls = process.getBuiltinModule("node:tls") as unknown as TlsModule;
  const read = optionsOf(settings, tls.DEFAULT_CIPHERS);
  if (typeof read === "string") return read;
  let server: TlsServer;
  try {
    server = tls.createServer({
      ...read,
      requestCert: authClients !== "no",
      rejectUnauthorized: authClients === "yes",
      handshakeTimeout: handshakeMsMax,
    });
  } catch (error) {
    return `Failed to configure TLS: ${textOf(error)}`;
  }
  // A refused socket is destroyed itself, never the one below: that frees what the handshake is still using.
  server.on("secureConnection", (socket) => {
    const waiting = pending.get(rawOf(socket));
    // Optional: without a certificate is fine, with a bad one is not.
    const isBad = authClients === "optional" && !socket.authorized && hasCertificate(socket);
    if (waiting !== undefined && !isBad) waiting.succeed(socket);
    else {
      waiting?.fail(String(socket.authorizationError));
      socket.on("error", () => {});
      socket.destroy();
    }
  });
  server.on("tlsClientError", (error, socket) => {
    pending.get(rawOf(socket))?.fail((error as { reason?: string }).reason ?? error.message);
    socket.destroy();
  });
  return server;
}

function hasCertificate(socket: TLSSocket): boolean {
  return socket.getPeerX509Certificate() !== undefined;
}

// The socket that an encrypted one reads from: node:tls keeps it under this name.
function rawOf(socket: TLSSocket): Socket {
  return (socket as unknown as { _parent: Socket })._parent;
}

function optionsOf(settings: TlsSettings, defaultCiphers: string): TlsOptions | string {
  if (settings.certFile === "") return "No tls-cert-file configured!";
  if (settings.keyFile === "") return "No tls-key-file configured!";
  if (settings.authClients !== "no" && settings.caCertFile === "" && settings.caCertDir === "") {
    return "Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-auth-clients is enabled!";
  }
  const { ciphersuites } = settings;
  if (ciphersuites !== "" && !ciphersuites.split(":").every(isSuite)) {
    return `Failed to configure ciphersuites: ${ciphersuites}`;
  }
  const protocols = excludedProtocols(settings.protocols);
  if (typeof protocols === "string") return protocols;
  const cert = readFile(settings.certFile, "certificate");
  if (typeof cert === "string") return cert;
  const key = readFile(settings.keyFile, "private key");
  if (typeof key === "string") return key;
  const ca = authorities(settings);
  if (typeof ca === "string") return ca;
  const dhparam =
    settings.dhParamsFile === "" ? ("auto" as const) : readFile(settings.dhParamsFile, "DH params");
  if (typeof dhparam === "string" && dhparam !== "auto") return dhparam;
  return {
    cert,
    key,
    ...(settings.keyFilePass === "" ? {} : { passphrase: utf8Of(settings.keyFilePass) }),
    ca,
    dhparam,
    ciphers: ciphersOf(settings, defaultCiphers),
    honorCipherOrder: settings.prefersServerCiphers,
    // All versions are let through here, since only the options can leave one out between two.
    minVersion: "TLSv1",
    maxVersion: "TLSv1.3",
    secureOptions:
      protocols |
      constants.SSL_OP_NO_RENEGOTIATION |
      constants.SSL_OP_NO_COMPRESSION |
      (settings.prefersServerCiphers ? constants.SSL_OP_CIPHER_SERVER_PREFERENCE : 0) |
      (settings.resumesSessions ? 0 : constants.SSL_OP_NO_TICKET),
    ...(settings.sessionTimeoutSeconds === 0 ? {} : { sessionTimeout: settings.sessionTimeoutSeconds }),
  };
}

const protocolOptions: ReadonlyMap<string, number> = new Map([
  ["tlsv1", constants.SSL_OP_NO_TLSv1],
  ["tlsv1.1", constants.SSL_OP_NO_TLSv1_1],
  ["tlsv1.2", constants.SSL_OP_NO_TLSv1_2],
  ["tlsv1.3", constants.SSL_OP_NO_TLSv1_3],
]);

// OpenSSL's options that switch off the protocols which `text` does not name.
function excludedProtocols(text: string): number | string {
  const wanted = (text === "" ? "TLSv1.2 TLSv1.3" : text).toLowerCase().split(" ");
  if (!wanted.every((name) => protocolOptions.has(name))) {
    return "Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'.";
  }
  let excluded = 0;
  for (const [name, option] of protocolOptions) if (!wanted.includes(name)) excluded |= option;
  return excluded;
}

// Node takes both lists as one, and a list without suites of TLS 1.3 as a wish to do without it.
function ciphersOf({ ciphers, ciphersuites }: TlsSettings, defaults: string): string {
  const names = defaults.split(":");
  const suites = ciphersuites === "" ? names.filter(isSuite).join(":") : ciphersuites;
  return `${suites}:${ciphers === "" ? names.filter((name) => !isSuite(name)).join(":") : ciphers}`;
}

function isSuite(name: string): boolean {
  return name.startsWith("TLS_");
}

function authorities({ caCertFile, caCertDir }: TlsSettings): Buffer[] | string {
  const found: Buffer[] = [];
  if (caCertFile !== "") {
    const read = readFile(caCertFile, "CA certificate(s)");
    if (typeof read === "string") return read;
    const fault = certificateFault(read);
    if (fault !== undefined)
      return `Failed to configure CA certificate(s) file/directory: ${caCertFile}: ${fault}`;
    found.push(read);
  }
  if (caCertDir === "") return found;
  // OpenSSL looks certificates up by a hash in their files' names; here all that the folder has are read.
  const folder = utf8Of(caCertDir);
  try {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (!statSync(path).isFile()) continue;
      const bytes = readFileSync(path);
      if (certificateFault(bytes) === undefined) found.push(bytes);
    }
  } catch (error) {
    return `Failed to configure CA certificate(s) file/directory: ${caCertDir}: ${textOf(error)}`;
  }
  return found;
}

// Node takes a file without any certificate in it for no authority at all, and says nothing.
function certificateFault(bytes: Buffer): string | undefined {
  try {
    new X509Certificate(bytes);
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

function readFile(path: string, what: string): Buffer | string {
  try {
    return readFileSync(utf8Of(path));
  } catch (error) {
    return `Failed to load ${what}: ${path}: ${textOf(error)}`;
  }
}

function utf8Of(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// --- Streams ---

type Ends = { readonly remote: Address; readonly local: Address };

function startStream(socket: TLSSocket, ends: Ends, accept: (stream: Stream) => StreamEvents): void {
  const stream = new SocketStream(socket, ends);
  stream.start(accept(stream));
}

class SocketStream implements Stream {
  readonly remote: Address;
  readonly local: Address;
  queuedBytes = 0;
  private readonly socket: TLSSocket;
  private events: StreamEvents | undefined = undefined;
  private takenBytes = 0; // copied, and as good as sent for the caller
  private isClosed = false;
  private isEnding = false;
  private fault: NetFault | undefined = undefined;

  constructor(socket: TLSSocket, { remote, local }: Ends) {
    this.socket = socket;
    this.remote = remote;
    this.local = local;
    socket.on("error", (error) => {
      this.fault ??= { code: "ECONNRESET", text: error.message };
    });
  }

  start(events: StreamEvents): void {
    const { socket } = this;
    this.events = events;
    socket.on("end", () => {
      if (!this.isClosed && !this.isEnding) events.ended();
    });
    socket.once("close", () => {
      this.isClosed = true;
      this.events = undefined;
      events.closed(this.fault);
    });
    socket.on("data", (bytes: Buffer) => {
      if (!this.isClosed && !this.isEnding) events.data(bytes, bytes.length);
    });
  }

  write(bytes: Uint8Array, length: number): boolean {
    if (this.isClosed) return true;
    const view = length === bytes.length ? bytes : bytes.subarray(0, length);
    if (this.queuedBytes === 0 && this.takenBytes + length <= TAKEN_BYTES_MAX) {
      this.takenBytes += length;
      this.socket.write(Buffer.from(view), () => {
        this.takenBytes -= length;
      });
      return true;
    }
    this.queuedBytes += length;
    this.socket.write(view, () => this.sent(length));
    return false;
  }

  pauseReading(): void {
    this.socket.pause();
  }

  resumeReading(): void {
    if (!this.isClosed && !this.isEnding) this.socket.resume();
  }

  end(): void {
    if (this.isClosed || this.isEnding) return;
    this.isEnding = true;
    this.socket.end(() => this.destroy());
  }

  destroy(): void {
    const { socket } = this;
    if (this.isClosed) return;
    this.isClosed = true;
    // What counts as taken would have gone out on a plain socket, and so it must here.
    if (!this.isEnding && this.takenBytes > 0 && this.queuedBytes === 0 && !socket.destroyed) {
      const late = setTimeout(() => socket.destroy(), LINGER_MS_MAX);
      socket.once("close", () => clearTimeout(late));
      socket.end(() => socket.destroy());
    } else socket.destroy();
  }

  private sent(length: number): void {
    this.queuedBytes -= length;
    if (this.queuedBytes === 0 && !this.isClosed && !this.isEnding) this.events?.drained();
  }
}
