// npm run bench: Shadis beside a stock Redis on this machine, by redis-benchmark's list of tests and XADD.
//
// Role: reads options, walks rounds x pipelines x rows and hands the samples to the report. Both servers live for
// the whole run and one is loaded at a time; within a round they run one right after the other, in an order that
// alternates by round, so that a slow minute of the machine falls on both.
// It reports and asserts no time; it fails only if a row could not be measured. README.md has the method.

import { parseArgs } from "node:util";
import { readMachine } from "./machine.ts";
import { measureRow, missingCommands } from "./measure.ts";
import { parts, runProgram, wholeNumber } from "./options.ts";
import { outputFile, writeReport } from "./report.ts";
import { chooseRows, isWanted, type Row, requestCount } from "./rows.ts";
import type { Measuring, Report, Series, Side } from "./samples.ts";
import { isOnPath, pinThisProcess, plans, type RunningServer, startServer, stopServer } from "./servers.ts";

// About two seconds for each run: in less, V8 has not compiled a row's commands yet, and a short run's ratio is that of
// cold code (SET at P=64 came out at 0.96 in runs of 0.4 s, at 0.55 in runs of two). Long enough for a p99, too.
const runMsDefault = "2000";
const runMsQuick = "40";

const pipelinesDefault = "1,16,64";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string" },
    rows: { type: "string", default: "" },
    pipelines: { type: "string", default: pipelinesDefault },
    "run-ms": { type: "string" },
    requests: { type: "string" },
    clients: { type: "string", default: "50" },
    "value-bytes": { type: "string", default: "64" },
    keys: { type: "string", default: "100000" },
    port: { type: "string", default: "7300" },
    candidate: { type: "string" },
    "shadis-only": { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const runMs = wholeNumber("run-ms", options["run-ms"] ?? (options.quick ? runMsQuick : runMsDefault), 1);
const load = {
  clientCount: wholeNumber("clients", options.clients, 1),
  valueBytes: wholeNumber("value-bytes", options["value-bytes"], 8),
  keyCount: wholeNumber("keys", options.keys, 1),
};

type Cell = Measuring & {
  readonly name: string;
  readonly group: string;
  readonly row: Row;
  readonly pipeline: number;
};

await runProgram("bench", main);

async function main(): Promise<void> {
  for (const program of ["redis-benchmark", ...(options["shadis-only"] ? [] : ["redis-server"])]) {
    if (!isOnPath(program)) throw new Error(`${program} is not on the PATH`);
  }
  const roundCount = wholeNumber("rounds", options.rounds ?? (options.quick ? "2" : "5"), 1);
  const pipelines = parts(options.pipelines).map((text) => wholeNumber("pipelines", text, 1));
  const chosen = chooseRows(parts(options.rows));
  const isPart = options.rows !== "" || options.pipelines !== pipelinesDefault;
  const startedMs = performance.now();
  const cells: Cell[] = pipelines.flatMap((pipeline) =>
    chosen
      .filter((row) => isWanted(row, { pipeline, named: options.rows !== "" }))
      .map((row) => {
        const cell = {
          name: row.name,
          group: `P=${pipeline}`,
          state: "measured",
          reason: null,
          samples: [],
        } as const;
        return { ...cell, samples: [], row, pipeline };
      }),
  );
  const machine = readMachine();
  pinThisProcess();
  const servers = new Map<Side, RunningServer>();
  try {
    for (const plan of plans({
      candidate: options.candidate,
      alone: options["shadis-only"],
      port: wholeNumber("port", options.port, 1),
    })) {
      servers.set(plan.side, await startServer(plan));
    }
    await markMissing(servers, cells);
    const candidate = servers.get("candidate") as RunningServer;
    const report: Report = {
      kind: "commands",
      schema: 1,
      machine,
      settings: {
        rounds: roundCount,
        clients: load.clientCount,
        valueBytes: load.valueBytes,
        keyCount: load.keyCount,
        ...(options.requests === undefined ? { runMs } : { requests: options.requests }),
      },
      servers: { stock: servers.get("stock")?.facts ?? null, candidate: candidate.facts },
      series: [],
    };
    const file = outputFile("commands", {
      out: options.out,
      trial: isPart || options.quick || options["shadis-only"] || options.candidate !== undefined,
    });
    for (let round = 0; round < roundCount; round++) {
      for (const cell of cells) await measureCell(servers, cell, round, roundCount);
      // After every round, so that an interrupted run leaves what it has.
      writeReport(file, { ...report, series: cells.map(withoutPlan) }, { print: round === roundCount - 1 });
    }
  } finally {
    for (const server of servers.values()) await stopServer(server);
  }
  console.log(`took ${((performance.now() - startedMs) / 60_000).toFixed(1)} min`);
  if (cells.some((cell) => cell.state === "failed")) process.exitCode = 1;
}

async function measureCell(
  servers: Map<Side, RunningServer>,
  cell: Cell,
  round: number,
  roundCount: number,
): Promise<void> {
  if (cell.state !== "measured") return;
  const order: Side[] = round % 2 === 0 ? ["stock", "candidate"] : ["candidate", "stock"];
  const count =
    options.requests === undefined
      ? requestCount(cell.row, { pipeline: cell.pipeline, runMs })
      : wholeNumber("requests", options.requests, 1);
  const plan = { ...load, pipeline: cell.pipeline, requestCount: count };
  for (const side of order) {
    const server = servers.get(side);
    if (server === undefined) continue;
    const title = `round ${round + 1}/${roundCount}  ${cell.group.padEnd(5)} ${cell.name.padEnd(15)} ${server.facts.label.padEnd(9)}`;
    try {
      const metrics = await measureRow(server, cell.row, plan, { first: round === 0 });
      cell.samples.push({ round, side, metrics });
      const { rps = 0, p99Ms = 0, cpuUsPerOp = 0 } = metrics;
      console.log(`${title} ${Math.round(rps)} req/s  p99 ${p99Ms} ms  ${cpuUsPerOp.toFixed(2)} us/op`);
    } catch (error) {
      cell.state = "failed";
      cell.reason = `${server.facts.label}: ${(error as Error).message}`;
      console.log(`${title} FAILED: ${(error as Error).message}`);
      await replaceServer(servers, server);
      return;
    }
  }
}

// A server that failed a row may have died or hang: the rows after it deserve a sound one.
async function replaceServer(servers: Map<Side, RunningServer>, server: RunningServer): Promise<void> {
  servers.delete(server.plan.side);
  await stopServer(server);
  servers.set(server.plan.side, await startServer(server.plan));
}

async function markMissing(servers: Map<Side, RunningServer>, cells: readonly Cell[]): Promise<void> {
  const names = [...new Set(cells.flatMap((cell) => cell.row.commands))];
  for (const server of servers.values()) {
    const missing = await missingCommands(server, names);
    for (const cell of cells) {
      const lacking = cell.row.commands.filter((name) => missing.includes(name));
      if (lacking.length === 0) continue;
      cell.state = "not there yet";
      cell.reason = `${server.facts.label} has no ${lacking.join(", ").toUpperCase()}`;
    }
  }
}

function withoutPlan({ name, group, state, reason, samples }: Cell): Series {
  return { name, group, state, reason, samples };
}
