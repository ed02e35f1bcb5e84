// Machine: the facts about this computer that a figure depends on, read when a run begins.
//
// Role: fills the `machine` part of a report. It records no name of the computer, its user or its folders.

import { execFileSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import type { Machine } from "./samples.ts";
import { canPin } from "./servers.ts";

/** Facts that cannot be found out are reported as "unknown". */
export function readMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.cpus().length, // Not availableParallelism, which counts the cores this process is pinned to.
    memoryBytes: os.totalmem(),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    redisBenchmark: output("redis-benchmark", ["--version"]),
    commit: commit(),
    date: new Date().toISOString(),
    pinned: canPin,
  };
}

function commit(): string {
  const hash = output("git", ["rev-parse", "--short=12", "HEAD"]);
  // Result files lie in bench/results and change with every run, so they do not count as changes of the code.
  const changed = output("git", ["status", "--porcelain", "--", ":/", ":(exclude,top)bench/results"]);
  return changed === "" || hash === "unknown" ? hash : `${hash} with uncommitted changes`;
}

function output(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, {
      cwd: path.resolve(import.meta.dirname, ".."),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}
