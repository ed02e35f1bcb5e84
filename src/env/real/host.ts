// Real host: what the process and the machine say of themselves.

import { arch, machine, release, totalmem, type } from "node:os";
import { PerformanceObserver } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Host } from "../host.ts";

const engineFlags = [
  // Buffers outside the heap, which hold all data, count for V8's collector. As it is set it marks the heap each time 64 MiB
  // of them were made, which frees nothing and takes as long as many commands. This way the next marking waits until the
  // heap and they together are three times what they were after the last one.
  "--external-memory-accounted-in-global-limit",
  "--heap-growing-percent=200",
  // A command passes through many small functions: with the usual limits (460 and 920) the optimiser leaves half of them
  // as calls.
  "--max-inlined-bytecode-size=1000",
  "--max-inlined-bytecode-size-cumulative=3000",
];

export function realHost(): Host {
  for (const flag of engineFlags) setFlagsFromString(flag);
  return {
    pid: process.pid,
    os: `${type()} ${release()} ${machine()}`,
    arch: arch(),
    nodeVersion: process.version,
    executable: process.execPath,
    totalSystemBytes: totalmem(),
    residentBytes: () => process.memoryUsage.rss(),
    heapUsedBytes: () => process.memoryUsage().heapUsed,
    cpuUserSeconds: () => process.cpuUsage().user / 1e6,
    cpuSystemSeconds: () => process.cpuUsage().system / 1e6,
    collectGarbage() {
      // "Last resort" also gives the pages back that the heap does not need: 7 MB after start-up.
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as (options: object) => void;
      collect({ type: "major", execution: "sync", flavor: "last-resort" });
      return true;
    },
    onCollection(heard) {
      const observer = new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries())
          heard(startTime * 1000, (startTime + duration) * 1000);
      });
      observer.observe({ entryTypes: ["gc"] });
    },
    block(ms) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
  };
}
