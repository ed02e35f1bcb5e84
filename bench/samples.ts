// Samples: what a report's JSON holds, and the arithmetic from raw samples to ratios.
//
// Role: the one definition of the file format, shared by the runs, the chart and the README tables. A report
// keeps raw samples only; every ratio is computed from them, so a committed file can be checked by anyone.
// Invariant: a ratio pairs the two servers' samples of one round, never of different rounds.

export type Side = "stock" | "candidate";

export type Sample = {
  readonly round: number;
  readonly side: Side;
  /** Keys end in their unit: `p50Ms`, `rssAnonBytesPerKey`. A figure that a server does not offer is absent. */
  readonly metrics: Readonly<Record<string, number>>;
};

export type Series = {
  readonly name: string;
  readonly group: string;
  readonly state: "measured" | "not there yet" | "failed";
  readonly reason: string | null;
  readonly samples: readonly Sample[];
};

/** How far the measuring of a series has come: samples are added, and its state and reason may change. */
export type Measuring = { -readonly [Name in "state" | "reason"]: Series[Name] } & {
  readonly samples: Sample[];
};

export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly redisBenchmark: string;
  readonly commit: string;
  readonly date: string;
  readonly pinned: boolean;
};

export type ServerFacts = { readonly label: string; readonly command: string; readonly version: string };

export type ReportKind = "commands" | "memory" | "collections" | "removal" | "snapshot";

export type Report = {
  readonly kind: ReportKind;
  readonly schema: 1;
  readonly machine: Machine;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly servers: { readonly stock: ServerFacts | null; readonly candidate: ServerFacts };
  readonly series: readonly Series[];
};

export type Spread = {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly count: number;
};

/** Smallest, middle and largest of `values`; undefined when there are none. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  return { min: sorted[0] as number, median, max: sorted[sorted.length - 1] as number, count: sorted.length };
}

/** The spread of one server's figures. */
export function figures(series: Series, side: Side, metric: string): Spread | undefined {
  return spread(
    series.samples.flatMap((sample) => {
      const value = sample.side === side ? sample.metrics[metric] : undefined;
      return value === undefined ? [] : [value];
    }),
  );
}

/** The spread of candidate / stock, one ratio for each round in which both have the figure. */
export function ratios(series: Series, metric: string): Spread | undefined {
  const stockByRound = new Map<number, number>();
  for (const { round, side, metrics } of series.samples) {
    const value = metrics[metric];
    if (side === "stock" && value !== undefined) stockByRound.set(round, value);
  }
  return spread(
    series.samples.flatMap(({ round, side, metrics }) => {
      const value = metrics[metric];
      const base = stockByRound.get(round);
      // A base of zero or below (memory that shrank while loading) has no meaningful ratio.
      if (side !== "candidate" || value === undefined || base === undefined || base <= 0) return [];
      return [value / base];
    }),
  );
}

/** The geometric mean, under which a ratio of 2 and one of 1/2 cancel; undefined without positive values. */
export function geometricMean(values: readonly number[]): number | undefined {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return undefined;
  return Math.exp(positive.reduce((sum, value) => sum + Math.log(value), 0) / positive.length);
}
