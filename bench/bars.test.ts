import { expect, test } from "vitest";
import { type Bar, bars, barTable, holds } from "./bars.ts";
import { groupTitles } from "./collection-load.ts";
import type { Report, Sample, Series } from "./samples.ts";
import { alwaysPart, everysecPart, snapshotGroups } from "./snapshot-parts.ts";

const commands: Report = {
  kind: "commands",
  schema: 1,
  machine: {
    cpu: "Test CPU",
    cores: 2,
    memoryBytes: 1,
    kernel: "Linux 6",
    node: "v24",
    redisBenchmark: "redis-benchmark 7.0.15",
    commit: "abc",
    date: "2026-01-02T03:04:05.000Z",
    pinned: true,
  },
  settings: {},
  servers: {
    stock: { label: "Redis", command: "redis-server", version: "7.0.15" },
    candidate: { label: "Shadis", command: "node src/main.ts", version: "0.1.0" },
  },
  series: [
    row("SET", "P=1", [1.0, 1.2, 1.1]),
    row("GET", "P=1", [1.0]),
    row("SET", "P=16", [0.5]),
    row("GET", "P=16", [2.0]),
  ],
};

const bar: Bar = {
  measured: "x",
  unit: "ratio",
  limit: { most: 1.1 },
  figure: 1.1,
  of: "",
  missing: [],
};

// One sample of each side for each ratio, in rounds of their own.
function row(name: string, group: string, cpuRatios: readonly number[]): Series {
  const samples = cpuRatios.flatMap((ratio, round) => [
    { round, side: "stock", metrics: { cpuUsPerOp: 10 } } as const,
    { round, side: "candidate", metrics: { cpuUsPerOp: 10 * ratio } } as const,
  ]);
  return { name, group, state: "measured", reason: null, samples };
}

function collection(name: string, group: string, metrics: Record<string, number>): Series {
  const samples = [
    { round: 0, side: "stock", metrics: { rssAnonBytesPerKey: 100, rssAnonBytesPerElement: 100 } } as const,
    { round: 0, side: "candidate", metrics } as const,
  ];
  return { name, group, state: "measured", reason: null, samples };
}

// A series of the longest turns of some rounds.
function turns(group: string, name: string, longest: readonly number[]): Series {
  const samples = longest.map((longestTurnMs, round) => {
    return { round, side: "candidate", metrics: { longestTurnMs } } as const;
  });
  return { name, group, state: "measured", reason: null, samples };
}

test("commands are held to a mean and a worst row at P=1, a mean at P=16 and a worst row anywhere", () => {
  expect(barTable(bars(commands))).toMatchInlineSnapshot(`
    "| measured | bar | figure | holds |
    | --- | ---: | ---: | --- |
    | CPU per operation at P=1, geometric mean | ≤ 1.10 | 1.05 (rows: 2) | yes |
    | CPU per operation at P=1, worst row | ≤ 1.10 | 1.10 (SET) | yes |
    | CPU per operation at P=16, geometric mean | ≤ 0.90 | 1.00 (rows: 2) | **no** |
    | CPU per operation, worst row | ≤ 1.25 | 2.00 (GET at P=16) | **no** |"
  `);
});

test("a row that was not measured fails the bars it belongs to and no other", () => {
  const failed: Series = { ...row("SPOP", "P=16", []), state: "failed", reason: "no" };
  const found = bars({ ...commands, series: [...commands.series.slice(0, 3), failed] });
  expect(found.map(({ missing }) => missing)).toEqual([[], [], ["SPOP"], ["SPOP at P=16"]]);
  expect(found.map(holds)).toEqual([true, true, false, false]);
  expect(barTable(found)).toContain("| 0.50 (rows: 1); not measured: SPOP | **no** |");
});

test("EVAL has a limit of its own, and counts in no other bar", () => {
  const report: Report = {
    ...commands,
    series: [row("SET", "P=1", [1]), row("EVAL", "P=1", [1.5]), row("EVAL", "P=16", [3.5])],
  };
  const list = bars(report).filter(({ figure }) => figure !== undefined);
  expect(list.map(({ figure, of }) => `${figure} ${of}`)).toEqual([
    "1 rows: 1",
    "1 SET",
    "1 SET at P=1",
    "3.5 P=16",
  ]);
  expect(holds(list.at(-1) as Bar)).toBe(false);
});

test("large hashes, sets and sorted sets have one limit, lists and streams another, small ones a third or none", () => {
  const report: Report = {
    ...commands,
    kind: "collections",
    series: [
      collection("hash", groupTitles.small, { rssAnonBytesPerKey: 81, heapBytesPerElement: 0.1 }),
      collection("stream", groupTitles.small, { rssAnonBytesPerKey: 500, heapBytesPerElement: 0.1 }),
      collection("hash", groupTitles.large, { rssAnonBytesPerElement: 60, heapBytesPerElement: 1 }),
      collection("list", groupTitles.large, { rssAnonBytesPerElement: 100, heapBytesPerElement: -3 }),
    ],
  };
  expect(barTable(bars(report))).toMatchInlineSnapshot(`
    "| measured | bar | figure | holds |
    | --- | ---: | ---: | --- |
    | Collections of 10 elements, hash: bytes per key | ≤ 0.80 | 0.81 | **no** |
    | Collections of 10 elements, stream: bytes per key | reported | 5.00 |  |
    | One large collection, hash: bytes per element | ≤ 0.60 | 0.60 | yes |
    | One large collection, list: bytes per element | ≤ 1.05 | 1.00 | yes |
    | JavaScript heap growth per element | < 1 B | 1.00 (hash, one large collection) | **no** |"
  `);
});

test("one long turn in one round of one type fails UNLINK; DEL is reported, and what happens without a command is not", () => {
  const report: Report = {
    ...commands,
    kind: "removal",
    series: [
      turns("No command", "hash", [9]),
      turns("UNLINK", "hash", [0.1, 0.2]),
      turns("UNLINK", "list", [0.1, 2.5]),
      turns("Expiry", "hash", [2]),
      turns("DEL", "hash", [8]),
    ],
  };
  expect(barTable(bars(report))).toMatchInlineSnapshot(`
    "| measured | bar | figure | holds |
    | --- | ---: | ---: | --- |
    | UNLINK: longest turn of the loop | ≤ 2 ms | 2.50 (list) | **no** |
    | Expiry: longest turn of the loop | ≤ 2 ms | 2.00 (hash) | yes |
    | DEL: longest turn of the loop | reported | 8.00 (hash) |  |"
  `);
});

test("snapshots: a pause of any round counts, the median of what varies, and a part that is missing fails its bars", () => {
  const part = (name: string, group: string, figures: readonly Record<string, number>[]): Series => {
    const samples = figures.map((metrics, round): Sample => ({ round, side: "candidate", metrics }));
    return { name, group, state: samples.length === 0 ? "failed" : "measured", reason: null, samples };
  };
  const making = { throughputShare: 0.8, overheadShare: 0.1 };
  const report: Report = {
    ...commands,
    kind: "snapshot",
    series: [
      part("BGSAVE", snapshotGroups.making, [
        { ...making, longestTurnMs: 5 },
        { ...making, longestTurnMs: 5.01 },
        { ...making, longestTurnMs: 2, throughputShare: 0.4 },
      ]),
      part("dump.rdb", snapshotGroups.loading, [{ keysPerSecond: 499_000 }, { keysPerSecond: 500_000 }]),
      part(everysecPart, snapshotGroups.logging, [{ cpuOfLogRatio: 1.25 }]),
      part(alwaysPart, snapshotGroups.logging, []),
    ],
  };
  expect(barTable(bars(report))).toMatchInlineSnapshot(`
    "| measured | bar | figure | holds |
    | --- | ---: | ---: | --- |
    | longest turn of the loop while a file is made | ≤ 5 ms | 5.01 (BGSAVE) | **no** |
    | throughput while a file is made, of that before | ≥ 0.70 | 0.80 (BGSAVE) | yes |
    | memory that making a file takes, of the data set | ≤ 0.15 | 0.10 (BGSAVE) | yes |
    | keys loaded per second | ≥ 500,000 keys/s | 499,500 (dump.rdb) | **no** |
    | CPU per SET at P=16 with everysec, of that without a log | ≤ 1.25 | 1.25 (SET P=16, everysec) | yes |
    | writes with always, of what the disk allows | ≥ 0.90 | –; not measured: SET, 50 clients, always | **no** |"
  `);
});

test("a limit of at most includes itself, one of below does not, and no figure is no answer", () => {
  expect(holds(bar)).toBe(true);
  expect(holds({ ...bar, figure: 1.1001 })).toBe(false);
  expect(holds({ ...bar, limit: { below: 1.1 } })).toBe(false);
  expect(holds({ ...bar, limit: { below: 1.1 }, figure: 1.0999 })).toBe(true);
  expect(holds({ ...bar, figure: undefined })).toBeUndefined();
  expect(holds({ ...bar, limit: null })).toBeUndefined();
  expect(barTable([{ ...bar, figure: undefined }])).toContain("| – | – |");
});

test("of many rows that were not measured three are named", () => {
  const missing = ["a", "b", "c", "d", "e"];
  expect(barTable([{ ...bar, missing }])).toContain("| 1.10; not measured: a, b, c and 2 more | **no** |");
});

test("a report of strings and idle memory has no bars", () => {
  expect(bars({ ...commands, kind: "memory" })).toEqual([]);
});
