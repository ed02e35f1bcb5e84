// Metrics port: turns figures into the text that monitors read. What the figures are is decided by the caller.

import type { Result } from "./net.ts";

export type MetricSample = {
  readonly value: number;
  /** One value for each of the family's label names, in their order. */
  readonly labels: readonly string[];
};

/** One metric with its samples of now. A family keeps its kind and its label names as long as the process lives. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly labelNames: readonly string[];
  readonly samples: readonly MetricSample[];
};

export type MetricPage = { readonly contentType: string; readonly text: string };

export interface Metrics {
  /** Calls `done` later with the text for these families, or with why there is none. Counters may have gone back. */
  render(families: readonly MetricFamily[], done: (result: Result<MetricPage, string>) => void): void;
}
