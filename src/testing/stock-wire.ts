// Stock wire: what a stock Redis answers to bytes that no client library would send.
//
// Role: each conversation is a connection of its own: bytes are sent, our side is closed, and all that comes back
// until the server closes is the answer. So it also shows that a server stays silent.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class StockWire {
  readonly #path: string;
  readonly #stop: () => Promise<void>;

  private constructor(path: string, stop: () => Promise<void>) {
    this.#path = path;
    this.#stop = stop;
  }

  /** Starts a server with extra redis.conf flags, e.g. ["--requirepass", "x"]. */
  static async start(flags: readonly string[] = []): Promise<StockWire> {
    const folder = mkdtempSync(join(tmpdir(), "stock-wire-"));
    const path = join(folder, "socket");
    const fixed = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir", folder];
    const server = spawn("redis-server", [...fixed, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    const kill = (): boolean => server.kill("SIGKILL");
    process.once("exit", kill); // Also when a test file ends without stop().
    const hasExited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    await new Promise<void>((resolve, reject) => {
      let log = "";
      void hasExited.then(() => reject(new Error(`redis-server ended early:\n${log}`)));
      server.stdout.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes("now ready to accept connections at")) resolve();
      });
    });
    return new StockWire(path, async () => {
      process.off("exit", kill);
      kill();
      await hasExited;
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** All that the server sends back, Latin-1. `parts` are written one after the other. */
  converse(...parts: readonly Uint8Array[]): Promise<string> {
    return new Promise((resolve) => {
      const socket = createConnection({ path: this.#path, allowHalfOpen: true });
      let received = "";
      socket.on("data", (chunk: Buffer) => {
        received += chunk.toString("latin1");
      });
      socket.on("error", () => socket.destroy()); // The server may close before it has read everything.
      socket.on("close", () => resolve(received));
      for (const part of parts) socket.write(part);
      socket.end();
    });
  }

  /** A connection that stays open. */
  connect(): Promise<StockConnection> {
    return new Promise((resolve) => {
      const socket = createConnection({ path: this.#path });
      const connection = new StockConnection(socket);
      socket.on("connect", () => resolve(connection));
    });
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}

/** One open connection: bytes out, and whatever has come back so far. */
export class StockConnection {
  isClosed = false;
  #received = "";
  readonly #socket: Socket;
  #heard: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received += chunk.toString("latin1");
      this.#heard();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.isClosed = true;
      this.#heard();
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** What has been received and not taken yet. */
  take(): string {
    const text = this.#received;
    this.#received = "";
    return text;
  }

  /** Waits for `text` to arrive. */
  async takeUntil(text: string): Promise<string> {
    while (!this.#received.includes(text) && !this.isClosed) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.take();
  }

  close(): void {
    this.#socket.destroy();
  }
}
