// Readings: a server's memory at one moment, from the kernel and from the server itself.
//
// Role: what the programs that measure memory have in common.

import { readMemory } from "./proc.ts";
import { type RunningServer, readInfo } from "./servers.ts";
import { ErrorReply } from "./wire.ts";

export type Reading = {
  readonly rssBytes: number;
  readonly rssAnonBytes: number;
  readonly pssBytes: number;
  readonly usedMemoryBytes: number;
  readonly heapBytes: number | undefined;
};

/** The memory now; a figure that the server does not offer is NaN, a heap that it does not have undefined. */
export async function readAll(server: RunningServer): Promise<Reading> {
  const info = await readInfo(server.control);
  const heap = info.get("shadis_heap_used_bytes");
  return {
    ...readMemory(server.pid),
    usedMemoryBytes: Number(info.get("used_memory") ?? Number.NaN),
    heapBytes: heap === undefined ? undefined : Number(heap),
  };
}

/** Forces a collection. A server without a collector refuses, and that is well: it has nothing to collect. */
export async function collect(server: RunningServer): Promise<boolean> {
  return !((await server.control.call("DEBUG", "GC")) instanceof ErrorReply);
}

/** `metrics` without those that a server did not offer. */
export function offered(metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}
