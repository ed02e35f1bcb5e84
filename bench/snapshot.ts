// npm run bench:snapshot: what keeping data on disk costs: pauses, throughput and memory while a snapshot or a new log
// is made under writes, the speed of loading, and what the append-only file costs each write.
//
// Role: reads options and walks rounds x parts x servers. It reports and asserts nothing. README.md has the method.
// Invariant: servers are fresh for each part, and nothing that is written to disk outlives it.

import {
  closeSync,
  copyFileSync,
  cpSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { strings } from "./load.ts";
import { readMachine } from "./machine.ts";
import { measureRow } from "./measure.ts";
import { parts, runProgram, wholeNumber } from "./options.ts";
import { type PauseWatch, watchPauses } from "./pauses.ts";
import { readMemory } from "./proc.ts";
import { collect, offered } from "./readings.ts";
import { outputFile, writeReport } from "./report.ts";
import { chooseRows, requestCount } from "./rows.ts";
import type { Measuring, ServerFacts, Side } from "./samples.ts";
import {
  isOnPath,
  pinThisProcess,
  plans,
  type RunningServer,
  readInfo,
  type ServerPlan,
  settle,
  startServer,
  stopServer,
} from "./servers.ts";
import { type SetLoad, startSets } from "./set-load.ts";
import { everysecPart, slowAlwaysParts, snapshotParts } from "./snapshot-parts.ts";
import { request } from "./wire.ts";

type Cell = Measuring & { readonly name: string; readonly group: string };

const quickShare = 0.05;
const valueBytes = 64;
const lookMs = 20;
const beginMsMax = 10_000;
const pingIntervalMs = 1;
/** Enough for a young server's code to be compiled before anything is counted. */
const warmMs = 3000;
const clientCount = 50;
const syncMs = 1500;
const slowSync = path.join(import.meta.dirname, "slow-sync.mjs");
/** So that a part's log is what its clients wrote: rewriting has a part of its own. */
const unrewritten = "--appendonly yes --auto-aof-rewrite-percentage 0";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string" },
    parts: { type: "string", default: "" },
    keys: { type: "string", default: "2000000" },
    "window-ms": { type: "string", default: "5000" },
    "run-ms": { type: "string", default: "3000" },
    port: { type: "string", default: "7300" },
    candidate: { type: "string" },
    "shadis-only": { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

async function main(): Promise<void> {
  const alone = options["shadis-only"];
  for (const program of ["redis-benchmark", ...(alone ? [] : ["redis-server"])]) {
    if (!isOnPath(program)) throw new Error(`${program} is not on the PATH`);
  }
  const startedMs = performance.now();
  const share = options.quick ? quickShare : 1;
  const keys = Math.ceil(wholeNumber("keys", options.keys, 1) * share);
  const windowMs = wholeNumber("window-ms", options["window-ms"], 100);
  const runMs = wholeNumber("run-ms", options["run-ms"], 100);
  const roundCount = wholeNumber("rounds", options.rounds ?? (options.quick ? "1" : "3"), 1);
  const wanted = parts(options.parts);
  const wrong = wanted.find((name) => !snapshotParts.some(({ option }) => option === name));
  if (wrong !== undefined)
    throw new Error(
      `--parts has no "${wrong}"; there are ${snapshotParts.map(({ option }) => option).join(", ")}`,
    );
  const cells = snapshotParts
    .filter(({ option }) => wanted.length === 0 || wanted.includes(option))
    .map(({ name, group }): Cell => ({ name, group, state: "measured", reason: null, samples: [] }));
  const machine = readMachine();
  pinThisProcess();
  const facts = new Map<Side, ServerFacts>();
  const trial = options.quick || alone || options.candidate !== undefined || wanted.length > 0;
  const file = outputFile("snapshot", { out: options.out, trial });
  for (let round = 0; round < roundCount; round++) {
    const order = plans({ candidate: options.candidate, alone, port: wholeNumber("port", options.port, 1) });
    if (round % 2 === 1) order.reverse();
    for (const plan of order) {
      const run = new Run(plan, { keys, windowMs, runMs, facts });
      for (const cell of cells) await measureCell(cell, run, { round, roundCount });
      run.end();
    }
  }
  const candidate = facts.get("candidate");
  if (candidate === undefined) throw new Error("the candidate never ran");
  const servers = { stock: facts.get("stock") ?? null, candidate };
  const settings = { rounds: roundCount, keys, valueBytes, windowMs, runMs };
  const series = cells.map(({ name, group, state, reason, samples }) => ({
    name,
    group,
    state,
    reason,
    samples,
  }));
  writeReport(file, { kind: "snapshot", schema: 1, machine, settings, servers, series }, { print: true });
  console.log(`took ${((performance.now() - startedMs) / 60_000).toFixed(1)} min`);
  if (cells.some((cell) => cell.state === "failed")) process.exitCode = 1;
}

async function measureCell(
  cell: Cell,
  run: Run,
  { round, roundCount }: { round: number; roundCount: number },
): Promise<void> {
  if (cell.state !== "measured") return;
  // The delay is Node's.
  if (slowAlwaysParts.has(cell.name) && run.plan.side === "stock") return;
  const title = `round ${round + 1}/${roundCount}  ${cell.name.padEnd(18)} ${run.plan.label.padEnd(9)}`;
  try {
    const metrics = offered(await run.measure(cell.name));
    cell.samples.push({ round, side: run.plan.side, metrics });
    const text = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    console.log(`${title} ${text.join("  ")}`);
  } catch (error) {
    const reason = `${run.plan.label}: ${(error as Error).message}`;
    cell.state = /not supported yet|unknown command/.test(reason) ? "not there yet" : "failed";
    cell.reason = reason;
    console.log(`${title} ${cell.state}: ${reason}`);
  }
}

/** One server's parts of one round. What one part leaves on disk the next may load. */
class Run {
  readonly plan: ServerPlan;
  private readonly keys: number;
  private readonly windowMs: number;
  private readonly runMs: number;
  private readonly facts: Map<Side, ServerFacts>;
  /** Holds a dump.rdb and an appendonlydir, once they are made. */
  private readonly kept = mkdtempSync(path.join(os.tmpdir(), "bench-kept-"));

  constructor(
    plan: ServerPlan,
    settings: { keys: number; windowMs: number; runMs: number; facts: Map<Side, ServerFacts> },
  ) {
    this.plan = plan;
    this.keys = settings.keys;
    this.windowMs = settings.windowMs;
    this.runMs = settings.runMs;
    this.facts = settings.facts;
  }

  end(): void {
    rmSync(this.kept, { recursive: true, force: true });
  }

  measure(name: string): Promise<Record<string, number>> {
    switch (name) {
      case "BGSAVE":
      case "BGREWRITEAOF":
        return this.measureMaking(name);
      case "dump.rdb":
      case "append-only file":
        return this.measureLoading(name);
      case everysecPart:
        return this.measureEverysec();
      default:
        return this.measureAlways(slowAlwaysParts.get(name));
    }
  }

  private async measureMaking(command: "BGSAVE" | "BGREWRITEAOF"): Promise<Record<string, number>> {
    const isLog = command === "BGREWRITEAOF";
    return this.withServer(isLog ? unrewritten : "", async (server) => {
      const { control } = server;
      const emptyBytes = await usedBytes(server);
      await control.flood(strings(this.keys, valueBytes));
      await collect(server);
      await settle(server);
      const dataBytes = (await usedBytes(server)) - emptyBytes;
      const watch = await watchPauses(server, pingIntervalMs);
      const load = startSets(server, { keyCount: this.keys, valueBytes, clientCount, pipeline: 16 });
      try {
        await load.untilRunning();
        await sleep(warmMs);
        const before = await observe(server, watch, load, () => sleep(this.windowMs));
        const during = await observe(server, watch, load, async () => {
          await control.must(command);
          await untilDone(server, isLog);
        });
        return {
          ...during.pauses,
          longestTurnBeforeMs: before.pauses["longestTurnMs"] ?? Number.NaN,
          longestPingBeforeMs: before.pauses["longestPingMs"] ?? Number.NaN,
          rpsBefore: before.rps,
          rpsDuring: during.rps,
          throughputShare: during.rps / before.rps,
          dataBytes,
          overheadShare: await overheadShare(server, { before, during, dataBytes, isLog }),
          makingSeconds: during.seconds,
        };
      } finally {
        load.stop();
        watch.stop();
        if (!isLog) copyFileSync(path.join(server.folder, "dump.rdb"), path.join(this.kept, "dump.rdb"));
      }
    });
  }

  private async measureLoading(name: "dump.rdb" | "append-only file"): Promise<Record<string, number>> {
    const isLog = name === "append-only file";
    if (isLog) await this.makeLog();
    const flags = `--dir ${this.kept}${isLog ? " --appendonly yes" : ""}`;
    return this.withServer(flags, async (server) => {
      const held = Number(await server.control.must("DBSIZE"));
      if (held !== this.keys)
        throw new Error(`${held} keys were loaded, not ${this.keys}; it loads what the parts before made`);
      const log = readFileSync(path.join(server.folder, "log"), "utf8");
      const told = isLog
        ? /DB loaded from append only file: ([\d.]+) seconds/
        : /DB loaded from disk: ([\d.]+) seconds/;
      const seconds = Number(told.exec(log)?.[1] ?? Number.NaN);
      return { keysPerSecond: held / seconds, loadingSeconds: seconds };
    });
  }

  // A log of one SET for each key, without a base.
  private makeLog(): Promise<void> {
    return this.withServer(`${unrewritten} --appendfsync no`, async (server) => {
      await server.control.flood(strings(this.keys, valueBytes));
      cpSync(path.join(server.folder, "appendonlydir"), path.join(this.kept, "appendonlydir"), {
        recursive: true,
      });
    });
  }

  private async measureEverysec(): Promise<Record<string, number>> {
    const off = await this.cpuOfSets("");
    const on = await this.cpuOfSets(`${unrewritten} --appendfsync everysec`);
    return {
      cpuUsPerOpWithout: off.cpuUsPerOp,
      cpuUsPerOpWith: on.cpuUsPerOp,
      cpuOfLogRatio: on.cpuUsPerOp / off.cpuUsPerOp,
      rpsWithout: off.rps,
      rpsWith: on.rps,
    };
  }

  private cpuOfSets(flags: string): Promise<{ cpuUsPerOp: number; rps: number }> {
    return this.withServer(flags, async (server) => {
      const [row] = chooseRows(["SET"]);
      if (row === undefined) throw new Error("there is no row SET");
      const pipeline = 16;
      const load = {
        pipeline,
        requestCount: requestCount(row, { pipeline, runMs: this.runMs }),
        clientCount,
        keyCount: 100_000,
        valueBytes,
      };
      const metrics = await measureRow(server, row, load, { first: true });
      return { cpuUsPerOp: metrics["cpuUsPerOp"] ?? Number.NaN, rps: metrics["rps"] ?? Number.NaN };
    });
  }

  // What the disk allows is measured just before and just after: a disk shared with others changes by the minute.
  private measureAlways(delayMs = 0): Promise<Record<string, number>> {
    const environment =
      delayMs > 0 ? `export SLOW_SYNC_MS=${delayMs} NODE_OPTIONS=--import=${slowSync};` : "";
    const work = async (server: RunningServer): Promise<Record<string, number>> => {
      const plan = { keyCount: 100_000, valueBytes, clientCount, pipeline: 1 };
      const load = startSets(server, plan);
      try {
        await load.untilRunning();
        await sleep(warmMs / 3);
        load.stop();
        const first = commitsPerSecond(server.folder, delayMs);
        const counted = startSets(server, plan);
        await counted.untilRunning();
        const from = await commands(server);
        const fromMs = performance.now();
        await sleep(this.runMs);
        const rps = ((await commands(server)) - from) / ((performance.now() - fromMs) / 1000);
        counted.stop();
        const groupsPerSecond = (first + commitsPerSecond(server.folder, delayMs)) / 2;
        const limitRps = groupsPerSecond * clientCount;
        return {
          rpsAlways: rps,
          syncsPerSecond: groupsPerSecond,
          limitRps,
          groupCommitShare: rps / limitRps,
        };
      } finally {
        load.stop();
      }
    };
    return this.withServer(`${unrewritten} --appendfsync always`, work, environment);
  }

  private async withServer<T>(
    flags: string,
    work: (server: RunningServer) => Promise<T>,
    environment = "",
  ): Promise<T> {
    const command = `${environment} ${this.plan.command} ${flags}`.trim();
    const server = await startServer({ ...this.plan, command });
    this.facts.set(this.plan.side, { ...server.facts, command: this.plan.command });
    try {
      return await work(server);
    } finally {
      await stopServer(server);
    }
  }
}

type Observation = {
  readonly pauses: Record<string, number>;
  readonly rps: number;
  readonly seconds: number;
  readonly privateBytesMax: number;
};

// What the server did, and how much memory it had at most, while `work` was under way.
async function observe(
  server: RunningServer,
  watch: PauseWatch,
  load: SetLoad,
  work: () => Promise<unknown>,
): Promise<Observation> {
  await watch.reset();
  const from = await commands(server);
  const fromMs = performance.now();
  let privateBytesMax = 0;
  const look = setInterval(() => {
    privateBytesMax = Math.max(privateBytesMax, readMemory(server.pid).rssAnonBytes);
  }, lookMs);
  try {
    await work();
  } finally {
    clearInterval(look);
  }
  const seconds = (performance.now() - fromMs) / 1000;
  const done = (await commands(server)) - from;
  if (load.hasEnded) throw new Error("the load ended too early");
  return { pauses: await watch.read(), rps: done / seconds, seconds, privateBytesMax };
}

// A server that forks copies the pages that are written to meanwhile, in its child or itself; it counts them.
async function overheadShare(
  server: RunningServer,
  figures: { before: Observation; during: Observation; dataBytes: number; isLog: boolean },
): Promise<number> {
  const { before, during, dataBytes, isLog } = figures;
  const grown = during.privateBytesMax - before.privateBytesMax;
  if (server.plan.side === "candidate") return grown / dataBytes;
  const info = await readInfo(server.control, "persistence");
  const copied = Number(info.get(isLog ? "aof_last_cow_size" : "rdb_last_cow_size") ?? Number.NaN);
  return Math.max(copied, grown) / dataBytes;
}

async function untilDone(server: RunningServer, isLog: boolean): Promise<void> {
  const [busy, good] = isLog
    ? ["aof_rewrite_in_progress", "aof_last_bgrewrite_status"]
    : ["rdb_bgsave_in_progress", "rdb_last_bgsave_status"];
  const beginsBy = performance.now() + beginMsMax;
  let hasBegun = false;
  for (;;) {
    const info = await readInfo(server.control, "persistence");
    const isBusy = info.get(busy as string) === "1";
    hasBegun ||= isBusy;
    if (hasBegun && !isBusy) {
      if (info.get(good as string) !== "ok") throw new Error("the server could not make the file");
      return;
    }
    // A small data set is written before the first look.
    if (!hasBegun && performance.now() > beginsBy) return;
    await sleep(lookMs);
  }
}

async function usedBytes(server: RunningServer): Promise<number> {
  return Number((await readInfo(server.control, "memory")).get("used_memory"));
}

async function commands(server: RunningServer): Promise<number> {
  return Number((await readInfo(server.control, "stats")).get("total_commands_processed"));
}

/** How often a second as many SETs as there are clients can be appended to a file and synced, with nothing else to do. */
function commitsPerSecond(folder: string, delayMs: number): number {
  const group = Buffer.concat(
    Array.from({ length: clientCount }, (_, i) =>
      request(["SET", `key:${String(i).padStart(12, "0")}`, "x".repeat(valueBytes)]),
    ),
  );
  const file = path.join(folder, "plain-loop");
  const fd = openSync(file, "a");
  const never = new Int32Array(new SharedArrayBuffer(4));
  let count = 0;
  const fromMs = performance.now();
  while (performance.now() - fromMs < syncMs) {
    writeSync(fd, group);
    fdatasyncSync(fd);
    if (delayMs > 0) Atomics.wait(never, 0, 0, delayMs);
    count++;
  }
  const rate = (count * 1000) / (performance.now() - fromMs);
  closeSync(fd);
  rmSync(file);
  return rate;
}

// Last, because a class is not there before its line has run.
await runProgram("bench:snapshot", main);
