// A whole server in the test's own process, without network: commands in, raw replies out.
//
// Role: runs production code from the request parser to the reply buffer; only the ports are the test's.
// The clock stands still until `advance`.

import type { Command, CommandDeclaration } from "../commands/define.ts";
import { Config } from "../config/config.ts";
import type { TimerId } from "../env/clock.ts";
import type { Env } from "../env/env.ts";
import type { Stream, StreamEvents } from "../env/net.ts";
import type { Observer } from "../env/observer.ts";
import { realHashing } from "../env/real/hashing.ts";
import { realLua } from "../env/real/lua.ts";
import { type Probe, silentProbe } from "../lib/probe.ts";
import { Cron } from "../server/cron.ts";
import { Server } from "../server/server.ts";
import { MemoryFiles } from "./memory-files.ts";

export type TestServerOptions = {
  readonly shards?: number;
  readonly protocol?: 2 | 3;
  readonly nowMs?: number;
  readonly seed?: number;
  /** redis.conf directives, e.g. { maxmemory: "1mb" }. */
  readonly config?: Readonly<Record<string, string>>;
  /** Commands to serve, all there are unless given. */
  readonly commands?: readonly CommandDeclaration[];
  /** Told of everything that the server runs. */
  readonly observer?: Observer;
  /** What steers it and hears of its places, as a simulation does. */
  readonly probe?: Probe;
  /** A disk that holds something already. */
  readonly files?: MemoryFiles;
};

export type TestArgument = string | number | Uint8Array;

export class TestClient {
  /** All that was received and not yet taken, Latin-1. */
  received = "";
  isClosed = false;
  /** Not there yet while the connection is being accepted. */
  readonly events: StreamEvents;
  private readonly sent = Buffer.alloc(16_384);

  constructor(accept: (stream: Stream) => StreamEvents) {
    const address = { kind: "tcp", host: "127.0.0.1", port: 40000 } as const;
    this.events = accept({
      remote: address,
      local: address,
      queuedBytes: 0,
      write: (bytes, length) => {
        if (!this.isClosed) this.received += Buffer.prototype.latin1Slice.call(bytes, 0, length);
        return true;
      },
      pauseReading() {},
      resumeReading() {},
      end: () => this.close(),
      destroy: () => this.close(),
    });
    if (this.isClosed) this.events.closed(undefined); // It was refused.
  }

  /** Sends raw bytes (Latin-1 text). The bytes are overwritten afterwards, as a real port may do. */
  send(text: string | Uint8Array): void {
    if (typeof text === "string" && text.length <= this.sent.length) {
      this.deliver(this.sent, this.sent.write(text, 0, "latin1"));
      return;
    }
    const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : Buffer.from(text);
    this.deliver(bytes, bytes.length);
  }

  private deliver(bytes: Buffer, length: number): void {
    this.events.data(bytes, length);
    bytes.fill(0xdd, 0, length);
  }

  /** Sends one command and takes what was received. */
  run(...args: readonly TestArgument[]): string {
    this.send(encodeRequest(args));
    return this.take();
  }

  take(): string {
    const text = this.received;
    this.received = "";
    return text;
  }

  private close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events?.closed(undefined);
  }
}

/** Of all test servers: the machine is compiled once. */
const lua = realLua();

export class TestServer {
  readonly server: Server;
  readonly config = new Config();
  /** What it has on disk. */
  readonly files: MemoryFiles;
  readonly logged: string[] = [];
  /** How far the wall clock has been set forward or back; the monotonic one goes on. */
  wallShiftMs = 0;
  private readonly client: TestClient;
  private nowMs: number;
  private timers: { id: number; atUs: number; fire: () => void }[] = [];
  private lastTimer = 0;

  constructor(options: TestServerOptions = {}) {
    this.nowMs = options.nowMs ?? 1_700_000_000_000;
    this.files = options.files ?? new MemoryFiles();
    this.files.later = (fire) => this.after(0, fire);
    const settings = { shards: `${options.shards ?? 1}`, save: "", ...options.config };
    for (const [name, value] of Object.entries(settings)) {
      const error = this.config.load(name, [value]);
      if (error !== undefined) throw new Error(`${name} ${value}: ${error}`);
    }
    const { observer, probe = silentProbe } = options;
    const env = { ...this.env(options.seed ?? 1), probe, ...(observer === undefined ? {} : { observer }) };
    this.server = new Server(env, this.config, {
      configFile: "",
      onShutdown: () => {},
      ...(options.commands === undefined ? {} : { commands: options.commands }),
    });
    new Cron(this.server, this.env(1).clock, probe).start();
    this.client = this.connect();
    if (options.protocol === 3) this.client.run("HELLO", "3");
  }

  /** Runs one command on the first client; the raw reply as Latin-1 text. */
  run(...args: readonly TestArgument[]): string {
    return this.client.run(...args);
  }

  /** A further client. */
  connect(): TestClient {
    return new TestClient((stream) => this.server.hub.accept(stream, this.server.refusalOfConnection(true)));
  }

  /** Lets time pass; timers that come due fire in order. */
  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      let next = this.timers[0];
      for (const timer of this.timers)
        if (next !== undefined && (timer.atUs - next.atUs || timer.id - next.id) < 0) next = timer;
      if (next === undefined || next.atUs > untilMs * 1000) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.atUs / 1000);
      next.fire();
    }
    this.nowMs = untilMs;
  }

  command(name: string): Command | undefined {
    return this.server.commands.get(name);
  }

  private after(delayUs: number, fire: () => void): TimerId {
    const id = ++this.lastTimer;
    this.timers.push({ id, atUs: this.nowMs * 1000 + delayUs, fire });
    return id as TimerId;
  }

  private env(seed: number): Env {
    return {
      clock: {
        monotonicUs: () => this.nowMs * 1000,
        wallMs: () => Math.floor(this.nowMs + this.wallShiftMs),
        wallUs: () => Math.floor((this.nowMs + this.wallShiftMs) * 1000),
        after: (delayUs, fire) => this.after(delayUs, fire),
        cancel: (id) => {
          this.timers = this.timers.filter((timer) => timer.id !== id);
        },
      },
      random: { seed: () => seed, secret: (target) => target.fill(seed & 0xff) },
      net: { listen: () => {} },
      disk: {
        readText: () => ({ ok: false, fault: { code: "ENOENT", text: "No such file or directory" } }),
        replaceText: () => ({ code: "EROFS", text: "Read-only file system" }),
        appendText: () => ({ code: "EROFS", text: "Read-only file system" }),
        enterFolder: (path) => ({ ok: true, path }),
      },
      files: this.files,
      blockingFiles: this.files.blocking,
      threads: { processors: 1 },
      host: {
        pid: 1,
        os: "test",
        arch: "test",
        nodeVersion: process.version,
        executable: "shadis",
        totalSystemBytes: 1 << 30,
        residentBytes: () => 1 << 24,
        heapUsedBytes: () => 1 << 22,
        cpuUserSeconds: () => 0,
        cpuSystemSeconds: () => 0,
        collectGarbage: () => false,
        onCollection() {},
        block: (ms) => {
          this.nowMs += ms;
        },
      },
      hashing: realHashing(),
      probe: silentProbe,
      lua,
      log: { write: (_level, text) => this.logged.push(text) },
    };
  }
}

export function createTestServer(options: TestServerOptions = {}): TestServer {
  return new TestServer(options);
}

/** A request in RESP: an array of bulk strings. Text is taken as Latin-1. */
export function encodeRequest(args: readonly TestArgument[]): Uint8Array {
  const parts = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === "object" ? Buffer.from(arg) : Buffer.from(`${arg}`, "latin1");
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}
