// What the shadow oracle costs: processor time of an operation with and without it, and what it found.
//
//   node bench/shadow.ts [--rounds 3] [--tests set,get,incr] [--requests N] [--port 7300] [--out FILE] [--quick]
//
// Role: walks rounds x tests of redis-benchmark x modes (no, yes, 1/64) over three servers that are up at once, each
// pinned to the server core, so that the modes of one round meet the machine in the same state. Differences and the
// share of answers compared are read from INFO oracle. It reports and asserts nothing but that no answer differed.

import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { readMachine } from "./machine.ts";
import { measureRow, missingCommands } from "./measure.ts";
import { parts, runProgram, wholeNumber } from "./options.ts";
import { readMemory } from "./proc.ts";
import { chooseRows, type Row, requestCount } from "./rows.ts";
import { geometricMean, type Machine, type Spread, spread } from "./samples.ts";
import { pinThisProcess, plans, type RunningServer, startServer, stopServer } from "./servers.ts";

const modes = ["no", "yes", "1/64"] as const;
type Mode = (typeof modes)[number];

type Cell = {
  readonly name: string;
  readonly pipeline: number;
  readonly samples: { readonly round: number; readonly mode: Mode; readonly cpuUsPerOp: number }[];
};

export type ShadowReport = {
  readonly kind: "shadow";
  readonly schema: 1;
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Average load of the machine over the minute before the run, and over its last minute. */
  readonly load: { readonly before: number; readonly after: number };
  readonly cells: readonly Cell[];
  /** Fields of INFO oracle and resident bytes at the end, by mode. */
  readonly found: Readonly<Partial<Record<Mode, Readonly<Record<string, string | number>>>>>;
};

const pipelines = [1, 16];
const keyCount = 100_000;
const clientCount = 50;
const valueBytes = 8;
const runMs = 600;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    tests: { type: "string", default: "" },
    requests: { type: "string" },
    port: { type: "string", default: "7300" },
    out: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});

await runProgram("bench/shadow", main);

async function main(): Promise<void> {
  const machine = readMachine();
  const before = os.loadavg()[0] ?? 0;
  pinThisProcess();
  const servers = new Map<Mode, RunningServer>();
  try {
    const port = wholeNumber("port", options.port, 1);
    for (const [i, mode] of modes.entries()) servers.set(mode, await startServer(planOf(mode, port + i)));
    const rows = await knownRows(servers.get("no") as RunningServer);
    const cells: Cell[] = rows.flatMap((row) =>
      pipelines.map((pipeline) => ({ name: row.name, pipeline, samples: [] })),
    );
    const roundCount = options.quick ? 1 : wholeNumber("rounds", options.rounds, 1);
    for (let round = 0; round < roundCount; round++) {
      for (const cell of cells) await measureCell(servers, rows, cell, round);
    }
    const found: Partial<Record<Mode, Record<string, string | number>>> = {};
    for (const [mode, server] of servers) found[mode] = await readFound(server);
    const report: ShadowReport = {
      kind: "shadow",
      schema: 1,
      machine,
      settings: { rounds: roundCount, clients: clientCount, valueBytes, keyCount, quick: options.quick },
      load: { before, after: os.loadavg()[0] ?? 0 },
      cells,
      found,
    };
    const name = options.quick ? "shadow-trial.json" : "shadow.json";
    const file = options.out ?? path.join(import.meta.dirname, "results", name);
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
    console.log(`\n${shadowTable(report)}\n\nwrote ${path.relative(".", file)}`);
    if (modes.some((mode) => Number(found[mode]?.["oracle_differences"] ?? 0) > 0)) process.exitCode = 1;
  } finally {
    for (const server of servers.values()) await stopServer(server);
  }
}

function planOf(mode: Mode, port: number): Parameters<typeof startServer>[0] {
  const [plan] = plans({ candidate: undefined, alone: true, port });
  if (plan === undefined) throw new Error("there is no plan for the server");
  const command = `${plan.command} --shadow-oracle ${mode}`;
  return { ...plan, label: `Shadis with shadow-oracle ${mode}`, port, command };
}

async function knownRows(server: RunningServer): Promise<readonly Row[]> {
  const rows = chooseRows(parts(options.tests));
  const missing = await missingCommands(server, [...new Set(rows.flatMap((row) => row.commands))]);
  return rows.filter((row) => !row.commands.some((name) => missing.includes(name)));
}

async function measureCell(
  servers: ReadonlyMap<Mode, RunningServer>,
  rows: readonly Row[],
  cell: Cell,
  round: number,
): Promise<void> {
  const row = rows.find(({ name }) => name === cell.name);
  if (row === undefined) return;
  const count =
    options.requests === undefined
      ? requestCount(row, { pipeline: cell.pipeline, runMs: options.quick ? runMs / 10 : runMs })
      : wholeNumber("requests", options.requests, 1000);
  const load = { pipeline: cell.pipeline, requestCount: count, clientCount, keyCount, valueBytes };
  const figures: string[] = [];
  // Each mode comes first in one of three rounds.
  for (let i = 0; i < modes.length; i++) {
    const mode = modes[(i + round) % modes.length] as Mode;
    const server = servers.get(mode) as RunningServer;
    const { cpuUsPerOp = 0 } = await measureRow(server, row, load, { first: round === 0 });
    cell.samples.push({ round, mode, cpuUsPerOp });
    figures.push(`${mode} ${cpuUsPerOp.toFixed(2)}`);
  }
  console.log(`round ${round + 1}  P=${cell.pipeline} ${cell.name}: ${figures.join(", ")} us/op`);
}

async function readFound(server: RunningServer): Promise<Record<string, string | number>> {
  const found: Record<string, string | number> = { rssBytes: readMemory(server.pid).rssBytes };
  for (const line of String(await server.control.must("INFO", "oracle")).split("\r\n")) {
    const [field = "", value = ""] = line.split(/:(.*)/);
    if (field.startsWith("oracle_")) found[field] = /^\d+$/.test(value) ? Number(value) : value;
  }
  return found;
}

/** The report as Markdown: where it was measured, the costs, and what was found. */
export function shadowTable({ machine, settings, load, cells, found }: ShadowReport): string {
  const lines = [
    `${machine.cpu}, ${machine.cores} cores (${machine.pinned ? "pinned" : "not pinned"}), ${machine.kernel}, Node ${machine.node};`,
    `commit ${machine.commit}, ${machine.date.slice(0, 10)}; ${Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ")}; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after.`,
    "Processor time of the server, microseconds for an operation; ratios: median of the rounds (min–max).",
    "",
    "| test | without | full | ratio | 1/64 | ratio |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
  ];
  for (const cell of cells) {
    const costs = modes.map((mode) => figure(valuesOf(cell, mode)));
    const [without, full, sampled] = costs;
    lines.push(
      `| ${cell.name}, P=${cell.pipeline} | ${without} | ${full} | ${ratio(cell, "yes")} | ${sampled} | ${ratio(cell, "1/64")} |`,
    );
  }
  const mean = (mode: Mode, pipeline: number): string => {
    const medians = cells
      .filter((cell) => cell.pipeline === pipeline)
      .flatMap((cell) => ratiosOf(cell, mode)?.median ?? []);
    return geometricMean(medians)?.toFixed(2) ?? "";
  };
  for (const pipeline of pipelines) {
    lines.push(
      `| geometric mean, P=${pipeline} | | | ${mean("yes", pipeline)} | | ${mean("1/64", pipeline)} |`,
    );
  }
  lines.push("", "| mode | operations | compared | differences | model keys | RSS MB |");
  lines.push("| --- | ---: | ---: | ---: | ---: | ---: |");
  for (const mode of modes) {
    const { rssBytes = 0, ...each } = found[mode] ?? {};
    const fields = ["operations", "compared", "differences", "model_keys"].map(
      (field) => each[`oracle_${field}`] ?? "",
    );
    lines.push(`| ${mode} | ${fields.join(" | ")} | ${(Number(rssBytes) / 1e6).toFixed(0)} |`);
  }
  return lines.join("\n");
}

function valuesOf({ samples }: Cell, mode: Mode): readonly number[] {
  return samples.filter((sample) => sample.mode === mode).map(({ cpuUsPerOp }) => cpuUsPerOp);
}

function ratiosOf(cell: Cell, mode: Mode): Spread | undefined {
  const bases = new Map(
    cell.samples.filter((sample) => sample.mode === "no").map((sample) => [sample.round, sample.cpuUsPerOp]),
  );
  return spread(
    cell.samples
      .filter((sample) => sample.mode === mode)
      .map(({ round, cpuUsPerOp }) => cpuUsPerOp / (bases.get(round) ?? Number.NaN)),
  );
}

function figure(values: readonly number[]): string {
  return spread(values)?.median.toFixed(2) ?? "";
}

function ratio(cell: Cell, mode: Mode): string {
  const found = ratiosOf(cell, mode);
  if (found === undefined) return "";
  return `${found.median.toFixed(2)} (${found.min.toFixed(2)}–${found.max.toFixed(2)})`;
}
