// Bars: what a report's figures are held against, and whether they keep to it.
//
// Role: pure. A bar is data: the report's series it reads, the figure it makes of them, and the limit. A bar without
// a limit is reported only. A bar over several series takes the worst of them and names it.
// Invariant: a bar whose series were not all measured does not hold, however good the measured ones are.

import { groupTitles, typeTitles } from "./collection-load.ts";
import { removals } from "./removals.ts";
import { scriptRow } from "./rows.ts";
import { figures, geometricMean, type Report, ratios, type Series } from "./samples.ts";
import { alwaysPart, everysecPart, slowAlwaysParts, snapshotGroups } from "./snapshot-parts.ts";

export type Bar = {
  readonly measured: string;
  readonly unit: "ratio" | "ms" | "B" | "keys/s";
  readonly limit: { readonly most: number } | { readonly below: number } | { readonly least: number } | null;
  readonly figure: number | undefined;
  /** Which series has the figure, or over how many it is the mean. */
  readonly of: string;
  /** Series that the bar is about and that could not be measured. */
  readonly missing: readonly string[];
};

type Value = { readonly name: string; readonly value: number | undefined };

const cpu = "cpuUsPerOp";
const namedMax = 3;

/** The bars of a report, in the order in which they are shown; none for a kind without any. */
export function bars(report: Report): Bar[] {
  switch (report.kind) {
    case "commands":
      return commandBars(report.series);
    case "collections":
      return collectionBars(report.series);
    case "removal":
      return removalBars(report.series);
    case "snapshot":
      return snapshotBars(report.series);
    default:
      return [];
  }
}

/** True if the figure keeps to the limit; undefined for a bar without one, or without a figure. */
export function holds({ limit, figure, missing }: Bar): boolean | undefined {
  if (limit === null) return undefined;
  if (missing.length > 0) return false;
  if (figure === undefined) return undefined;
  if ("least" in limit) return figure >= limit.least;
  return "most" in limit ? figure <= limit.most : figure < limit.below;
}

/** The bars as a Markdown table. */
export function barTable(list: readonly Bar[]): string {
  const lines = list.map((bar) => {
    const { measured, unit, figure, of, missing } = bar;
    const shown =
      figure === undefined
        ? "–"
        : `${unit === "keys/s" ? whole(figure) : figure.toFixed(2)}${of === "" ? "" : ` (${of})`}`;
    const gaps = missing.length === 0 ? "" : `; not measured: ${some(missing)}`;
    return `| ${measured} | ${limitText(bar)} | ${shown}${gaps} | ${verdict(bar)} |`;
  });
  return ["| measured | bar | figure | holds |", "| --- | ---: | ---: | --- |", ...lines].join("\n");
}

function some(names: readonly string[]): string {
  return names.length <= namedMax
    ? names.join(", ")
    : `${names.slice(0, namedMax).join(", ")} and ${names.length - namedMax} more`;
}

function limitText({ limit, unit }: Bar): string {
  if (limit === null) return "reported";
  const text = boundText(limit);
  return unit === "ratio" ? text : `${text} ${unit}`;
}

function boundText(limit: NonNullable<Bar["limit"]>): string {
  if ("least" in limit) return `≥ ${decimal(limit.least)}`;
  return "most" in limit ? `≤ ${decimal(limit.most)}` : `< ${decimal(limit.below)}`;
}

function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

// Two decimals where there are any: 2, 0.60.
function decimal(value: number): string {
  return Number.isInteger(value) ? whole(value) : value.toFixed(2);
}

function verdict(bar: Bar): string {
  if (bar.limit === null) return "";
  const answer = holds(bar);
  return answer === undefined ? "–" : answer ? "yes" : "**no**";
}

function commandBars(all: readonly Series[]): Bar[] {
  const series = all.filter(({ name }) => name !== scriptRow); // Held against a bar of its own.
  const scripts = ratiosOf(
    all.filter(({ name }) => name === scriptRow),
    ({ group }) => group,
  );
  const at = (group: string): Value[] => ratiosOf(series.filter((one) => one.group === group));
  const everywhere = ratiosOf(series, (one) => `${one.name} at ${one.group}`);
  const list: Bar[] = [];
  if (at("P=1").length > 0) {
    list.push(mean("CPU per operation at P=1, geometric mean", at("P=1"), 1.1));
    list.push(worst("CPU per operation at P=1, worst row", "ratio", at("P=1"), { most: 1.1 }));
  }
  if (at("P=16").length > 0) list.push(mean("CPU per operation at P=16, geometric mean", at("P=16"), 0.9));
  list.push(worst("CPU per operation, worst row", "ratio", everywhere, { most: 1.25 }));
  if (scripts.length > 0) {
    list.push(worst("CPU per EVAL of a script of one line", "ratio", scripts, { most: 3 }));
  }
  return list;
}

function collectionBars(series: readonly Series[]): Bar[] {
  const list = series.map((one): Bar => {
    const isSmall = one.group === groupTitles.small;
    const isPacked = one.name === typeTitles.list || one.name === typeTitles.stream;
    const metric = isSmall ? "rssAnonBytesPerKey" : "rssAnonBytesPerElement";
    const limits = isSmall ? (isPacked ? null : { most: 0.8 }) : isPacked ? { most: 1.05 } : { most: 0.6 };
    const value: Value = { name: one.name, value: ratios(one, metric)?.median };
    const title = `${one.group}, ${one.name}: bytes per ${isSmall ? "key" : "element"}`;
    return { ...worst(title, "ratio", [value], limits), of: "" };
  });
  const heap = series.map((one): Value => {
    return {
      name: `${one.name}, ${one.group.toLowerCase()}`,
      value: figures(one, "candidate", "heapBytesPerElement")?.max,
    };
  });
  return [...list, worst("JavaScript heap growth per element", "B", heap, { below: 1 })];
}

function removalBars(series: readonly Series[]): Bar[] {
  return removals.flatMap(({ title, removes, turnMsMax }) => {
    const values = series
      .filter(({ group }) => group === title)
      .map((one): Value => {
        return { name: one.name, value: figures(one, "candidate", "longestTurnMs")?.max };
      });
    if (!removes || values.length === 0) return [];
    const limit = turnMsMax === undefined ? null : { most: turnMsMax };
    return [worst(`${title}: longest turn of the loop`, "ms", values, limit)];
  });
}

// A pause of any round counts, and of what varies from run to run the median.
function snapshotBars(series: readonly Series[]): Bar[] {
  const worstOf = (group: string, metric: string, pick: "min" | "median" | "max"): Value[] =>
    series
      .filter((one) => one.group === group)
      .map((one) => ({ name: one.name, value: figures(one, "candidate", metric)?.[pick] }));
  const ofPart = (metric: string, part: string): Value[] =>
    series
      .filter((one) => one.name === part)
      .map((one) => ({ name: one.name, value: figures(one, "candidate", metric)?.median }));
  const { making, loading } = snapshotGroups;
  const list = [
    worst("longest turn of the loop while a file is made", "ms", worstOf(making, "longestTurnMs", "max"), {
      most: 5,
    }),
    least(
      "throughput while a file is made, of that before",
      "ratio",
      worstOf(making, "throughputShare", "median"),
      0.7,
    ),
    worst(
      "memory that making a file takes, of the data set",
      "ratio",
      worstOf(making, "overheadShare", "max"),
      {
        most: 0.15,
      },
    ),
    least("keys loaded per second", "keys/s", worstOf(loading, "keysPerSecond", "median"), 500_000),
    worst(
      "CPU per SET at P=16 with everysec, of that without a log",
      "ratio",
      ofPart("cpuOfLogRatio", everysecPart),
      {
        most: 1.25,
      },
    ),
    least(
      "writes with always, of what the disk allows",
      "ratio",
      ofPart("groupCommitShare", alwaysPart),
      0.9,
    ),
    ...[...slowAlwaysParts].map(([part, ms]) =>
      least(`the same, where each sync takes ${ms} ms more`, "ratio", ofPart("groupCommitShare", part), 0.9),
    ),
  ];
  return list.filter(({ figure, missing }) => figure !== undefined || missing.length > 0);
}

function ratiosOf(series: readonly Series[], name = (one: Series): string => one.name): Value[] {
  return series.map((one) => ({ name: name(one), value: ratios(one, cpu)?.median }));
}

function mean(measured: string, values: readonly Value[], most: number): Bar {
  const known = values.flatMap(({ value }) => value ?? []);
  const of = `rows: ${known.length}`;
  return {
    measured,
    unit: "ratio",
    limit: { most },
    figure: geometricMean(known),
    of,
    missing: unknown(values),
  };
}

function worst(measured: string, unit: Bar["unit"], values: readonly Value[], limit: Bar["limit"]): Bar {
  let found: { name: string; value: number } | undefined;
  for (const { name, value } of values) {
    if (value !== undefined && (found === undefined || value > found.value)) found = { name, value };
  }
  return {
    measured,
    unit,
    limit,
    figure: found?.value,
    of: found?.name ?? "",
    missing: unknown(values),
  };
}

function least(measured: string, unit: Bar["unit"], values: readonly Value[], bound: number): Bar {
  const negated = values.map(({ name, value }) => ({
    name,
    value: value === undefined ? undefined : -value,
  }));
  const bar = worst(measured, unit, negated, { least: bound });
  return { ...bar, figure: bar.figure === undefined ? undefined : -bar.figure };
}

function unknown(values: readonly Value[]): string[] {
  return values.flatMap(({ name, value }) => (value === undefined ? [name] : []));
}
