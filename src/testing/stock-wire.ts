// Stock wire: what a stock Redis answers to bytes that no client library would send.
//
// Role: each conversation is a connection of its own: bytes are sent, our side is closed, and all that comes back
// until the server closes is the answer. So it also shows that a server stays silent.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
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

  stop(): Promise<void> {
    return this.#stop();
  }
}
