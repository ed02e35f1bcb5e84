// Life: one start of a server on a folder that outlives it, and its end.
//
// Role: owns the child process. Invariant: only processes started here are signalled, by pid, and none outlives this
// program.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";

export type LifePlan = {
  readonly command: readonly string[];
  readonly port: number;
  readonly folder: string;
  readonly flags: readonly string[];
};

const root = join(import.meta.dirname, "..", "..");
const startMsMax = 60_000;
const endMsMax = 30_000;
const lookMs = 5;
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** A port of this machine that nobody listens on, for whoever does not care which. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

export class Life {
  readonly plan: LifePlan;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  private constructor(plan: LifePlan, child: ChildProcess) {
    this.plan = plan;
    this.child = child;
    running.add(child);
    this.ended = new Promise((resolve) => {
      child.once("exit", () => {
        running.delete(child);
        resolve();
      });
    });
  }

  /** Starts a server; its log goes on where the one before ended. */
  static spawn(plan: LifePlan): Life {
    const { command, port, folder, flags } = plan;
    const [program = "", ...words] = command;
    const log = openSync(join(folder, "log"), "a");
    const fixed = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder];
    const child = spawn(program, [...words, ...fixed, ...flags], { cwd: root, stdio: ["ignore", log, log] });
    closeSync(log);
    return new Life(plan, child);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** 0 after an orderly end. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Waits until it answers a command that needs the data; throws when it ends instead. */
  async untilServing(): Promise<void> {
    const endsBy = performance.now() + startMsMax;
    while (performance.now() < endsBy && !this.hasEnded) {
      const connection = await RawConnection.open({ port: this.plan.port }).catch(() => undefined);
      connection?.send(encodeRequest(["DBSIZE"]));
      const [reply] = (await connection?.take(1, 2000)) ?? [];
      connection?.close();
      if (reply?.[0] === 58) return this.checkProcess();
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    throw new Error(`the server did not start; its log ends:\n${this.logTail()}`);
  }

  // Somebody else's server on the same port would answer as well, and be written to.
  private async checkProcess(): Promise<void> {
    const connection = await RawConnection.open({ port: this.plan.port });
    connection.send(encodeRequest(["INFO", "server"]));
    const [reply] = await connection.take(1);
    connection.close();
    const pid = Number(/process_id:(\d+)/.exec(reply?.toString("latin1") ?? "")?.[1]);
    if (pid !== this.child.pid)
      throw new Error(
        `port ${this.plan.port} is answered by another process; choose another with --port-base`,
      );
  }

  signal(name: "SIGKILL" | "SIGTERM"): void {
    if (!this.hasEnded) this.child.kill(name);
  }

  /** Waits until the process is gone; false, after killing it, when it does not go by itself. */
  async untilEnded(): Promise<boolean> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.child.kill("SIGKILL");
    }, endMsMax);
    await this.ended;
    clearTimeout(timer);
    return !isLate;
  }

  logTail(lines = 14): string {
    const text = readFileSync(join(this.plan.folder, "log"), "utf8").trim();
    return text.split("\n").slice(-lines).join("\n");
  }
}
