// npm run bench:removal: how long the loop stands still while a large collection is removed, beside a stock Redis.
//
// Role: reads options and walks rounds x types x ways to remove. A server is fresh for each type and round; each way
// loads the collection anew. It reports and asserts no time. README.md has the method.
//
// What counts is the longest turn that Shadis itself has noted between the command and the moment the server comes
// to rest: one turn is everything the thread does before it serves the next event, be it the command or a slice of
// the freeing that follows. Collections inside a turn are taken off and shown in a column of their own.

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  type CollectionDataset,
  type CollectionType,
  chooseCollections,
  collectionTypes,
  largeKeys,
  typeTitles,
} from "./collection-load.ts";
import { readMachine } from "./machine.ts";
import { parts, runProgram, wholeNumber } from "./options.ts";
import { type PauseWatch, watchPauses } from "./pauses.ts";
import { offered } from "./readings.ts";
import { type Removal, removals } from "./removals.ts";
import { outputFile, writeReport } from "./report.ts";
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

type Cell = Measuring & { readonly type: CollectionType; readonly removal: Removal };

const quickShare = 0.05;
// The PINGs alone take a few percent of the core; a server that frees in slices takes half of it or more.
const restShareMax = 0.2;
const pingIntervalMs = 1;
const watchMsMin = 300;
const goneMsMax = 20_000;
const goneLookMs = 10;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string" },
    types: { type: "string", default: "" },
    ways: { type: "string", default: "" },
    elements: { type: "string", default: "1000000" },
    port: { type: "string", default: "7300" },
    candidate: { type: "string" },
    "shadis-only": { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

await runProgram("bench:removal", main);

async function main(): Promise<void> {
  const alone = options["shadis-only"];
  if (!alone && !isOnPath("redis-server")) throw new Error("redis-server is not on the PATH");
  const startedMs = performance.now();
  const count = Math.ceil(wholeNumber("elements", options.elements, 1) * (options.quick ? quickShare : 1));
  const roundCount = wholeNumber("rounds", options.rounds ?? (options.quick ? "1" : "3"), 1);
  const types = named("types", options.types, collectionTypes);
  const ways = named(
    "ways",
    options.ways,
    removals.map(({ name }) => name),
  );
  const cells = removals
    .filter(({ name }) => ways.includes(name))
    .flatMap((removal) =>
      types.map((type): Cell => ({ type, removal, state: "measured", reason: null, samples: [] })),
    );
  const machine = readMachine();
  pinThisProcess();
  const facts = new Map<Side, ServerFacts>();
  const file = outputFile("removal", {
    out: options.out,
    trial:
      options.quick ||
      alone ||
      options.candidate !== undefined ||
      options.types !== "" ||
      options.ways !== "",
  });
  for (let round = 0; round < roundCount; round++) {
    for (const type of types) {
      const order = plans({
        candidate: options.candidate,
        alone,
        port: wholeNumber("port", options.port, 1),
      });
      if (round % 2 === 1) order.reverse();
      const mine = cells.filter((cell) => cell.type === type);
      for (const plan of order) await measureType(mine, plan, { round, roundCount, count, facts });
    }
    const candidate = facts.get("candidate");
    if (candidate === undefined) throw new Error("the candidate never ran");
    writeReport(
      file,
      {
        kind: "removal",
        schema: 1,
        machine,
        settings: { rounds: roundCount, elements: count, pingIntervalMs },
        servers: { stock: facts.get("stock") ?? null, candidate },
        series: cells.map(({ type, removal, state, reason, samples }) => ({
          name: typeTitles[type],
          group: removal.title,
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

function named<Name extends string>(option: string, text: string, all: readonly Name[]): readonly Name[] {
  const wanted = parts(text);
  const wrong = wanted.find((name) => !all.some((one) => one === name));
  if (wrong !== undefined) throw new Error(`--${option} has no "${wrong}"; there are ${all.join(", ")}`);
  return wanted.length === 0 ? all : all.filter((name) => wanted.includes(name));
}

async function measureType(
  cells: readonly Cell[],
  plan: ServerPlan,
  run: { round: number; roundCount: number; count: number; facts: Map<Side, ServerFacts> },
): Promise<void> {
  const dataset = chooseCollections([`large-${cells[0]?.type}`])[0] as CollectionDataset;
  const server = await startServer(plan);
  run.facts.set(plan.side, server.facts);
  const watch = await watchPauses(server, pingIntervalMs);
  try {
    for (const cell of cells) {
      if (cell.state === "failed") continue;
      const title = `round ${run.round + 1}/${run.roundCount}  ${cell.removal.title.padEnd(14)} ${cell.type.padEnd(7)} ${plan.label.padEnd(9)}`;
      try {
        const metrics = offered(await measureRemoval({ server, watch, dataset }, cell.removal, run.count));
        cell.samples.push({ round: run.round, side: plan.side, metrics });
        const text = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(2)}`);
        console.log(`${title} ${text.join("  ")}`);
      } catch (error) {
        cell.state = "failed";
        cell.reason = `${plan.label}: ${(error as Error).message}`;
        console.log(`${title} FAILED: ${(error as Error).message}`);
      }
    }
  } finally {
    watch.stop();
    await stopServer(server);
  }
}

async function measureRemoval(
  { server, watch, dataset }: { server: RunningServer; watch: PauseWatch; dataset: CollectionDataset },
  removal: Removal,
  count: number,
): Promise<Record<string, number>> {
  const { control } = server;
  const { key, countCommand } = largeKeys[dataset.type];
  await control.must("FLUSHALL");
  await control.flood(dataset.batches(count));
  const held = await control.must(countCommand, key);
  if (held !== count) throw new Error(`${key} holds ${held} elements after loading ${count}`);
  await settle(server, restShareMax);
  // What the watch itself asks must not be the longest turn because it ran for the first time.
  await readInfo(control);

  if (removal.before !== undefined) await control.must(...removal.before(key));
  await watch.reset();
  if (removal.command !== undefined) await control.must(...removal.command(key));
  if (removal.removes) await waitUntilGone(server);
  await sleep(watchMsMin);
  if (!(await settle(server, restShareMax))) throw new Error("did not come to rest");
  const pauses = await watch.read();

  const pending = Number((await readInfo(control, "memory")).get("lazyfree_pending_objects") ?? 0);
  if (pending > 0) throw new Error(`came to rest with ${pending} objects still to be freed`);
  return { ...pauses, ...(await commandFigures(server, removal)) };
}

async function waitUntilGone(server: RunningServer): Promise<void> {
  const endsBy = performance.now() + goneMsMax;
  while ((await server.control.must("DBSIZE")) !== 0) {
    if (performance.now() > endsBy) throw new Error("the key is still there");
    await sleep(goneLookMs);
  }
}

// The server's own time of the command, which ran once since the statistics were reset.
async function commandFigures(server: RunningServer, removal: Removal): Promise<Record<string, number>> {
  if (removal.command === undefined) return {};
  const name = removal.command("").at(0)?.toLowerCase();
  const line = (await readInfo(server.control, "commandstats")).get(`cmdstat_${name}`) ?? "";
  return { commandMs: Number(/usec=(\d+)/.exec(line)?.[1] ?? Number.NaN) / 1000 };
}
