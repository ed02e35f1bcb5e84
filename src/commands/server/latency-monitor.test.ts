import { expect, test } from "vitest";
import { analyseLatency, LATENCY_SAMPLES_MAX, LatencyMonitor } from "./latency-monitor.ts";
import { latencyDoctor, latencyGraph } from "./latency-report.ts";

test("nothing is kept below the threshold, or while it is 0", () => {
  const limits = { latencyMonitorThreshold: 0 };
  const monitor = new LatencyMonitor(limits);
  monitor.maybeAdd("command", 500, 1000);
  limits.latencyMonitorThreshold = 100;
  monitor.maybeAdd("command", 99, 1000);
  expect(monitor.latest()).toEqual([]);
  monitor.maybeAdd("command", 100, 1000.7);
  expect(monitor.history("command")?.samples).toEqual([{ unixSeconds: 1000, durationMs: 100 }]);
});

test("a second keeps its worst sample, and an event its latest 160 and the worst ever", () => {
  const monitor = new LatencyMonitor({ latencyMonitorThreshold: 1 });
  monitor.maybeAdd("command", 900, 0);
  for (let second = 1; second <= LATENCY_SAMPLES_MAX; second++) {
    for (const ms of [5, 7, 6]) monitor.maybeAdd("command", ms, second);
  }
  const series = monitor.history("command");
  expect(series?.maxMs).toBe(900);
  expect(series?.samples.length).toBe(LATENCY_SAMPLES_MAX);
  expect(series?.samples.every(({ durationMs }) => durationMs === 7)).toBe(true);
  expect(series?.samples[0]?.unixSeconds).toBe(1);
});

test("a reset forgets one event or all, and tells how many", () => {
  const monitor = new LatencyMonitor({ latencyMonitorThreshold: 1 });
  for (const event of ["a", "b", "c"]) monitor.maybeAdd(event, 2, 1);
  expect(monitor.reset("a")).toBe(1);
  expect(monitor.reset("a")).toBe(0);
  expect(monitor.latest().map(({ event }) => event)).toEqual(["b", "c"]);
  expect(monitor.reset()).toBe(2);
});

test("the graph, the figures and the report show what was slow", () => {
  const monitor = new LatencyMonitor({ latencyMonitorThreshold: 1 });
  for (const [second, ms] of [
    [100, 10],
    [160, 120],
    [215, 65],
  ] as const) {
    monitor.maybeAdd("command", ms, second);
  }
  const series = monitor.history("command");
  expect(series).toBeDefined();
  if (series === undefined) return;
  expect(latencyGraph(series, 220).split("\n")).toEqual([
    "command - high 120 ms, low 10 ms (all time high 120 ms)",
    "-".repeat(80),
    " ` ",
    " #_",
    " ##",
    "_##",
    "",
    "215",
    "mms",
    "",
  ]);
  expect(analyseLatency(series, 220)).toMatchObject({
    averageMs: 65,
    minMs: 10,
    maxMs: 120,
    spanSeconds: 120,
  });
  expect(latencyDoctor(monitor, 220)).toContain(
    "1. command: 3 latency spikes (average 65ms, mean deviation 37ms",
  );
});
