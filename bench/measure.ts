// Measure: one run of redis-benchmark against one server, with the server's own processor time.
//
// Role: everything between "both servers are up" and one Sample. Before each counted run the server is emptied,
// filled as the row asks, warmed by a shorter run of the same row and left to come to rest.
// A run in which the server answered an error, or in which a popped key ran empty, is a failure and no sample.

import { spawn } from "node:child_process";
import { readCpu, usedNs } from "./proc.ts";
import type { Row } from "./rows.ts";
import { type RunningServer, settle } from "./servers.ts";
import { ErrorReply } from "./wire.ts";

export type Load = {
  readonly pipeline: number;
  readonly requestCount: number;
  readonly clientCount: number;
  readonly keyCount: number;
  readonly valueBytes: number;
};

// Enough for the code of a young process to be compiled; later runs of a row need less.
const warmShareFirst = 0.5;
const warmShareLater = 0.1;
const warmCountMin = 2_000;
const runMsMax = 180_000;

/** One sample's metrics. Throws with a reason when the run does not count. */
export async function measureRow(
  server: RunningServer,
  row: Row,
  load: Load,
  options: { first: boolean },
): Promise<Record<string, number>> {
  const share = options.first ? warmShareFirst : warmShareLater;
  const warmCount = Math.max(warmCountMin, Math.round(load.requestCount * share));
  await server.control.must("FLUSHALL");
  if (row.prepare !== null) {
    // redis-benchmark sends whole pipelines, so it may send somewhat more than it was asked for.
    const overshoot = 2 * load.clientCount * load.pipeline;
    const requestCount = load.requestCount + warmCount + overshoot;
    await server.control.flood(
      row.prepare({ requestCount, keyCount: load.keyCount, valueBytes: load.valueBytes }),
    );
  }
  await redisBenchmark(server, row, { ...load, requestCount: warmCount });
  await settle(server);

  const before = readCpu(server.pid);
  const result = await redisBenchmark(server, row, load);
  const cpuNs = usedNs(before, readCpu(server.pid));

  if (row.drains !== null && (await server.control.must("EXISTS", row.drains)) !== 1) {
    throw new Error(`${row.drains} ran empty during the run`);
  }
  return { ...result, cpuUsPerOp: cpuNs / 1000 / load.requestCount };
}

/** The commands of `names` that the server does not know. */
export async function missingCommands(server: RunningServer, names: readonly string[]): Promise<string[]> {
  const known = await server.control.call("COMMAND", "INFO", ...names);
  if (Array.isArray(known)) {
    return names.filter((_, index) => {
      const entry: unknown = known[index];
      return !Array.isArray(entry) || entry.length === 0;
    });
  }
  // Without COMMAND INFO, a command without arguments tells: an unknown name has an error of its own.
  const missing: string[] = [];
  for (const name of names) {
    const reply = await server.control.call(name);
    if (reply instanceof ErrorReply && reply.message.startsWith("ERR unknown command")) missing.push(name);
  }
  return missing;
}

async function redisBenchmark(server: RunningServer, row: Row, load: Load): Promise<Record<string, number>> {
  const output = await run("redis-benchmark", [
    ...["-p", String(server.plan.port), "-c", String(load.clientCount), "-n", String(load.requestCount)],
    ...["-P", String(load.pipeline), "-r", String(load.keyCount), "-d", String(load.valueBytes), "--csv"],
    ...row.args({ valueBytes: load.valueBytes }),
  ]);
  return parseCsv(output);
}

/** Throughput and latencies from the last line of `redis-benchmark --csv` (7.0 and later). */
export function parseCsv(text: string): Record<string, number> {
  const lines = text.trim().split("\n");
  const header = cells(lines[0] ?? "");
  const values = cells(lines[lines.length - 1] ?? "");
  const column = (name: string): number => {
    const value = Number(values[header.indexOf(name)]);
    if (lines.length < 2 || !Number.isFinite(value))
      throw new Error(`redis-benchmark printed no ${name}: ${text}`);
    return value;
  };
  return { rps: column("rps"), p50Ms: column("p50_latency_ms"), p99Ms: column("p99_latency_ms") };
}

// Every cell is quoted and no name of a test holds a quote.
function cells(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? "");
}

// A server that stops answering must not stop the whole run, so the client has a time limit.
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("latin1");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint += chunk.toString("latin1");
    });
    const limit = setTimeout(() => child.kill("SIGKILL"), runMsMax);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      if (code === 0) resolve(output);
      else if (signal !== null) reject(new Error(`${program} got no answer within ${runMsMax / 1000} s`));
      else reject(new Error(complaint.trim() || `${program} ended with ${code}`));
    });
  });
}
