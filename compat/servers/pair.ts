// Server pair: the stock redis-server and the candidate, started with the same flags, side by side.
//
// Role: owns the child processes of a comparison. Invariant: only processes started here are signalled, by
// pid, and none of them nor their folders outlives this program.

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RawConnection } from "../resp/raw-connection.ts";
import { encodeRequest } from "../resp/request.ts";

export type Server = {
  readonly label: string;
  readonly port: number;
  readonly socketPath: string;
  readonly process: ChildProcess;
  readonly folder: string;
};

export type Pair = { readonly stock: Server; readonly candidate: Server };

export type PairOptions = {
  readonly portBase: number;
  /** The candidate's shards; passed on only when given. */
  readonly shards?: number | undefined;
  /** Compares the stock server with itself: the check that the comparison finds nothing where nothing is. */
  readonly isCandidateStock?: boolean | undefined;
  readonly flags?: readonly string[];
};

const root = join(import.meta.dirname, "..", "..");
const startMsMax = 30_000;
const running = new Set<Server>();
process.on("exit", () => {
  for (const server of running) discard(server);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

/** Full path of redis-server, or undefined where there is none. */
export function findStock(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(":");
  return folders.map((folder) => join(folder, "redis-server")).find((path) => existsSync(path));
}

export async function startPair(options: PairOptions): Promise<Pair> {
  const flags = options.flags ?? [];
  const stock = await startServer("stock", stockCommand(), options.portBase, flags);
  const own = options.shards === undefined ? flags : [...flags, "--shards", `${options.shards}`];
  const candidate = options.isCandidateStock
    ? await startServer("candidate (stock)", stockCommand(), options.portBase + 1, flags)
    : await startServer("shadis", candidateCommand(), options.portBase + 1, own);
  return { stock, candidate };
}

export async function stopPair({ stock, candidate }: Pair): Promise<void> {
  await Promise.all([stopServer(stock), stopServer(candidate)]);
}

export function stockCommand(): readonly string[] {
  return [findStock() ?? "redis-server"];
}

/** The words of package.json's start script, run under the pinned Node. */
export function candidateCommand(): readonly string[] {
  const manifest: { scripts?: Record<string, string> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const words = (manifest.scripts?.["start"] ?? "node src/main.ts").split(" ");
  const pinned = join(root, "node_modules", ".bin", "node");
  return [existsSync(pinned) ? pinned : process.execPath, ...words.slice(words.indexOf("node") + 1)];
}

/** Starts a server that keeps nothing on disk and waits until it answers PING. */
export async function startServer(
  label: string,
  command: readonly string[],
  port: number,
  flags: readonly string[] = [],
): Promise<Server> {
  await refuseTakenPort(port);
  const folder = mkdtempSync(join(tmpdir(), "compat-"));
  const socketPath = join(folder, "socket");
  const log = openSync(join(folder, "log"), "w");
  const fixed = ["--port", `${port}`, "--bind", "127.0.0.1", "--unixsocket", socketPath, "--dir", folder];
  const quiet = ["--save", "", "--appendonly", "no", "--enable-debug-command", "yes"];
  const [program = "", ...words] = command;
  const child = spawn(program, [...words, ...fixed, ...quiet, ...flags], {
    cwd: root,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const server: Server = { label, port, socketPath, process: child, folder };
  running.add(server);
  const endsBy = performance.now() + startMsMax;
  while (performance.now() < endsBy && !hasEnded(server)) {
    if (await answersPing(port)) return server;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const text = readFileSync(join(folder, "log"), "utf8").trim().split("\n").slice(-12).join("\n");
  discard(server);
  throw new Error(`${label} did not start on port ${port}:\n${text}`);
}

export async function stopServer(server: Server): Promise<void> {
  if (!hasEnded(server)) {
    const ended = new Promise<void>((resolve) => server.process.once("exit", () => resolve()));
    server.process.kill("SIGKILL");
    await ended;
  }
  discard(server);
}

export function hasEnded(server: Server): boolean {
  return server.process.exitCode !== null || server.process.signalCode !== null;
}

/** The last lines of what the server printed. */
export function logTail(server: Server, lines = 20): string {
  const text = readFileSync(join(server.folder, "log"), "utf8").trim();
  return text.split("\n").slice(-lines).join("\n");
}

/** Resident bytes of the server's process, from /proc; undefined where that does not exist. */
export function residentBytes(server: Server): number | undefined {
  try {
    const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
  } catch {
    return undefined;
  }
}

async function answersPing(port: number): Promise<boolean> {
  try {
    const connection = await RawConnection.open({ port });
    connection.send(encodeRequest(["PING"]));
    const [reply] = await connection.take(1, 2000);
    connection.close();
    return /^(\+PONG|-NOAUTH)/.test(reply?.toString("latin1") ?? "");
  } catch {
    return false;
  }
}

async function refuseTakenPort(port: number): Promise<void> {
  const connection = await RawConnection.open({ port }).catch(() => undefined);
  if (connection === undefined) return;
  connection.close();
  throw new Error(`port ${port} is taken; choose another with --port-base`);
}

function discard(server: Server): void {
  running.delete(server);
  if (!hasEnded(server)) server.process.kill("SIGKILL");
  rmSync(server.folder, { recursive: true, force: true });
}
