// Servers: start the stock Redis and the candidate, each pinned to the server core, and stop them again.
//
// Role: owns the child processes. Both servers get the same redis.conf flags, and their main threads the same core; the client
// side runs on another core (see `pinThisProcess`).
// Invariants:
//   - Only processes started here are ever signalled, by pid. A port that is already taken is refused, and the
//     pid that the server reports must descend from the child that was started.
//   - However this program ends, short of being killed outright, no server and no folder of one outlives it.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { descendsFrom, isRunning, readCpu, usedNs } from "./proc.ts";
import type { ServerFacts, Side } from "./samples.ts";
import { Client } from "./wire.ts";

export type ServerPlan = {
  readonly side: Side;
  readonly label: string;
  /** A shell command; `{port}` and `{flags}` are replaced. */
  readonly command: string;
  readonly port: number;
};

export type RunningServer = {
  readonly plan: ServerPlan;
  readonly child: ChildProcess;
  readonly pid: number;
  readonly control: Client;
  readonly folder: string;
  readonly facts: ServerFacts;
};

const serverCore = 0;
const clientCore = 1;
const startMsMax = 30_000;
const stopMsMax = 10_000;
const settleMsMax = 8_000;
const settleSliceMs = 100;
// Redis's own timers take well under 1 % of a core; above this the server still has work of its own.
const idleShareMax = 0.02;

const root = path.resolve(import.meta.dirname, "..");
const folders = new Map<ChildProcess, string>();
process.on("exit", () => {
  for (const [child, folder] of folders) {
    // The group, since a start script may have put a shell between.
    if (child.pid !== undefined) signalIfThere(-child.pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

/** False where there is one core only, or no taskset: then nothing is pinned and the report says so. */
export const canPin = os.availableParallelism() >= 2 && isOnPath("taskset");

/** True if `program` can be run. */
export function isOnPath(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Keeps this process, and what it starts, off the server's core. */
export function pinThisProcess(): void {
  if (canPin)
    execFileSync("taskset", ["-a", "-cp", String(clientCore), String(process.pid)], { stdio: "ignore" });
}

// Only the thread that serves keeps its core to itself: what compiles, collects or frees beside it shares the other one with
// the client side, as on a machine with cores to spare. Threads that begin later stay with the one that began them.
function moveOtherThreads(pid: number): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    if (thread === String(pid)) continue;
    try {
      execFileSync("taskset", ["-cp", String(clientCore), thread], { stdio: "ignore" });
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** What each plan is, from the command line: the stock server, if wanted, and the candidate. */
export function plans(options: {
  candidate: string | undefined;
  alone: boolean;
  port: number;
}): ServerPlan[] {
  const candidate: ServerPlan = {
    side: "candidate",
    label: options.candidate === undefined ? "Shadis" : "Candidate",
    command: options.candidate ?? `${startScript()} {flags}`,
    port: options.port + 1,
  };
  if (options.alone) return [candidate];
  const stock = {
    side: "stock",
    label: "Redis",
    command: "redis-server {flags}",
    port: options.port,
  } as const;
  return [stock, candidate];
}

// `npm start` runs this text through sh with node_modules/.bin first on the PATH; so does `startServer`, which
// makes `node` the pinned runtime here too.
function startScript(): string {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    scripts?: Record<string, string>;
  };
  const script = manifest.scripts?.["start"];
  if (script === undefined)
    throw new Error('package.json has no "start" script; name a server with --candidate');
  return script;
}

/** Starts a server and waits until it answers PING. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  await refuseTakenPort(plan.port);
  const folder = mkdtempSync(path.join(os.tmpdir(), `bench-${plan.side}-`));
  const flags = `--port ${plan.port} --bind 127.0.0.1 --save "" --appendonly no --enable-debug-command local --dir ${folder}`;
  const line = plan.command.replaceAll("{flags}", flags).replaceAll("{port}", String(plan.port));
  // A plain command takes the shell's place, so that signals and /proc figures meet the server itself.
  const script = /[;&|]|^exec /.test(line) ? line : `exec ${line}`;
  const pin = canPin ? `taskset -cp ${serverCore} $$ >/dev/null; ` : "";
  const log = openSync(path.join(folder, "log"), "w");
  const child = spawn("sh", ["-c", `ulimit -n $(ulimit -Hn); ${pin}${script}`], {
    cwd: root,
    env: { ...process.env, PATH: `${path.join(root, "node_modules/.bin")}:${process.env["PATH"]}` },
    stdio: ["ignore", log, log],
    detached: true, // A process group of its own.
  });
  closeSync(log);
  folders.set(child, folder);
  try {
    const control = await waitUntilAnswering(plan, child);
    const info = await readInfo(control);
    const pid = Number(info.get("process_id") ?? child.pid);
    if (!descendsFrom(pid, child.pid ?? -1))
      throw new Error(`port ${plan.port} is answered by a foreign process`);
    const version = info.get("shadis_version") ?? info.get("redis_version") ?? "unknown";
    if (canPin) moveOtherThreads(pid);
    const command = plan.command.replaceAll("{flags}", '--port PORT --save "" --appendonly no ...');
    return { plan, child, pid, control, folder, facts: { label: plan.label, command, version } };
  } catch (error) {
    const tail = readFileSync(path.join(folder, "log"), "utf8").trim().split("\n").slice(-8).join("\n");
    if (child.pid !== undefined) signalIfThere(-child.pid, "SIGKILL");
    forget(child, folder);
    throw new Error(`${plan.label} did not start: ${(error as Error).message}\n${tail}`);
  }
}

/** Stops a server and removes its folder. A server that ignores SIGTERM is killed. */
export async function stopServer(server: RunningServer): Promise<void> {
  server.control.close();
  const pids = [server.pid, server.child.pid ?? server.pid];
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of pids) if (isRunning(pid)) signalIfThere(pid, signal);
    const endsBy = performance.now() + stopMsMax;
    while (pids.some(isRunning) && performance.now() < endsBy) await sleep(20);
  }
  forget(server.child, server.folder);
}

function forget(child: ChildProcess, folder: string): void {
  folders.delete(child);
  rmSync(folder, { recursive: true, force: true });
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between, which is what was wanted.
  }
}

/** Waits until the server no longer uses its core, or only a share of it; false if it was still busy at the limit. */
export async function settle(server: RunningServer, shareMax = idleShareMax): Promise<boolean> {
  const endsBy = performance.now() + settleMsMax;
  let quietSlices = 0;
  while (performance.now() < endsBy) {
    const before = readCpu(server.pid);
    const startedMs = performance.now();
    await sleep(settleSliceMs);
    const share = usedNs(before, readCpu(server.pid)) / ((performance.now() - startedMs) * 1e6);
    quietSlices = share < shareMax ? quietSlices + 1 : 0;
    if (quietSlices === 2) return true;
  }
  return false;
}

/** The fields of INFO: of the sections named, or of all that come without asking. */
export async function readInfo(
  control: Client,
  ...sections: readonly string[]
): Promise<Map<string, string>> {
  const text = String(await control.must("INFO", ...sections));
  const fields = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

async function refuseTakenPort(port: number): Promise<void> {
  const client = await Client.connect(port).catch(() => undefined);
  if (client === undefined) return;
  client.close();
  throw new Error(`port ${port} is taken; choose another with --port`);
}

async function waitUntilAnswering(plan: ServerPlan, child: ChildProcess): Promise<Client> {
  const endsBy = performance.now() + startMsMax;
  let last = "no answer in time";
  while (performance.now() < endsBy) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("it ended at once");
    try {
      const client = await Client.connect(plan.port);
      if ((await client.call("PING")) === "PONG") return client;
      client.close();
    } catch (error) {
      last = (error as Error).message;
    }
    await sleep(20);
  }
  throw new Error(last);
}
