// Real metrics: prom-client writes the text; it counts nothing itself.
//
// Role: one registry of our own, whose metrics are filled in `collect` from the families given to `render`. The
// server counts in plain numbers, since an observation of prom-client costs as much as a whole command.
// Invariant: all metrics of a page are of one moment. prom-client calls every `collect` before it first waits, so
// `current` is read to the end before another `render` can replace it.

import { Counter, Gauge, Registry } from "prom-client";
import type { MetricFamily, Metrics } from "../metrics.ts";

export function realMetrics(): Metrics {
  const registry = new Registry();
  let current: ReadonlyMap<string, MetricFamily> = new Map();
  const samplesOf = (name: string): MetricFamily["samples"] => current.get(name)?.samples ?? [];
  return {
    render(families, done) {
      current = new Map(families.map((family) => [family.name, family]));
      for (const family of families) {
        if (registry.getSingleMetric(family.name) === undefined) register(registry, family, samplesOf);
      }
      registry.metrics().then(
        (text) => done({ ok: true, value: { contentType: registry.contentType, text } }),
        (error: unknown) =>
          done({ ok: false, fault: error instanceof Error ? error.message : String(error) }),
      );
    },
  };
}

function register(
  registry: Registry,
  { name, help, kind, labelNames }: MetricFamily,
  samplesOf: (name: string) => MetricFamily["samples"],
): void {
  const labelsOf = (values: readonly string[]): Record<string, string> =>
    Object.fromEntries(labelNames.map((label, i) => [label, values[i] ?? ""]));
  const shape = { name, help, labelNames: [...labelNames], registers: [registry] };
  if (kind === "counter") {
    new Counter({
      ...shape,
      collect() {
        this.reset();
        this.remove({}); // The 0 that a metric without labels is reset to.
        for (const { value, labels } of samplesOf(name)) this.inc(labelsOf(labels), value);
      },
    });
  } else {
    new Gauge({
      ...shape,
      collect() {
        this.reset();
        this.remove({});
        for (const { value, labels } of samplesOf(name)) this.set(labelsOf(labels), value);
      },
    });
  }
}
