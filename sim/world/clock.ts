// Node clock: what a node takes for the time, from the world's time.
//
//   monotonic = BASE + t + t * drift / 10^6                    runs fast or slow, never back
//   wall      = EPOCH + monotonic + offset + jumps              may jump both ways, or stand still
//
// Invariants: integers only; a delay is turned into the world's time rounded up, so that a timer may fire late by a
// clock's error and never early.

/** Wall-clock milliseconds at the world's time 0. */
export const EPOCH_MS = 1_700_000_000_000;
const MONOTONIC_BASE_US = 5_000_000;

export class NodeClock {
  private readonly driftPpm: number;
  private shiftMs: number;
  private frozenWallUs: number | undefined = undefined;

  constructor(options: { readonly offsetMs: number; readonly driftPpm: number }) {
    this.shiftMs = options.offsetMs;
    this.driftPpm = options.driftPpm;
  }

  monotonicUs(worldUs: number): number {
    return MONOTONIC_BASE_US + worldUs + Math.floor((worldUs * this.driftPpm) / 1_000_000);
  }

  wallUs(worldUs: number): number {
    return this.frozenWallUs ?? this.runningWallUs(worldUs);
  }

  /** The world's time it takes for `delayUs` to pass here. */
  worldDelayUs(delayUs: number): number {
    if (delayUs <= 0) return 0;
    return Math.ceil((delayUs * 1_000_000) / (1_000_000 + this.driftPpm)) + 1;
  }

  /** The wall clock jumps, forward or back. */
  jump(ms: number): void {
    this.shiftMs += ms;
  }

  /** The wall clock stands still until `thaw`. */
  freeze(worldUs: number): void {
    this.frozenWallUs ??= this.runningWallUs(worldUs);
  }

  thaw(): void {
    this.frozenWallUs = undefined;
  }

  private runningWallUs(worldUs: number): number {
    return EPOCH_MS * 1000 + this.monotonicUs(worldUs) - MONOTONIC_BASE_US + this.shiftMs * 1000;
  }
}
