// The test runner behind `npm test`: runs every stage in order and adds up what they counted.
//
// Role: a program. Words on its command line name the stages to run; none means all of them.
// Invariants:
//   - The last line is `N passed, N failed, N skipped`, and the exit code is 0 only when nothing failed.
//   - A stage that breaks without counting a failure counts as one, so silence is never taken for success.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Counts, closingLine, countsFromOutput, countsFromVitest, settled, sum } from "./counts.ts";
import { findProgram, stockRedisIsRequired, stockRedisSkipReason } from "./stock-redis.ts";

type Stage = {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  // whole: the stage is one test. vitest: its JSON report. line: the closing line the stage prints itself.
  readonly counted: "whole" | "vitest" | "line";
  readonly needsStockRedis?: boolean;
};

// Cheapest first: a wrong type is told within seconds.
const stages: readonly Stage[] = [
  { name: "types", command: ["tsc", "-p", "."], counted: "whole" },
  { name: "lint", command: ["biome", "check", "--error-on-warnings"], counted: "whole" },
  { name: "unit", command: ["vitest", "run", "--config", "src/testing/vitest.config.ts"], counted: "vitest" },
  { name: "oracle", command: ["node", "oracle/run/main.ts", "--ops", "100000"], counted: "line" },
  {
    name: "oracle-on-trial",
    command: ["node", "oracle/run/main.ts", "--against", "stock", "--ops", "20000"],
    counted: "line",
    needsStockRedis: true,
  },
  { name: "planted", command: ["node", "oracle/run/planted.ts", "--sample", "4"], counted: "line" },
  {
    name: "simulator",
    command: ["node", "sim/run/main.ts", "--seeds", "60", "--profile", "chaos"],
    counted: "line",
  },
  {
    name: "differential",
    command: ["node", "compat/differential/main.ts", "--calls", "30000"],
    counted: "line",
    needsStockRedis: true,
  },
  {
    name: "fuzz",
    command: ["node", "compat/fuzz/main.ts", "--frames", "30000"],
    counted: "line",
    needsStockRedis: true,
  },
  { name: "durability", command: ["node", "compat/durability/main.ts", "--rounds", "20"], counted: "line" },
  {
    name: "carried",
    command: ["node", "compat/durability/main.ts", "--carry", "--keys", "2000"],
    counted: "line",
    needsStockRedis: true,
  },
  { name: "damaged", command: ["node", "compat/durability/main.ts", "--damaged", "6000"], counted: "line" },
  {
    name: "compat",
    command: ["node", "compat/main.ts", "--suite", "commands,clients"],
    counted: "line",
    needsStockRedis: true,
  },
  {
    name: "tcl",
    command: ["node", "compat/main.ts", "--suite", "tcl", "--quick"],
    counted: "line",
    needsStockRedis: true,
  },
];

const root = fileURLToPath(new URL("../..", import.meta.url));
const environment = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter),
};

process.exitCode = await runStages(process.argv.slice(2));

async function runStages(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    console.error(`no such stage: ${unknown.join(", ")}; stages: ${stages.map((s) => s.name).join(", ")}`);
    return 2;
  }
  const chosen = names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
  const counts: Counts[] = chosen.some((stage) => stage.counted !== "whole") ? [lookForStockRedis()] : [];
  for (const stage of chosen) counts.push(await runStage(stage));
  const total = sum(counts);
  console.log(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

// Absence is counted here once; the tests that would have compared say themselves that they were skipped.
function lookForStockRedis(): Counts {
  const path = findProgram("redis-server");
  if (path !== undefined) {
    const version = spawnSync(path, ["--version"], { encoding: "utf8" }).stdout?.trim();
    console.log(`stock server: ${path} (${version})`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  console.log(
    stockRedisIsRequired
      ? "FAIL REQUIRE_STOCK_REDIS=1, but no redis-server is on the PATH"
      : stockRedisSkipReason,
  );
  return { passed: 0, failed: stockRedisIsRequired ? 1 : 0, skipped: 0 };
}

async function runStage(stage: Stage): Promise<Counts> {
  console.log(`\n== ${stage.name}: ${stage.command.join(" ")}`);
  if (stage.needsStockRedis === true && findProgram("redis-server") === undefined) {
    console.log(stockRedisSkipReason);
    return { passed: 0, failed: stockRedisIsRequired ? 1 : 0, skipped: stockRedisIsRequired ? 0 : 1 };
  }
  const startMs = performance.now();
  const counts = await runAndCount(stage);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const verdict = counts.failed === 0 ? "ok" : "FAILED";
  console.log(`== ${stage.name}: ${verdict} in ${seconds} s (${closingLine(counts)})`);
  return counts;
}

async function runAndCount(stage: Stage): Promise<Counts> {
  const [program, ...args] = stage.command;
  if (stage.counted === "vitest") {
    const folder = mkdtempSync(join(tmpdir(), "shadis-test-"));
    try {
      const report = join(folder, "report.json");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const { exitCode } = await run(program, [...args, ...reporters], false);
      return settled(countsFromVitest(readIfPresent(report)), exitCode);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const { exitCode, output } = await run(program, args, stage.counted === "line");
  if (stage.counted === "line") return settled(countsFromOutput(output), exitCode);
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function readIfPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

// Output goes to the terminal as it comes. Only the end is kept, which is where a closing line stands.
function run(
  program: string,
  args: readonly string[],
  isKept: boolean,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const keptSizeMax = 65_536;
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, {
      cwd: root,
      env: environment,
      stdio: ["ignore", isKept ? "pipe" : "inherit", "inherit"],
    });
    child.stdout?.on("data", (bytes: Buffer) => {
      process.stdout.write(bytes);
      output = (output + bytes.toString("utf8")).slice(-keptSizeMax);
    });
    child.on("error", (error) => {
      console.error(`cannot start ${program}: ${error.message}`);
      resolve({ exitCode: 1, output });
    });
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
