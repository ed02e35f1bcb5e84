// Host port: facts of the process and the machine, for INFO and start-up, and what can be asked of the engine: a
// collection, news of collections, a pause of the thread. Never called per command.

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
  /** Calls `heard` for each garbage collection, some time after it, with its times on the monotonic clock. */
  onCollection(heard: (startUs: number, endUs: number) => void): void;
  /** Blocks the thread. For DEBUG SLEEP only. */
  block(ms: number): void;
}
