// What Linux says about a process: processor time, memory, parents.
//
// Role: the only reader of /proc in the benchmarks. Readers are split from parsers so that the parsers can be
// tested on text. Linux only.
//
// Processor time is the sum of nanoseconds over all live threads (/proc/PID/task/*/schedstat). A thread that
// has ended vanishes from that sum, so the coarse clock of /proc/PID/stat, which keeps it, is read as well.

import { readdirSync, readFileSync } from "node:fs";

export type CpuReading = { readonly threadsNs: number; readonly processNs: number };
export type MemoryReading = {
  readonly rssBytes: number;
  readonly rssAnonBytes: number;
  readonly pssBytes: number;
};

// USER_HZ is 100 on every Linux that Node.js runs on.
const nsPerTick = 10_000_000;
// Two ticks: below this the two clocks may differ by rounding alone.
const tickErrorNs = 2 * nsPerTick;

/** Processor time used so far by all threads of `pid`. */
export function readCpu(pid: number): CpuReading {
  let threadsNs = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      threadsNs += parseSchedstat(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1"));
    } catch {
      // The thread ended between the listing and the read; usedNs notices from the coarse clock.
    }
  }
  return { threadsNs, processNs: parseStat(readFileSync(`/proc/${pid}/stat`, "latin1")).ticks * nsPerTick };
}

/** Nanoseconds of processor time between two readings; the coarse clock where a thread ended in between. */
export function usedNs(before: CpuReading, after: CpuReading): number {
  const fine = after.threadsNs - before.threadsNs;
  const coarse = after.processNs - before.processNs;
  return coarse - fine > Math.max(tickErrorNs, coarse * 0.02) ? coarse : fine;
}

/** Memory of `pid` now. Pss is 0 where the kernel does not offer smaps_rollup. */
export function readMemory(pid: number): MemoryReading {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  let pssBytes = 0;
  try {
    pssBytes = kilobytes(readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"), "Pss");
  } catch {
    // An old kernel or a foreign user: the report shows the figure as missing.
  }
  return { rssBytes: kilobytes(status, "VmRSS"), rssAnonBytes: kilobytes(status, "RssAnon"), pssBytes };
}

/** True if `pid` is `ancestor` or descends from it. */
export function descendsFrom(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; ) {
    if (at === ancestor) return true;
    try {
      at = parseStat(readFileSync(`/proc/${at}/stat`, "latin1")).parentPid;
    } catch {
      return false;
    }
  }
  return false;
}

/** True while the process exists and is not a zombie. */
export function isRunning(pid: number): boolean {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, "latin1")).state !== "Z";
  } catch {
    return false;
  }
}

/** The first field of a schedstat file: nanoseconds spent on a processor. */
export function parseSchedstat(text: string): number {
  return Number(text.split(" ", 1)[0]);
}

/** Fields of /proc/PID/stat. The name in parentheses may itself hold spaces and parentheses. */
export function parseStat(text: string): { state: string; parentPid: number; ticks: number } {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0] ?? "",
    parentPid: Number(fields[1]),
    ticks: Number(fields[11]) + Number(fields[12]), // utime + stime.
  };
}

/** The bytes of a `Name:   123 kB` line; 0 if there is none. */
export function kilobytes(text: string, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text);
  return Number(line?.[1] ?? 0) * 1024;
}
