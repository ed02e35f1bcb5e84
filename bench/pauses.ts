// Pauses: how long a server kept clients waiting while something happened.
//
// Role: starts pinger.ts beside a load and puts its figures together with the server's own, where it has them:
// Shadis counts its longest turn of the event loop and its longest garbage collection, reset by CONFIG RESETSTAT.

import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { PingFigures } from "./pinger.ts";
import { type RunningServer, readInfo } from "./servers.ts";

const ownFigures = [
  ["shadis_longest_turn_us", "longestTurnMs"],
  ["shadis_longest_gc_us", "longestGcMs"],
] as const;

export type PauseWatch = {
  /** Figures since the watch began or since the last `reset`, in milliseconds. */
  readonly read: () => Promise<Record<string, number>>;
  readonly reset: () => Promise<void>;
  readonly stop: () => void;
};

/** Begins to watch, by a PING every `intervalMs`; the caller must `stop`. */
export async function watchPauses(server: RunningServer, intervalMs = 2): Promise<PauseWatch> {
  const program = path.join(import.meta.dirname, "pinger.ts");
  const args = [program, "--port", String(server.plan.port), "--interval-ms", String(intervalMs)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const next = await answers.next();
    if (next.done === true) throw new Error("the PING client lost its connection");
    return next.value;
  };
  await answer();
  const reset = async (): Promise<void> => {
    await server.control.must("CONFIG", "RESETSTAT");
    child.stdin.write("reset\n");
  };
  await reset();
  return {
    reset,
    read: async () => {
      child.stdin.write("read\n");
      const { longestPingMs, pingP99Ms, clientLatenessMs } = JSON.parse(await answer()) as PingFigures;
      return { longestPingMs, pingP99Ms, clientLatenessMs, ...(await readOwnFigures(server)) };
    },
    stop: () => child.kill(),
  };
}

/** The server's own longest turn and collection since CONFIG RESETSTAT; empty for a server that counts none. */
export async function readOwnFigures(server: RunningServer): Promise<Record<string, number>> {
  const info = await readInfo(server.control);
  const figures: Record<string, number> = {};
  for (const [field, metric] of ownFigures) {
    const value = info.get(field);
    if (value !== undefined) figures[metric] = Number(value) / 1000;
  }
  return figures;
}
