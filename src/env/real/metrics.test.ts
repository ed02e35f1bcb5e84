import { expect, test } from "vitest";
import type { MetricFamily, MetricPage, Metrics } from "../metrics.ts";
import { realMetrics } from "./metrics.ts";

const hits: MetricFamily = {
  name: "hits_total",
  help: "Hits.",
  kind: "counter",
  labelNames: [],
  samples: [{ value: 7, labels: [] }],
};
const keys: MetricFamily = {
  name: "keys",
  help: "Keys.",
  kind: "gauge",
  labelNames: ["db", "note"],
  samples: [
    { value: 1.5, labels: ["db0", 'a "b" \\ \n c'] },
    { value: -2, labels: ["db1", ""] },
  ],
};

function render(metrics: Metrics, ...families: readonly MetricFamily[]): Promise<MetricPage> {
  return new Promise((resolve, reject) => {
    metrics.render(families, (page) => (page.ok ? resolve(page.value) : reject(new Error(page.fault))));
  });
}

test("families are written in Prometheus's text format, labels escaped", async () => {
  const { contentType, text } = await render(realMetrics(), hits, keys);
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(text.split("\n").filter((line) => line !== "")).toEqual([
    "# HELP hits_total Hits.",
    "# TYPE hits_total counter",
    "hits_total 7",
    "# HELP keys Keys.",
    "# TYPE keys gauge",
    'keys{db="db0",note="a \\"b\\" \\\\ \\n c"} 1.5',
    'keys{db="db1",note=""} -2',
  ]);
});

test("a page shows the samples of its own call alone: nothing adds up, goes stale or is invented", async () => {
  const metrics = realMetrics();
  await render(metrics, hits, keys);
  const page = await render(
    metrics,
    { ...hits, samples: [{ value: 3, labels: [] }] },
    { ...keys, samples: [{ value: 4, labels: ["db2", "x"] }] },
  );
  expect(page.text.split("\n").filter((line) => /^[a-z]/.test(line))).toEqual([
    "hits_total 3",
    'keys{db="db2",note="x"} 4',
  ]);
  const empty = await render(metrics, { ...hits, samples: [] }, { ...keys, samples: [] });
  expect(empty.text.split("\n").filter((line) => /^[a-z]/.test(line))).toEqual([]);
});

test("pages asked for at once are each of their own moment", async () => {
  const metrics = realMetrics();
  const pages = await Promise.all(
    [1, 2, 3].map((value) => render(metrics, { ...hits, samples: [{ value, labels: [] }] })),
  );
  expect(pages.map(({ text }) => /^hits_total (\d)$/m.exec(text)?.[1])).toEqual(["1", "2", "3"]);
});

test("what cannot be written is a fault, not an exception, and the next page is whole again", async () => {
  const metrics = realMetrics();
  const backwards = { ...hits, samples: [{ value: -1, labels: [] }] };
  await expect(render(metrics, backwards)).rejects.toThrow("decrease a counter");
  expect((await render(metrics, hits)).text).toContain("hits_total 7");
});
