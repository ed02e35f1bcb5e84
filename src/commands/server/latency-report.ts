// Latency report: the drawing of LATENCY GRAPH and the advice of LATENCY DOCTOR.

import type { LatencyMonitor, LatencySeries } from "./latency-monitor.ts";
import { analyseLatency } from "./latency-monitor.ts";

const ROWS = 4;
/** Heights that one character tells apart. */
const STROKES = "_-`";
const RULE = "-".repeat(80);

/** Draws the samples of one event, a column each, over their age. `nowSeconds`: unix time. */
export function latencyGraph(series: LatencySeries, nowSeconds: number): string {
  const { event, maxMs, samples } = series;
  const durations = samples.map((each) => each.durationMs);
  const high = Math.max(...durations);
  const low = Math.min(...durations);
  const top = ROWS * STROKES.length - 1;
  const levels = durations.map((ms) => (high === low ? 0 : Math.round(((ms - low) / (high - low)) * top)));
  const ages = samples.map((each) => ageText(Math.max(0, Math.floor(nowSeconds) - each.unixSeconds)));

  const lines = [`${event} - high ${high} ms, low ${low} ms (all time high ${maxMs} ms)`, RULE];
  for (let row = ROWS - 1; row >= 0; row--) {
    const base = row * STROKES.length;
    lines.push(levels.map((level) => strokeAt(level - base)).join(""));
  }
  lines.push("");
  const digits = Math.max(...ages.map((each) => each.length));
  for (let i = 0; i < digits; i++) lines.push(ages.map((each) => each[i] ?? " ").join(""));
  return `${lines.join("\n")}\n`;
}

// What a column shows in one row: its end, the body below its end, or nothing.
function strokeAt(level: number): string {
  if (level < 0) return " ";
  return STROKES[level] ?? "#";
}

function ageText(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}

/** What each kind of event points to. */
const adviceByEvent: ReadonlyMap<string, string> = new Map([
  [
    "command",
    "Look at SLOWLOG GET: it names the commands that took long. Large keys take long to delete or expire.",
  ],
  [
    "fast-command",
    "Commands that are fast by design were slow: look for other programs that use the processor.",
  ],
  ["expire-cycle", "Many keys expire at the same moment: spread their times to live."],
  ["eviction-cycle", "Evicting takes long: raise maxmemory, or lower maxmemory-eviction-tenacity."],
  [
    "garbage-collection",
    "The collector of the JavaScript heap paused the server: INFO memory tells the heap's size.",
  ],
]);

/** A report in sentences on all events that were slow. `nowSeconds`: unix time. */
export function latencyDoctor(monitor: LatencyMonitor, nowSeconds: number): string {
  const all = monitor.latest();
  if (all.length === 0 && monitor.thresholdMs === 0) {
    return (
      "Latency monitoring is switched off, so there is nothing to examine. Switch it on by " +
      '"CONFIG SET latency-monitor-threshold <milliseconds>".\n'
    );
  }
  if (all.length === 0) return "No latency spike has been seen since monitoring began.\n";
  const lines = ["Latency spikes have been seen in this server:", ""];
  for (const [i, series] of all.entries()) {
    const { averageMs, deviationMs, maxMs, spanSeconds } = analyseLatency(series, nowSeconds);
    const count = series.samples.length;
    const period = (Math.max(1, spanSeconds) / count).toFixed(2);
    lines.push(
      `${i + 1}. ${series.event}: ${count} latency spikes (average ${Math.round(averageMs)}ms, ` +
        `mean deviation ${Math.round(deviationMs)}ms, period ${period} sec). Worst all time event ${maxMs}ms.`,
    );
  }
  const advice = all.flatMap(({ event }) => adviceByEvent.get(event) ?? []);
  if (advice.length > 0) lines.push("", "What may help:", "", ...advice.map((each) => `- ${each}`));
  return `${lines.join("\n")}\n`;
}
