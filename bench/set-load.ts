// Set load: redis-benchmark's SETs of random keys, without an end, until it is told to stop.

import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, readInfo } from "./servers.ts";

export type SetLoad = {
  /** Resolves when the server has run some of it. */
  readonly untilRunning: () => Promise<void>;
  readonly hasEnded: boolean;
  readonly stop: () => void;
};

const endless = 2_000_000_000;
const startMsMax = 10_000;
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Starts the load; the caller must `stop` it. */
export function startSets(
  server: RunningServer,
  plan: { keyCount: number; valueBytes: number; clientCount: number; pipeline: number },
): SetLoad {
  const child = spawn(
    "redis-benchmark",
    [
      ...["-p", String(server.plan.port), "-t", "set", "-n", String(endless), "-c", String(plan.clientCount)],
      ...["-P", String(plan.pipeline), "-r", String(plan.keyCount), "-d", String(plan.valueBytes), "-q"],
    ],
    { stdio: "ignore" },
  );
  running.add(child);
  let hasEnded = false;
  child.once("exit", () => {
    hasEnded = true;
    running.delete(child);
  });
  const sets = async (): Promise<number> => {
    const line = (await readInfo(server.control, "commandstats")).get("cmdstat_set") ?? "";
    return Number(/calls=(\d+)/.exec(line)?.[1] ?? 0);
  };
  return {
    get hasEnded() {
      return hasEnded;
    },
    async untilRunning() {
      const before = await sets();
      const endsBy = performance.now() + startMsMax;
      while ((await sets()) <= before) {
        if (hasEnded || performance.now() > endsBy) throw new Error("redis-benchmark does not run");
        await sleep(10);
      }
    },
    stop() {
      child.kill("SIGKILL");
    },
  };
}
