// Black-box suite: the cases of compat/blackbox, each on a stock Redis and on this server, by vitest.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Counts } from "./counts.ts";
import type { Options } from "./options.ts";

const root = join(import.meta.dirname, "..", "..");

type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
};

export async function runBlackbox(options: Options): Promise<Counts> {
  const { running, shards } = options;
  const folder = mkdtempSync(join(tmpdir(), "blackbox-"));
  try {
    const report = join(folder, "report.json");
    // The other files start servers with settings of their own.
    const cases = running === undefined ? "compat/blackbox" : "compat/blackbox/cases.test.ts";
    const words = [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      ...["run", "--config", "src/testing/vitest.config.ts", cases],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    ];
    // both.ts and places.ts read these: a test file takes no arguments.
    const env = {
      ...process.env,
      ...(running === undefined ? {} : { COMPAT_SERVER: `${running.host}:${running.port}` }),
      ...(shards === undefined ? {} : { COMPAT_SHARDS: `${shards}` }),
    };
    const exitCode = await run(words, env);
    return countsOf(readFileSync(report, "utf8"), exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A test file that could not be loaded has no tests, and counts as one that failed.
function countsOf(text: string, exitCode: number): Counts {
  const report: Report = JSON.parse(text);
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests,
  };
}

function run(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { cwd: root, env, stdio: "inherit" });
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}
