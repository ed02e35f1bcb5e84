// Real network: TCP and unix sockets, one read buffer for all streams of the process.
//
// Node's net.Socket allocates a buffer per read and runs two stream state machines per write, which at one
// command per packet costs as much as the command. So node:net is used to listen, and accepted connections
// are driven on their libuv handles: `useUserBuffer` makes every read land in one shared buffer, and
// `writeBuffer` tries to send at once and tells whether it did. IP addresses are bound on the handle as well, since
// node:net tells only later whether it could, and CONFIG SET has to answer.
// Invariants:
//   - `data` runs inside the read; the shared buffer is reused by the next one.
//   - a buffer given to `write` that was not sent at once is referenced until its completion.

import { chmodSync, existsSync, unlinkSync } from "node:fs";
import { createServer, isIP, type Server } from "node:net";
import { getSystemErrorName } from "node:util";
import type {
  Address,
  Listener,
  ListenOptions,
  Net,
  NetFault,
  Result,
  Stream,
  StreamEvents,
} from "../net.ts";

const READ_BUFFER_BYTES = 64 * 1024;
/** Views of replies shorter than this are kept: making one costs as much as encoding the reply. */
const VIEW_BYTES_MAX = 2048;

/** The part of libuv's stream handles that is used here. */
type Handle = {
  onread: () => void;
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  readStop(): number;
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  close(done?: () => void): void;
  reset?(done?: () => void): number;
  setNoDelay?(on: boolean): number;
  setKeepAlive?(on: boolean, seconds: number): number;
  getpeername?(out: { address?: string; port?: number }): number;
  getsockname?(out: { address?: string; port?: number }): number;
};
// `buffer` is where the bytes of a write under way are held: libuv knows only their address.
type WriteRequest = { oncomplete: ((status: number) => void) | undefined; buffer: Uint8Array | undefined };
type StreamBinding = {
  WriteWrap: new () => WriteRequest;
  streamBaseState: Int32Array;
  kReadBytesOrError: number;
  kLastWriteWasAsync: number;
};
type ServerHandle = { onconnection: (status: number, handle: Handle | undefined) => void };
type BoundHandle = {
  bind(host: string, port: number): number;
  bind6(host: string, port: number, flags: number): number;
  listen(backlog: number): number;
  close(): void;
};
type TcpBinding = {
  TCP: new (kind: number) => BoundHandle;
  constants: { SERVER: number; UV_TCP_IPV6ONLY: number };
};

export function realNet(): Net {
  // The handles' own vocabulary is only to be had here.
  const { binding } = process as unknown as { binding(name: "stream_wrap"): StreamBinding };
  const wrap = binding.call(process, "stream_wrap");
  const shared = new Shared(wrap);

  return {
    listen(at, options, accept, done) {
      const server = createServer();
      openServer(server, at, options, (result) => {
        if (result.ok) {
          const handle = (server as unknown as { _handle: ServerHandle })._handle;
          handle.onconnection = (status, accepted) => {
            if (status === 0 && accepted !== undefined) startStream(shared, at, options, accepted, accept);
          };
        }
        done(result);
      });
    },
  };
}

/** Has `server` listen. At an IP address `done` is called before this returns. */
export function openServer(
  server: Server,
  at: Address,
  options: ListenOptions,
  done: (result: Result<Listener, NetFault>) => void,
): void {
  if (at.kind === "tcp" && isIP(at.host) !== 0) {
    const handle = boundHandle(at.host, at.port, options.backlog);
    if (typeof handle === "string") {
      done({ ok: false, fault: { code: handle, text: faultText(at, handle) } });
      return;
    }
    server.listen({ _handle: handle }, options.backlog);
    done({ ok: true, value: listenerOf(server, at) });
    return;
  }
  server.once("error", (error: NodeJS.ErrnoException) => {
    const code = error.code ?? "EIO";
    done({ ok: false, fault: { code, text: faultText(at, code, error.message) } });
  });
  server.once("listening", () => {
    if (at.kind === "unix" && options.unixPermissions !== 0) chmodSync(at.path, options.unixPermissions);
    done({ ok: true, value: listenerOf(server, at) });
  });
  if (at.kind === "unix") {
    if (existsSync(at.path)) unlinkSync(at.path);
    server.listen({ path: at.path, backlog: options.backlog });
  } else {
    server.listen({ host: at.host, port: at.port, backlog: options.backlog });
  }
}

// Bound and listening, or the code of what is wrong. Listening belongs to it: only then a port that is taken shows.
function boundHandle(host: string, port: number, backlog: number): BoundHandle | string {
  const { binding } = process as unknown as { binding(name: "tcp_wrap"): TcpBinding };
  const { TCP, constants } = binding.call(process, "tcp_wrap");
  const handle = new TCP(constants.SERVER);
  const bindStatus =
    isIP(host) === 4
      ? handle.bind(host, port)
      : handle.bind6(host, port, host === "::" ? constants.UV_TCP_IPV6ONLY : 0);
  const status = bindStatus === 0 ? handle.listen(backlog) : bindStatus;
  if (status === 0) return handle;
  handle.close();
  return getSystemErrorName(status);
}

function listenerOf(server: Server, at: Address): Listener {
  const bound = server.address();
  const address: Address =
    at.kind === "tcp" && bound !== null && typeof bound === "object" ? { ...at, port: bound.port } : at;
  return {
    address,
    close() {
      server.close();
    },
  };
}

/** What all streams of the process use in turn. */
class Shared {
  readonly wrap: StreamBinding;
  readonly readBuffer = new Uint8Array(READ_BUFFER_BYTES);
  /** The request object of the next write. One that finishes at once leaves no trace in it. */
  request: WriteRequest;
  private viewed: Uint8Array | undefined = undefined;
  private readonly views: (Uint8Array | undefined)[] = new Array(VIEW_BYTES_MAX).fill(undefined);

  constructor(wrap: StreamBinding) {
    this.wrap = wrap;
    this.request = new wrap.WriteWrap();
  }

  /** bytes[0, length) as an array of its own. Short ones of the usual buffer are made once. */
  view(bytes: Uint8Array, length: number): Uint8Array {
    if (length === bytes.length) return bytes;
    if (length >= VIEW_BYTES_MAX) return bytes.subarray(0, length);
    if (bytes !== this.viewed) this.forgetViews(bytes);
    let view = this.views[length];
    if (view === undefined) {
      view = bytes.subarray(0, length);
      this.views[length] = view;
    }
    return view;
  }

  /** Another buffer will be the usual one. */
  forgetViews(next: Uint8Array | undefined): void {
    this.viewed = next;
    this.views.fill(undefined);
  }
}

function startStream(
  shared: Shared,
  at: Address,
  options: ListenOptions,
  handle: Handle,
  accept: (stream: Stream) => StreamEvents,
): void {
  if (at.kind === "tcp") {
    handle.setNoDelay?.(true);
    if (options.keepAliveSeconds > 0) handle.setKeepAlive?.(true, options.keepAliveSeconds);
  }
  const stream = new HandleStream(shared, handle, at);
  const events = accept(stream);
  stream.start(events);
}

class HandleStream implements Stream {
  queuedBytes = 0;
  private readonly shared: Shared;
  private readonly handle: Handle;
  private readonly at: Address;
  private events: StreamEvents | undefined = undefined;
  private isEnding = false;
  private isClosed = false;
  private fault: NetFault | undefined = undefined;

  constructor(shared: Shared, handle: Handle, at: Address) {
    this.shared = shared;
    this.handle = handle;
    this.at = at;
  }

  get remote(): Address {
    return this.nameOf("getpeername");
  }

  get local(): Address {
    return this.nameOf("getsockname");
  }

  start(events: StreamEvents): void {
    this.events = events;
    if (this.isClosed) return; // `closed` comes with the handle's completion.
    const { wrap, readBuffer } = this.shared;
    const state = wrap.streamBaseState;
    const readIndex = wrap.kReadBytesOrError;
    this.handle.onread = () => {
      const length = state[readIndex] as number;
      if (length > 0) events.data(readBuffer, length);
      else if (length < 0) this.readFailed(length);
    };
    this.handle.useUserBuffer(readBuffer);
    this.handle.readStart();
  }

  write(bytes: Uint8Array, length: number): boolean {
    if (this.isClosed) return true;
    const { shared } = this;
    const request = shared.request;
    const view = shared.view(bytes, length);
    const status = this.handle.writeBuffer(request, view);
    if (status !== 0) {
      this.fail(`write failed (${status})`);
      return true;
    }
    if ((shared.wrap.streamBaseState[shared.wrap.kLastWriteWasAsync] as number) === 0) return true;
    this.queuedBytes += length;
    shared.request = new shared.wrap.WriteWrap(); // The old one belongs to the write under way.
    shared.forgetViews(undefined);
    request.buffer = view; // A collection would free memory that is still being sent.
    request.oncomplete = (result) => this.completed(length, result);
    return false;
  }

  pauseReading(): void {
    if (!this.isClosed) this.handle.readStop();
  }

  resumeReading(): void {
    if (!this.isClosed) this.handle.readStart();
  }

  end(): void {
    this.isEnding = true;
    if (!this.isClosed) this.handle.readStop();
    if (this.queuedBytes === 0) this.destroy();
  }

  destroy(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.handle.onread = ignoreRead;
    this.handle.close(() => {
      const { events } = this;
      this.events = undefined;
      events?.closed(this.fault);
    });
  }

  private completed(length: number, result: number): void {
    this.queuedBytes -= length;
    if (this.isClosed) return;
    if (result < 0) this.fail(`write failed (${result})`);
    else if (this.queuedBytes === 0 && this.isEnding) this.destroy();
    else if (this.queuedBytes === 0) this.events?.drained();
  }

  private readFailed(code: number): void {
    this.handle.readStop();
    if (code === -4095) this.events?.ended();
    else this.fail(`read failed (${code})`);
  }

  private fail(text: string): void {
    this.fault = { code: "ECONNRESET", text };
    this.destroy();
  }

  private nameOf(which: "getpeername" | "getsockname"): Address {
    const ask = this.handle[which];
    if (this.at.kind === "unix" || ask === undefined || this.isClosed) return this.at;
    const out: { address?: string; port?: number } = {};
    ask.call(this.handle, out);
    return { kind: "tcp", host: out.address ?? "?", port: out.port ?? 0 };
  }
}

// A closing handle still wants a function to call.
function ignoreRead(): void {}

function faultText(at: Address, code: string, otherwise: string = code): string {
  const where = at.kind === "tcp" ? `${at.host}:${at.port}` : at.path;
  const why: Record<string, string> = {
    EADDRINUSE: "Address already in use",
    EACCES: "Permission denied",
    EADDRNOTAVAIL: "Cannot assign requested address",
    ENOENT: "No such file or directory",
  };
  return `Could not create server listening socket ${where}: ${why[code] ?? otherwise}`;
}
