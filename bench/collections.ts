// npm run bench:collections: bytes per key and per element of every collection type, beside a stock Redis.
//
// Role: reads options and walks rounds x datasets. Each dataset gets two fresh servers, filled one after the other
// and then at rest together, which takes half the time and disturbs nothing: memory alone is measured.
// Before the first reading a server fills and empties a small part of the same load. A process that has never done
// so grows once by some megabytes of compiled code and buffers, which is no property of an element; they are shown as
// a figure of their own, and are part of the idle memory that memory.ts measures.
// It reports and asserts nothing. README.md has the method, memory.ts the reasons for collections and rests.

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  type CollectionDataset,
  chooseCollections,
  groupTitles,
  largeKeys,
  typeTitles,
} from "./collection-load.ts";
import { readMachine } from "./machine.ts";
import { parts, runProgram, wholeNumber } from "./options.ts";
import { readOwnFigures } from "./pauses.ts";
import { collect, offered, type Reading, readAll } from "./readings.ts";
import { outputFile, writeReport } from "./report.ts";
import type { Measuring, ServerFacts, Side } from "./samples.ts";
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

type Cell = Measuring & { readonly dataset: CollectionDataset };
type Filled = {
  readonly server: RunningServer;
  readonly cold: Reading;
  readonly before: Reading;
  readonly loading: Readonly<Record<string, number>>;
};

const quickShare = 0.01;
// The warming load: enough elements for buffers and compiled code to have grown, and a part only of what is counted.
const warmElementCountDefault = "200000";
const warmShareMax = 0.2;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "1" },
    datasets: { type: "string", default: "" },
    "small-count": { type: "string", default: "1000000" },
    "large-count": { type: "string", default: "1000000" },
    warm: { type: "string", default: warmElementCountDefault },
    // A stock Redis gives freed pages back over ten seconds.
    "rest-seconds": { type: "string" },
    port: { type: "string", default: "7300" },
    candidate: { type: "string" },
    "shadis-only": { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

await runProgram("bench:collections", main);

async function main(): Promise<void> {
  const alone = options["shadis-only"];
  if (!alone && !isOnPath("redis-server")) throw new Error("redis-server is not on the PATH");
  const startedMs = performance.now();
  const share = options.quick ? quickShare : 1;
  const counts = {
    small: Math.ceil(wholeNumber("small-count", options["small-count"], 1) * share),
    large: Math.ceil(wholeNumber("large-count", options["large-count"], 1) * share),
  };
  const restSeconds = wholeNumber("rest-seconds", options["rest-seconds"] ?? (options.quick ? "1" : "12"), 0);
  const roundCount = wholeNumber("rounds", options.rounds, 1);
  const cells = chooseCollections(parts(options.datasets)).map((dataset): Cell => {
    return { dataset, state: "measured", reason: null, samples: [] };
  });
  const machine = readMachine();
  pinThisProcess();
  const facts = new Map<Side, ServerFacts>();
  const file = outputFile("collections", {
    out: options.out,
    trial: options.quick || alone || options.candidate !== undefined || options.datasets !== "",
  });
  for (let round = 0; round < roundCount; round++) {
    for (const cell of cells) {
      const order = plans({
        candidate: options.candidate,
        alone,
        port: wholeNumber("port", options.port, 1),
      });
      if (round % 2 === 1) order.reverse();
      const title = `round ${round + 1}/${roundCount}  ${cell.dataset.name.padEnd(13)}`;
      await measureCell(cell, order, { round, title, count: counts[cell.dataset.shape], restSeconds, facts });
    }
    const candidate = facts.get("candidate");
    if (candidate === undefined) throw new Error("the candidate never ran");
    writeReport(
      file,
      {
        kind: "collections",
        schema: 1,
        machine,
        settings: {
          rounds: roundCount,
          smallCount: counts.small,
          largeCount: counts.large,
          warm: wholeNumber("warm", options.warm, 0),
          restSeconds,
        },
        servers: { stock: facts.get("stock") ?? null, candidate },
        series: cells.map(({ dataset, state, reason, samples }) => ({
          name: typeTitles[dataset.type],
          group: groupTitles[dataset.shape],
          state,
          reason,
          samples,
        })),
      },
      { print: round === roundCount - 1 },
    );
  }
  console.log(`took ${((performance.now() - startedMs) / 60_000).toFixed(1)} min`);
  if (cells.some((cell) => cell.state === "failed")) process.exitCode = 1;
}

async function measureCell(
  cell: Cell,
  order: readonly ServerPlan[],
  run: { round: number; title: string; count: number; restSeconds: number; facts: Map<Side, ServerFacts> },
): Promise<void> {
  if (cell.state === "failed") return;
  const { dataset } = cell;
  const filled: Filled[] = [];
  const servers: RunningServer[] = [];
  let label = "";
  try {
    for (const plan of order) {
      label = plan.label;
      const server = await startServer(plan);
      servers.push(server);
      run.facts.set(plan.side, server.facts);
      filled.push(await fill(server, dataset, run.count));
    }
    await sleep(run.restSeconds * 1000);
    for (const each of filled) {
      label = each.server.plan.label;
      const metrics = offered(await measureFilled(each, dataset, run.count));
      cell.samples.push({ round: run.round, side: each.server.plan.side, metrics });
      const shown = Object.entries(metrics).filter(([name]) => /^rssAnon|^heapBytesPerE|^longest/.test(name));
      const text = shown.map(([name, value]) => `${name} ${value.toFixed(2)}`).join("  ");
      console.log(`${run.title} ${label.padEnd(9)} ${text}`);
    }
  } catch (error) {
    cell.state = "failed";
    cell.reason = `${label}: ${(error as Error).message}`;
    console.log(`${run.title} ${label.padEnd(9)} FAILED: ${(error as Error).message}`);
  } finally {
    for (const server of servers) await stopServer(server);
  }
}

async function fill(server: RunningServer, dataset: CollectionDataset, count: number): Promise<Filled> {
  await collect(server);
  await settle(server);
  const cold = await readAll(server);
  await server.control.flood(dataset.batches(warmCount(dataset, count)));
  await server.control.must("FLUSHALL");
  // What stock Redis has freed it would give back over ten seconds.
  await server.control.must("MEMORY", "PURGE");
  await collect(server);
  await settle(server);
  const before = await readAll(server);
  await server.control.must("CONFIG", "RESETSTAT");
  const startedMs = performance.now();
  await server.control.flood(dataset.batches(count));
  const elapsedMs = performance.now() - startedMs;
  const own = await readOwnFigures(server);
  await checkHeld(server, dataset, count);
  await settle(server);
  return {
    server,
    cold,
    before,
    loading: { ...own, elementsPerSecond: (dataset.elementCount(count) / elapsedMs) * 1000 },
  };
}

function warmCount(dataset: CollectionDataset, count: number): number {
  const elements = wholeNumber("warm", options.warm, 0);
  return Math.floor(Math.min(warmShareMax, elements / dataset.elementCount(count)) * count);
}

async function measureFilled(
  { server, cold, before, loading }: Filled,
  dataset: CollectionDataset,
  count: number,
): Promise<Record<string, number>> {
  const loaded = await readAll(server);
  const collected = (await collect(server)) ? await readAll(server) : undefined;
  const keyCount = dataset.keyCount(count);
  const elementCount = dataset.elementCount(count);
  const privateBytes = loaded.rssAnonBytes - before.rssAnonBytes;
  const collectedBytes = (collected?.rssAnonBytes ?? Number.NaN) - before.rssAnonBytes;
  const usedBytes = loaded.usedMemoryBytes - before.usedMemoryBytes;
  return {
    ...(dataset.shape === "small"
      ? {
          rssAnonBytesPerKey: privateBytes / keyCount,
          rssAnonAfterGcBytesPerKey: collectedBytes / keyCount,
          usedMemoryBytesPerKey: usedBytes / keyCount,
        }
      : {
          rssAnonBytesPerElement: privateBytes / elementCount,
          rssAnonAfterGcBytesPerElement: collectedBytes / elementCount,
          usedMemoryBytesPerElement: usedBytes / elementCount,
        }),
    ...(collected?.heapBytes !== undefined &&
      before.heapBytes !== undefined && {
        heapBytesPerElement: (collected.heapBytes - before.heapBytes) / elementCount,
      }),
    rssAnonWarmingBytes: before.rssAnonBytes - cold.rssAnonBytes,
    ...loading,
  };
}

async function checkHeld(server: RunningServer, dataset: CollectionDataset, count: number): Promise<void> {
  const held = await server.control.must("DBSIZE");
  const wanted = dataset.keyCount(count);
  if (held !== wanted) throw new Error(`holds ${held} keys after loading ${wanted}`);
  if (dataset.shape === "small") return;
  const { key, countCommand } = largeKeys[dataset.type];
  const elements = await server.control.must(countCommand, key);
  if (elements !== count) throw new Error(`${key} holds ${elements} elements after loading ${count}`);
}
