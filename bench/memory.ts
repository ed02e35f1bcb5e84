// npm run bench:memory: memory and pauses of Shadis beside a stock Redis, after the same bytes into both.
//
// Role: reads options and walks rounds x parts; each part gets a fresh server, so that what one part leaves
// behind in an allocator is not counted in the next. Parts: idle, idle connections, one per dataset, growth.
// It reports and asserts nothing. README.md has the method.
//
// Where a collection can be forced (DEBUG GC), it is forced before the first reading but not before the second:
// garbage that loading left behind counts against the server that made it. The figures after a second collection
// are reported besides. Likewise both servers get a rest before the second reading: stock Redis shrinks the
// buffers of idle clients after two seconds, and its allocator returns free pages over ten. Without the rest its
// idle connection measures five times as large.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { batches, type Dataset, datasets } from "./load.ts";
import { readMachine } from "./machine.ts";
import { parts, runProgram, wholeNumber } from "./options.ts";
import { watchPauses } from "./pauses.ts";
import { collect, offered, readAll } from "./readings.ts";
import { outputFile, writeReport } from "./report.ts";
import type { Measuring, Report, ServerFacts, Side } from "./samples.ts";
import {
  isOnPath,
  pinThisProcess,
  plans,
  type RunningServer,
  type ServerPlan,
  settle,
  startServer,
  stopServer,
} from "./servers.ts";
import { Client } from "./wire.ts";

type Part = {
  readonly name: string;
  readonly group: string;
  readonly measure: (server: RunningServer) => Promise<Record<string, number>>;
};
type Cell = Measuring & Part;

const connectionCountWanted = 5_000;
// Below the backlog of 511 that both servers listen with.
const connectAtOnce = 100;
const fileLimitReserve = 200;
const quickShare = 0.05;
const restSecondsDefault = "15";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string" },
    keys: { type: "string", default: "1000000" },
    datasets: { type: "string", default: "" },
    growth: { type: "string", default: "5000000" },
    connections: { type: "string", default: String(connectionCountWanted) },
    "rest-seconds": { type: "string" },
    port: { type: "string", default: "7300" },
    candidate: { type: "string" },
    "shadis-only": { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const restText = options["rest-seconds"] ?? (options.quick ? "1" : restSecondsDefault);
const restSeconds = Number(restText);

await runProgram("bench:memory", main);

async function main(): Promise<void> {
  const alone = options["shadis-only"];
  if (!alone && !isOnPath("redis-server")) throw new Error("redis-server is not on the PATH");
  const share = options.quick ? quickShare : 1;
  const keyCount = Math.round(wholeNumber("keys", options.keys, 1) * share);
  const growthCount = Math.round(wholeNumber("growth", options.growth, 0) * share);
  const connectionCount = Math.min(
    wholeNumber("connections", options.connections, 1),
    openFilesMax() - fileLimitReserve,
  );
  const roundCount = wholeNumber("rounds", options.rounds ?? (options.quick ? "1" : "3"), 1);
  const machine = readMachine();
  pinThisProcess();
  const cells = partsToMeasure(keyCount, growthCount, connectionCount).map((part): Cell => {
    return { ...part, state: "measured", reason: null, samples: [] };
  });
  const facts = new Map<Side, ServerFacts>();
  const file = outputFile("memory", {
    out: options.out,
    trial: options.quick || alone || options.candidate !== undefined,
  });
  for (let round = 0; round < roundCount; round++) {
    for (const cell of cells) {
      const order = plans({
        candidate: options.candidate,
        alone,
        port: wholeNumber("port", options.port, 1),
      });
      if (round % 2 === 1) order.reverse();
      for (const plan of order) await measureCell(cell, plan, { round, roundCount, facts });
    }
    const candidate = facts.get("candidate");
    if (candidate === undefined) throw new Error("the candidate never ran");
    const report: Report = {
      kind: "memory",
      schema: 1,
      machine,
      settings: {
        rounds: roundCount,
        keys: keyCount,
        growth: growthCount,
        connections: connectionCount,
        restSeconds,
      },
      servers: { stock: facts.get("stock") ?? null, candidate },
      series: cells.map(({ name, group, state, reason, samples }) => ({
        name,
        group,
        state,
        reason,
        samples,
      })),
    };
    writeReport(file, report, { print: round === roundCount - 1 });
  }
  if (cells.some((cell) => cell.state === "failed")) process.exitCode = 1;
}

function partsToMeasure(keyCount: number, growthCount: number, connectionCount: number): Part[] {
  const wanted = parts(options.datasets);
  const unknown = wanted.find((name) => !datasets.some((dataset) => dataset.name === name));
  if (unknown !== undefined) {
    throw new Error(`no dataset "${unknown}"; there are ${datasets.map(({ name }) => name).join(", ")}`);
  }
  const chosen = datasets.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  const list: Part[] = [
    { name: "idle", group: "Idle", measure: measureIdle },
    {
      name: `${connectionCount} connections`,
      group: "Idle connections",
      measure: (server) => measureConnections(server, connectionCount),
    },
    ...chosen.map((dataset) => ({
      name: dataset.title,
      group: `${keyCount} keys of each kind`,
      measure: (server: RunningServer) => measureDataset(server, dataset, keyCount),
    })),
  ];
  if (growthCount > 0) {
    list.push({
      name: `0 to ${growthCount} keys`,
      group: "Growth",
      measure: (server) => measureDataset(server, datasets[0] as Dataset, growthCount),
    });
  }
  return list;
}

async function measureCell(
  cell: Cell,
  plan: ServerPlan,
  run: { round: number; roundCount: number; facts: Map<Side, ServerFacts> },
): Promise<void> {
  if (cell.state === "failed") return;
  const title = `round ${run.round + 1}/${run.roundCount}  ${cell.name.padEnd(24)} ${plan.label.padEnd(9)}`;
  const server = await startServer(plan);
  run.facts.set(plan.side, server.facts);
  try {
    const metrics = offered(await cell.measure(server));
    cell.samples.push({ round: run.round, side: plan.side, metrics });
    const shown = Object.entries(metrics).filter(([name]) => /^rssAnonBytes|^longest/.test(name));
    console.log(`${title} ${shown.map(([name, value]) => `${name} ${value.toFixed(1)}`).join("  ")}`);
  } catch (error) {
    cell.state = "failed";
    cell.reason = `${plan.label}: ${(error as Error).message}`;
    console.log(`${title} FAILED: ${(error as Error).message}`);
  } finally {
    await stopServer(server);
  }
}

async function measureIdle(server: RunningServer): Promise<Record<string, number>> {
  await settle(server);
  await sleep(restSeconds * 1000);
  const { heapBytes: _, ...metrics } = await readAll(server);
  return metrics;
}

async function measureConnections(server: RunningServer, count: number): Promise<Record<string, number>> {
  await collect(server);
  await settle(server);
  const before = await readAll(server);
  const clients: Client[] = [];
  try {
    while (clients.length < count) {
      const some = Math.min(connectAtOnce, count - clients.length);
      const opened = await Promise.all(Array.from({ length: some }, () => Client.connect(server.plan.port)));
      clients.push(...opened);
      for (const reply of await Promise.all(opened.map((client) => client.call("PING")))) {
        if (reply !== "PONG") throw new Error("a connection did not answer PING");
      }
    }
    await settle(server);
    const atOnce = await readAll(server);
    await sleep(restSeconds * 1000);
    const after = await readAll(server);
    return {
      rssAnonBytesPerConnection: (after.rssAnonBytes - before.rssAnonBytes) / count,
      rssAnonAtOnceBytesPerConnection: (atOnce.rssAnonBytes - before.rssAnonBytes) / count,
      rssBytesPerConnection: (after.rssBytes - before.rssBytes) / count,
      usedMemoryBytesPerConnection: (after.usedMemoryBytes - before.usedMemoryBytes) / count,
    };
  } finally {
    for (const client of clients) client.close();
  }
}

async function measureDataset(
  server: RunningServer,
  dataset: Dataset,
  count: number,
): Promise<Record<string, number>> {
  await collect(server);
  await settle(server);
  const before = await readAll(server);
  const watch = await watchPauses(server);
  let pauses: Record<string, number>;
  let elapsedMs: number;
  try {
    const startedMs = performance.now();
    await server.control.flood(batches(0, count, dataset.command));
    elapsedMs = performance.now() - startedMs;
    pauses = await watch.read();
  } finally {
    watch.stop();
  }
  const held = await server.control.must("DBSIZE");
  if (held !== count) throw new Error(`holds ${held} keys after loading ${count}`);
  await settle(server);
  const atOnce = await readAll(server);
  await sleep(restSeconds * 1000);
  const loaded = await readAll(server);
  const canCollect = await collect(server);
  const collected = canCollect ? await readAll(server) : undefined;
  const perKey = (bytes: number): number => bytes / count;
  return {
    rssAnonBytesPerKey: perKey(loaded.rssAnonBytes - before.rssAnonBytes),
    rssAnonAtOnceBytesPerKey: perKey(atOnce.rssAnonBytes - before.rssAnonBytes),
    rssBytesPerKey: perKey(loaded.rssBytes - before.rssBytes),
    usedMemoryBytesPerKey: perKey(loaded.usedMemoryBytes - before.usedMemoryBytes),
    ...(collected !== undefined && {
      rssAnonAfterGcBytesPerKey: perKey(collected.rssAnonBytes - before.rssAnonBytes),
    }),
    ...(collected?.heapBytes !== undefined &&
      before.heapBytes !== undefined && { heapBytesPerKey: perKey(collected.heapBytes - before.heapBytes) }),
    keysPerSecond: (count / elapsedMs) * 1000,
    ...pauses,
  };
}

// Node.js raises its own limit to the hard one when it starts, so this is what both ends can have.
function openFilesMax(): number {
  const line = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"));
  return Number(line?.[1] ?? 1024);
}
