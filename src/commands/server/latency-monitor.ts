// Latency monitor: the latest slow moments of each kind of event, for the LATENCY commands.
//
// Role: filled by whoever notices that an event took long ("command", "fast-command", "expire-cycle", ...).
// Invariants:
//   - at most 160 samples are kept for one event, at most one for each second (its worst).
//   - nothing is kept below the configured threshold, or while the threshold is 0.

/** Samples kept for one event. */
export const LATENCY_SAMPLES_MAX = 160;

/** The part of the configuration that decides what is kept. */
export type LatencyLimits = {
  /** Milliseconds; 0 switches the monitor off. */
  readonly latencyMonitorThreshold: number;
};

export type LatencySample = { readonly unixSeconds: number; readonly durationMs: number };

export type LatencySeries = {
  readonly event: string;
  /** The worst ever seen since the last reset, which may be older than all samples. */
  readonly maxMs: number;
  /** Oldest first, at least one. */
  readonly samples: readonly LatencySample[];
};

/** Figures drawn from the samples of one event. */
export type LatencyAnalysis = {
  readonly averageMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Mean distance of the samples from their average. */
  readonly deviationMs: number;
  /** Seconds between the oldest sample and now. */
  readonly spanSeconds: number;
};

type Series = { readonly event: string; maxMs: number; readonly samples: LatencySample[] };

export class LatencyMonitor {
  private readonly limits: LatencyLimits;
  private readonly byEvent = new Map<string, Series>();

  constructor(limits: LatencyLimits) {
    this.limits = limits;
  }

  get thresholdMs(): number {
    return this.limits.latencyMonitorThreshold;
  }

  /** Keeps a sample when monitoring is on and the event took at least the threshold. */
  maybeAdd(event: string, durationMs: number, wallSeconds: number): void {
    const threshold = this.limits.latencyMonitorThreshold;
    if (threshold <= 0 || durationMs < threshold) return;
    const unixSeconds = Math.floor(wallSeconds);
    let series = this.byEvent.get(event);
    if (series === undefined) {
      series = { event, maxMs: 0, samples: [] };
      this.byEvent.set(event, series);
    }
    series.maxMs = Math.max(series.maxMs, durationMs);
    const { samples } = series;
    const last = samples[samples.length - 1];
    if (last !== undefined && last.unixSeconds === unixSeconds) {
      if (durationMs > last.durationMs) samples[samples.length - 1] = { unixSeconds, durationMs };
      return;
    }
    samples.push({ unixSeconds, durationMs });
    if (samples.length > LATENCY_SAMPLES_MAX) samples.shift();
  }

  /** The samples of one event, oldest first; undefined when it was never slow. */
  history(event: string): LatencySeries | undefined {
    return this.byEvent.get(event);
  }

  /** All events that were slow, in the order they first were. */
  latest(): readonly LatencySeries[] {
    return [...this.byEvent.values()];
  }

  /** Forgets one event, or without an argument all; returns how many were known. */
  reset(event?: string): number {
    if (event !== undefined) return this.byEvent.delete(event) ? 1 : 0;
    const count = this.byEvent.size;
    this.byEvent.clear();
    return count;
  }
}

/** Figures of one event's samples; `nowSeconds`: unix time. */
export function analyseLatency(series: LatencySeries, nowSeconds: number): LatencyAnalysis {
  const { samples } = series;
  let sum = 0;
  let minMs = Number.POSITIVE_INFINITY;
  for (const { durationMs } of samples) {
    sum += durationMs;
    minMs = Math.min(minMs, durationMs);
  }
  const averageMs = sum / samples.length;
  let distance = 0;
  for (const { durationMs } of samples) distance += Math.abs(durationMs - averageMs);
  return {
    averageMs,
    minMs,
    maxMs: series.maxMs,
    deviationMs: distance / samples.length,
    spanSeconds: Math.max(0, Math.floor(nowSeconds) - (samples[0]?.unixSeconds ?? 0)),
  };
}
