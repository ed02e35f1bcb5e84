// A stock redis-server of one test file's own, spoken to over a Unix socket.
//
// Role: the source of truth for tests that claim "as Redis answers". It keeps nothing on disk, opens no
// TCP port, so test files can run side by side, and ends with the test file. Where redis-server is not
// installed those tests are skipped and say so; REQUIRE_STOCK_REDIS=1 makes that a failure instead.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameEnd } from "../../compat/resp/reply-frame.ts";
import { findProgram, stockRedisIsRequired, stockRedisSkipReason } from "./stock-redis.ts";

/** A reply as it stood on the wire. Errors are values: a test compares them like any other. */
export type StockReply =
  | { readonly kind: "bulk"; readonly bytes: Buffer }
  | { readonly kind: "line"; readonly mark: string; readonly text: string }
  | { readonly kind: "null" }
  | { readonly kind: "list"; readonly items: readonly StockReply[] };

export type StockArgument = string | number | Uint8Array;

/** Whether a stock server can be started here; says so when not, or throws when it is required. */
export function hasStockRedis(): boolean {
  if (findProgram("redis-server") !== undefined) return true;
  if (stockRedisIsRequired) throw new Error("redis-server is required and not on the PATH");
  console.log(stockRedisSkipReason);
  return false;
}

export class StockRedis {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #socket: Socket;
  readonly #waiting: ((reply: StockReply) => void)[] = [];
  #unread: Buffer[] = [];
  #unreadSizeBytes = 0;
  #neededSizeBytes = 0;

  private constructor(server: ChildProcess, folder: string, socket: Socket) {
    this.#process = server;
    this.#folder = folder;
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  /** Starts a server with extra redis.conf flags, e.g. ["--maxmemory", "1mb"]; resolves when it answers. */
  static async start(flags: readonly string[] = []): Promise<StockRedis> {
    const folder = mkdtempSync(join(tmpdir(), "stock-redis-"));
    const path = join(folder, "socket");
    const fixed = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder];
    const server = spawn("redis-server", [...fixed, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    process.once("exit", () => server.kill("SIGKILL")); // Also when a test file ends without stop().
    await new Promise<void>((resolve, reject) => {
      let log = "";
      server.on("exit", () => reject(new Error(`redis-server ended early:\n${log}`)));
      server.stdout.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes("now ready to accept connections at")) resolve();
      });
    });
    const socket = createConnection(path);
    await new Promise<void>((resolve, reject) => {
      socket.on("connect", resolve);
      socket.on("error", reject);
    });
    return new StockRedis(server, folder, socket);
  }

  /** Sends one command; calls made without waiting are pipelined, and replies come in order. */
  call(...args: readonly StockArgument[]): Promise<StockReply> {
    const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
    for (const arg of args) {
      const bytes = arg instanceof Uint8Array ? Buffer.from(arg) : Buffer.from(String(arg));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
    }
    this.#socket.write(Buffer.concat(parts));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The bytes of a bulk reply; any other reply is an error of the test. */
  async bulk(...args: readonly StockArgument[]): Promise<Buffer> {
    const reply = await this.call(...args);
    if (reply.kind !== "bulk") throw new Error(`${args[0]} answered ${JSON.stringify(reply)}`);
    return reply.bytes;
  }

  /** A reply as short text: bulk and simple strings, integers and errors as they read, null as "(null)". */
  async text(...args: readonly StockArgument[]): Promise<string> {
    const reply = await this.call(...args);
    if (reply.kind === "bulk") return reply.bytes.toString("latin1");
    if (reply.kind === "line") return reply.text;
    return reply.kind === "null" ? "(null)" : JSON.stringify(reply);
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    await new Promise<void>((resolve) => {
      this.#process.on("exit", () => resolve());
      this.#process.kill("SIGKILL");
    });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #receive(chunk: Buffer): void {
    this.#unread.push(chunk);
    this.#unreadSizeBytes += chunk.length;
    // Joining only when a whole bulk may be there keeps large replies linear.
    if (this.#unreadSizeBytes < this.#neededSizeBytes) return;
    const bytes = Buffer.concat(this.#unread);
    let at = 0;
    this.#neededSizeBytes = 0;
    while (at < bytes.length) {
      const parsed = parseReply(bytes, at);
      if (typeof parsed === "number") {
        this.#neededSizeBytes = parsed - at;
        break;
      }
      at = parsed.end;
      this.#waiting.shift()?.(parsed.reply);
    }
    this.#unread = [bytes.subarray(at)];
    this.#unreadSizeBytes = bytes.length - at;
  }
}

// One reply of RESP2 or RESP3 at `at`, or the offset up to which bytes are needed before trying again.
function parseReply(bytes: Buffer, at: number): { reply: StockReply; end: number } | number {
  const lineEnd = bytes.indexOf("\r\n", at);
  if (lineEnd < 0) return bytes.length + 1;
  const mark = String.fromCharCode(bytes[at] ?? 0);
  const text = bytes.toString("latin1", at + 1, lineEnd);
  const next = lineEnd + 2;
  if ("$=!".includes(mark) && text !== "-1") {
    const end = next + Number(text);
    if (bytes.length < end + 2) return end + 2;
    return { reply: { kind: "bulk", bytes: Buffer.from(bytes.subarray(next, end)) }, end: end + 2 };
  }
  if (mark === "_" || ("$*".includes(mark) && text === "-1")) return { reply: { kind: "null" }, end: next };
  if (!"*~>%".includes(mark)) return { reply: { kind: "line", mark, text }, end: next };
  const items: StockReply[] = [];
  let end = next;
  for (let left = Number(text) * (mark === "%" ? 2 : 1); left > 0; left--) {
    const item = parseReply(bytes, end);
    if (typeof item === "number") return item;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: { kind: "list", items }, end };
}

/** One server that answers with raw replies, for tests that compare byte for byte. */
export type RawStockRedis = {
  /** The reply to one command as it stood on the wire, Latin-1. */
  run(...args: readonly StockArgument[]): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a stock server for byte comparisons; undefined, and said so, where there is none to start. */
export async function startStockRedis(flags: readonly string[] = []): Promise<RawStockRedis | undefined> {
  if (!hasStockRedis()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "stock-redis-"));
  const path = join(folder, "socket");
  const fixed = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder];
  const server = spawn("redis-server", [...fixed, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const kill = (): boolean => server.kill("SIGKILL");
  process.once("exit", kill); // Also when a test file ends without stop().
  await new Promise<void>((resolve, reject) => {
    server.on("exit", () => reject(new Error("redis-server ended early")));
    server.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("eady to accept connections")) resolve();
    });
  });
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", resolve);
    socket.on("error", reject);
  });
  let unread = Buffer.alloc(0);
  let waiting: ((text: string) => void) | undefined;
  socket.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    const end = frameEnd(unread, 0);
    if (end < 0 || waiting === undefined) return;
    const done = waiting;
    waiting = undefined;
    const text = unread.toString("latin1", 0, end);
    unread = unread.subarray(end);
    done(text);
  });
  return {
    run(...args) {
      const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
      for (const arg of args) {
        const bytes = arg instanceof Uint8Array ? Buffer.from(arg) : Buffer.from(String(arg), "latin1");
        parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
      }
      const reply = new Promise<string>((resolve) => {
        waiting = resolve;
      });
      socket.write(Buffer.concat(parts));
      return reply;
    },
    stop() {
      socket.destroy();
      return new Promise((resolve) => {
        process.off("exit", kill);
        server.removeAllListeners("exit");
        server.on("exit", () => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
        kill();
      });
    },
  };
}
