// Report: Markdown tables from a report's raw samples, and the files under results/.
//
// Role: the same text is printed after a run and written into README.md by table.ts. Pure but for writeReport.
// Every ratio is candidate / stock and reads "median (min-max)" over the rounds; for throughput more is better,
// for everything else less.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bars, barTable } from "./bars.ts";
import { chart } from "./chart.ts";
import {
  figures,
  geometricMean,
  type Report,
  type ReportKind,
  ratios,
  type Series,
  type Side,
  type Spread,
} from "./samples.ts";

type Format = (value: number) => string;
type Metric = {
  readonly metric: string;
  readonly title: string;
  readonly format: Format;
  readonly isKey: boolean;
};

const none = "–";
const megabyte = 1024 * 1024;

/** Where a run writes. Trial runs (quick, or not against stock Redis) never overwrite the committed results. */
export function outputFile(kind: ReportKind, options: { out: string | undefined; trial: boolean }): string {
  const name = options.trial ? `${kind}-trial.json` : `${kind}.json`;
  return options.out ?? path.join(import.meta.dirname, "results", name);
}

/** Writes the JSON and, beside it, the chart; prints the tables when asked to. */
export function writeReport(file: string, report: Report, options: { print: boolean }): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
  const picture = file.replace(/(\.json)?$/, ".svg");
  writeFileSync(picture, chart(report));
  if (!options.print) return;
  console.log(`\n${render(report)}\n\nwrote ${path.relative(".", file)} and ${path.relative(".", picture)}`);
}

/** Reads a report written by `writeReport`. */
export function readReport(file: string): Report {
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  if (report.schema !== 1) throw new Error(`${file} has schema ${report.schema}; this program reads 1`);
  return report;
}

/** The whole report as Markdown: where it was measured, then its tables. */
export function render(report: Report): string {
  const held = bars(report);
  const body = [...tables(report), held.length === 0 ? "" : `**Bars**\n\n${barTable(held)}`];
  return [provenance(report), ...body].filter((part) => part !== "").join("\n\n");
}

function tables(report: Report): string[] {
  switch (report.kind) {
    case "commands":
      return commandTables(report);
    case "removal":
      return removalTables(report);
    case "snapshot":
      return metricTables(report, snapshotMetrics);
    default:
      return metricTables(report, memoryMetrics);
  }
}

function provenance({ kind, machine, servers, settings }: Report): string {
  const versions = [servers.stock, servers.candidate].flatMap((server) =>
    server === null ? [] : [`${server.label} ${server.version}`],
  );
  const conditions = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  const pinned = machine.pinned ? "server on core 0, client on core 1" : "not pinned";
  return [
    `${machine.cpu}, ${machine.cores} cores (${pinned}), ${machine.kernel}, Node ${machine.node}; ${versions.join(", ")};`,
    `commit ${machine.commit}, ${machine.date.slice(0, 10)}; ${conditions.join(", ")}.`,
    kind === "removal"
      ? "Every figure is the worst of the rounds."
      : "Ratios are to stock Redis: median of the rounds (min–max).",
  ].join("\n");
}

function commandTables(report: Report): string[] {
  const { stock, candidate } = labels(report);
  const columns = [
    "Command",
    ...[`${stock} req/s`, `${candidate} req/s`, "ratio"],
    ...[`p50 ms ${stock} / ${candidate}`, "ratio"],
    ...[`p99 ms ${stock} / ${candidate}`, "ratio"],
    ...[`CPU µs/op ${stock} / ${candidate}`, "ratio"],
  ];
  return groups(report).flatMap(([group, series]) => {
    const lines = series.map((one) => {
      if (one.state !== "measured") return [one.name, stateText(one), ...Array<string>(8).fill("")];
      return [
        one.name,
        figure(one, "stock", "rps", whole),
        figure(one, "candidate", "rps", whole),
        ratio(one, "rps"),
        ...["p50Ms", "p99Ms"].flatMap((metric) => [pair(one, metric, decimals(3)), ratio(one, metric)]),
        ...[pair(one, "cpuUsPerOp", decimals(2)), ratio(one, "cpuUsPerOp")],
      ];
    });
    return [`**${group}**`, table(columns, lines), groupMeans(group, series)];
  });
}

function groupMeans(group: string, series: readonly Series[]): string {
  const mean = (metric: string): string => {
    const medians = series.flatMap((one) => ratios(one, metric)?.median ?? []);
    const value = geometricMean(medians);
    return value === undefined ? none : value.toFixed(2);
  };
  if (mean("rps") === none) return "";
  return (
    `Geometric mean of the ratios at ${group}: throughput ${mean("rps")}, p50 ${mean("p50Ms")}, ` +
    `p99 ${mean("p99Ms")}, CPU per operation ${mean("cpuUsPerOp")}.`
  );
}

// Every figure that a memory report may hold, in the order of its tables. `isKey` figures are the columns of a
// group of several series; the others of such a group are in the JSON only.
const memoryMetrics: readonly Metric[] = [
  { metric: "rssBytes", title: "RSS, MB", format: megabytes, isKey: true },
  { metric: "rssAnonBytes", title: "private (RssAnon), MB", format: megabytes, isKey: true },
  { metric: "pssBytes", title: "proportional (Pss), MB", format: megabytes, isKey: false },
  { metric: "usedMemoryBytes", title: "`used_memory`, MB", format: megabytes, isKey: false },
  { metric: "rssAnonBytesPerConnection", title: "private bytes per connection", format: whole, isKey: true },
  {
    metric: "rssAnonAtOnceBytesPerConnection",
    title: "the same before the rest",
    format: whole,
    isKey: false,
  },
  { metric: "rssBytesPerConnection", title: "RSS bytes per connection", format: whole, isKey: false },
  {
    metric: "usedMemoryBytesPerConnection",
    title: "`used_memory` per connection",
    format: whole,
    isKey: false,
  },
  { metric: "rssAnonBytesPerKey", title: "private bytes per key", format: decimals(1), isKey: true },
  {
    metric: "rssAnonAtOnceBytesPerKey",
    title: "the same before the rest",
    format: decimals(1),
    isKey: false,
  },
  {
    metric: "rssAnonAfterGcBytesPerKey",
    title: "the same after a collection",
    format: decimals(1),
    isKey: false,
  },
  { metric: "rssBytesPerKey", title: "RSS bytes per key", format: decimals(1), isKey: false },
  { metric: "usedMemoryBytesPerKey", title: "`used_memory` per key", format: decimals(1), isKey: true },
  {
    metric: "rssAnonBytesPerElement",
    title: "private bytes per element",
    format: decimals(1),
    isKey: true,
  },
  {
    metric: "rssAnonAfterGcBytesPerElement",
    title: "the same after a collection",
    format: decimals(1),
    isKey: false,
  },
  {
    metric: "usedMemoryBytesPerElement",
    title: "`used_memory` per element",
    format: decimals(1),
    isKey: true,
  },
  {
    metric: "heapBytesPerElement",
    title: "JavaScript heap bytes per element",
    format: decimals(2),
    isKey: true,
  },
  { metric: "rssAnonWarmingBytes", title: "growth by warming, MB", format: megabytes, isKey: true },
  { metric: "elementsPerSecond", title: "elements loaded per second", format: whole, isKey: true },
  { metric: "heapBytesPerKey", title: "JavaScript heap bytes per key", format: decimals(2), isKey: true },
  { metric: "keysPerSecond", title: "keys loaded per second", format: whole, isKey: false },
  { metric: "longestPingMs", title: "longest PING while loading, ms", format: decimals(1), isKey: true },
  { metric: "pingP99Ms", title: "p99 of PING while loading, ms", format: decimals(2), isKey: false },
  { metric: "longestTurnMs", title: "longest turn, ms", format: decimals(1), isKey: true },
  { metric: "longestGcMs", title: "longest collection, ms", format: decimals(1), isKey: true },
  {
    metric: "clientLatenessMs",
    title: "the PING client's own worst delay, ms",
    format: decimals(1),
    isKey: false,
  },
];

// The same of a snapshot report.
const snapshotMetrics: readonly Metric[] = [
  { metric: "keysPerSecond", title: "keys loaded per second", format: whole, isKey: true },
  { metric: "loadingSeconds", title: "loading, s", format: decimals(2), isKey: true },
  { metric: "throughputShare", title: "throughput, of that before", format: decimals(2), isKey: true },
  { metric: "rpsBefore", title: "requests per second before", format: whole, isKey: true },
  { metric: "rpsDuring", title: "requests per second meanwhile", format: whole, isKey: true },
  { metric: "overheadShare", title: "memory taken, of the data set", format: decimals(3), isKey: true },
  { metric: "makingSeconds", title: "making it, s", format: decimals(1), isKey: true },
  { metric: "longestTurnMs", title: "longest turn, ms", format: decimals(1), isKey: true },
  { metric: "longestTurnBeforeMs", title: "longest turn before, ms", format: decimals(1), isKey: true },
  { metric: "longestPingMs", title: "longest PING, ms", format: decimals(1), isKey: true },
  { metric: "longestPingBeforeMs", title: "longest PING before, ms", format: decimals(1), isKey: true },
  { metric: "longestGcMs", title: "longest collection, ms", format: decimals(1), isKey: true },
  { metric: "cpuUsPerOpWithout", title: "CPU µs/op without a log", format: decimals(2), isKey: true },
  { metric: "cpuUsPerOpWith", title: "CPU µs/op with it", format: decimals(2), isKey: true },
  { metric: "cpuOfLogRatio", title: "with / without", format: decimals(2), isKey: true },
  { metric: "rpsAlways", title: "writes per second", format: whole, isKey: true },
  { metric: "limitRps", title: "what a plain loop allows", format: whole, isKey: true },
  { metric: "groupCommitShare", title: "share of it", format: decimals(2), isKey: true },
];

function metricTables(report: Report, metrics: readonly Metric[]): string[] {
  return groups(report).flatMap(([group, series]) => [
    `**${group}**`,
    series.length > 1 ? wideTable(report, series, metrics) : tallTable(report, series, metrics),
  ]);
}

// A line for each series, columns for the key figures that any of them has.
function wideTable(report: Report, series: readonly Series[], metrics: readonly Metric[]): string {
  const { stock, candidate } = labels(report);
  const shown = metrics.filter(({ metric, isKey }) => isKey && series.some((one) => hasFigure(one, metric)));
  const isShared = (metric: string): boolean => series.some((one) => ratios(one, metric) !== undefined);
  const columns = shown.flatMap(({ metric, title }) =>
    isShared(metric) ? [`${title}: ${stock} / ${candidate}`, "ratio"] : [title],
  );
  const lines = series.map((one) => {
    if (one.state !== "measured") return [one.name, stateText(one), ...columns.slice(1).fill("")];
    const cells = shown.flatMap(({ metric, format }) =>
      isShared(metric)
        ? [pair(one, metric, format), ratio(one, metric)]
        : [figure(one, "candidate", metric, format)],
    );
    return [one.name, ...cells];
  });
  return table(["", ...columns], lines);
}

// A line for each figure.
function tallTable(report: Report, series: readonly Series[], metrics: readonly Metric[]): string {
  const { stock, candidate } = labels(report);
  const lines = series.flatMap((one) => {
    if (one.state !== "measured") return [[one.name, stateText(one), "", "", ""]];
    return metrics
      .filter(({ metric }) => hasFigure(one, metric))
      .map(({ metric, title, format }, index) => [
        index === 0 ? one.name : "",
        title,
        figure(one, "stock", metric, format),
        figure(one, "candidate", metric, format),
        ratio(one, metric),
      ]);
  });
  return table(["", "Figure", stock, candidate, "ratio"], lines);
}

// What happened while a large collection was removed. `figure` is of the worst round: one long pause is one too many.
const removalMetrics: readonly { metric: string; title: string; digits: number }[] = [
  { metric: "longestTurnMs", title: "longest turn of the loop, ms", digits: 2 },
  { metric: "commandMs", title: "the command itself, ms", digits: 2 },
  { metric: "longestPingMs", title: "longest PING meanwhile, ms", digits: 1 },
  { metric: "clientLatenessMs", title: "the PING client's own worst delay, ms", digits: 1 },
  { metric: "longestGcMs", title: "longest collection, ms", digits: 1 },
];

function removalTables(report: Report): string[] {
  const { stock, candidate } = labels(report);
  return groups(report).flatMap(([group, series]) => {
    const shown = removalMetrics.filter(({ metric }) => series.some((one) => hasFigure(one, metric)));
    const isShared = (metric: string): boolean =>
      series.some((one) => figures(one, "stock", metric) !== undefined);
    const columns = shown.map(({ metric, title }) =>
      isShared(metric) ? `${title}: ${stock} / ${candidate}` : title,
    );
    const lines = series.map((one) => {
      if (one.state !== "measured") return [one.name, stateText(one), ...columns.slice(1).fill("")];
      return [
        one.name,
        ...shown.map(({ metric, digits }) => {
          const side = (which: Side): string => figure(one, which, metric, decimals(digits), "max");
          return isShared(metric) ? `${side("stock")} / ${side("candidate")}` : side("candidate");
        }),
      ];
    });
    return [`**${group}**`, table(["", ...columns], lines)];
  });
}

function hasFigure(series: Series, metric: string): boolean {
  return (figures(series, "stock", metric) ?? figures(series, "candidate", metric)) !== undefined;
}

function groups(report: Report): [string, Series[]][] {
  const byGroup = new Map<string, Series[]>();
  for (const series of report.series) {
    const group = byGroup.get(series.group);
    if (group === undefined) byGroup.set(series.group, [series]);
    else group.push(series);
  }
  return [...byGroup];
}

function labels({ servers }: Report): { stock: string; candidate: string } {
  return { stock: servers.stock?.label ?? "Redis", candidate: servers.candidate.label };
}

function stateText(series: Series): string {
  return `${series.state}${series.reason === null ? "" : `: ${series.reason.split("\n", 1)[0]}`}`.replaceAll(
    "|",
    "\\|",
  );
}

function ratio(series: Series, metric: string): string {
  const spread = ratios(series, metric);
  if (spread === undefined) return none;
  const two = decimals(2);
  return `${two(spread.median)} (${two(spread.min)}–${two(spread.max)})`;
}

function pair(series: Series, metric: string, format: Format): string {
  return `${figure(series, "stock", metric, format)} / ${figure(series, "candidate", metric, format)}`;
}

function figure(
  series: Series,
  side: Side,
  metric: string,
  format: Format,
  which: keyof Spread = "median",
): string {
  const spread = figures(series, side, metric);
  return spread === undefined ? none : format(spread[which]);
}

function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

function megabytes(value: number): string {
  return (value / megabyte).toFixed(1);
}

function decimals(count: number): Format {
  return (value) => value.toFixed(count);
}

// The first column is text, all others are numbers.
function table(columns: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = columns.map((_, index) => (index === 0 ? "---" : "---:"));
  return [row(columns), row(rule), ...lines.map(row)].join("\n");
}
