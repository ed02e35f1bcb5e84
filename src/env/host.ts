// Host port: facts of the process and the machine, for INFO and start-up only.

export interface Host {
  readonly pid: number;
  readonly os: string;
  readonly arch: string;
  readonly nodeVersion: string;
  readonly executable: string;
  readonly totalSystemBytes: number;
  residentBytes(): number;
  heapUsedBytes(): number;
  cpuUserSeconds(): number;
  cpuSystemSeconds(): number;
  /** Forces a garbage collection; false when it cannot. */
  collectGarbage(): boolean;
  /** Longest garbage collection since the last call with `reset`, in microseconds. */
  longestGcUs(reset: boolean): number;
  /** Blocks the thread. For DEBUG SLEEP only. */
  block(ms: number): void;
}
