import { expect, test } from "vitest";
import { chart } from "./chart.ts";
import { outputFile, render } from "./report.ts";
import type { Report, Sample, Series, Side } from "./samples.ts";

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
  settings: { rounds: 2 },
  servers: {
    stock: { label: "Redis", command: "redis-server", version: "7.0.15" },
    candidate: { label: "Shadis", command: "node src/main.ts", version: "0.1.0" },
  },
  series: [
    series("SET", "P=1", [
      measured(0, "stock", { rps: 100_000, p50Ms: 0.2, p99Ms: 0.4, cpuUsPerOp: 10 }),
      measured(0, "candidate", { rps: 110_000, p50Ms: 0.2, p99Ms: 0.5, cpuUsPerOp: 9 }),
      measured(1, "candidate", { rps: 90_000, p50Ms: 0.1, p99Ms: 0.5, cpuUsPerOp: 8 }),
      measured(1, "stock", { rps: 100_000, p50Ms: 0.2, p99Ms: 0.4, cpuUsPerOp: 10 }),
    ]),
    { ...series("SPOP", "P=1", []), state: "not there yet", reason: "Shadis has no SPOP" },
  ],
};

const memory: Report = {
  ...commands,
  kind: "memory",
  series: [
    series("idle", "Idle", [
      measured(0, "stock", { rssBytes: 12 * 1024 * 1024 }),
      measured(0, "candidate", { rssBytes: 48 * 1024 * 1024 }),
    ]),
    series("8 B strings", "Keys", [
      measured(0, "stock", { rssAnonBytesPerKey: 108 }),
      measured(0, "candidate", { rssAnonBytesPerKey: 54, heapBytesPerKey: 0.25 }),
    ]),
    { ...series("integers", "Keys", []), state: "failed", reason: "Shadis: a | in\ntwo lines" },
  ],
};

const removal: Report = {
  ...commands,
  kind: "removal",
  series: [
    series("hash", "UNLINK", [
      measured(0, "stock", { commandMs: 0.5, longestPingMs: 1 }),
      measured(0, "candidate", { commandMs: 0.25, longestPingMs: 3, longestTurnMs: 1.5, longestGcMs: 0 }),
      measured(1, "candidate", { commandMs: 0.125, longestPingMs: 1, longestTurnMs: 1.75, longestGcMs: 2 }),
    ]),
    { ...series("list", "UNLINK", []), state: "failed", reason: "the key is still there" },
    series("hash", "DEL", [measured(0, "candidate", { longestTurnMs: 4 })]),
  ],
};

function series(name: string, group: string, samples: readonly Sample[]): Series {
  return { name, group, state: "measured", reason: null, samples };
}

function measured(round: number, side: Side, metrics: Record<string, number>): Sample {
  return { round, side, metrics };
}

test("a command's row gives both servers' medians and the spread of the paired ratios", () => {
  expect(render(commands)).toMatchInlineSnapshot(`
    "Test CPU, 2 cores (server on core 0, client on core 1), Linux 6, Node v24; Redis 7.0.15, Shadis 0.1.0;
    commit abc, 2026-01-02; rounds 2.
    Ratios are to stock Redis: median of the rounds (min–max).

    **P=1**

    | Command | Redis req/s | Shadis req/s | ratio | p50 ms Redis / Shadis | ratio | p99 ms Redis / Shadis | ratio | CPU µs/op Redis / Shadis | ratio |
    | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
    | SET | 100,000 | 100,000 | 1.00 (0.90–1.10) | 0.200 / 0.150 | 0.75 (0.50–1.00) | 0.400 / 0.500 | 1.25 (1.25–1.25) | 10.00 / 8.50 | 0.85 (0.80–0.90) |
    | SPOP | not there yet: Shadis has no SPOP |  |  |  |  |  |  |  |  |

    Geometric mean of the ratios at P=1: throughput 1.00, p50 0.75, p99 1.25, CPU per operation 0.85.

    **Bars**

    | measured | bar | figure | holds |
    | --- | ---: | ---: | --- |
    | CPU per operation at P=1, geometric mean | ≤ 1.10 | 0.85 (rows: 1); not measured: SPOP | **no** |
    | CPU per operation at P=1, worst row | ≤ 1.10 | 0.85 (SET); not measured: SPOP | **no** |
    | CPU per operation, worst row | ≤ 1.25 | 0.85 (SET at P=1); not measured: SPOP at P=1 | **no** |"
  `);
});

test("a memory report is a line per figure for one series and a line per series for several", () => {
  expect(render(memory).split("\n\n").slice(1).join("\n\n")).toMatchInlineSnapshot(`
    "**Idle**

    |  | Figure | Redis | Shadis | ratio |
    | --- | ---: | ---: | ---: | ---: |
    | idle | RSS, MB | 12.0 | 48.0 | 4.00 (4.00–4.00) |

    **Keys**

    |  | private bytes per key: Redis / Shadis | ratio | JavaScript heap bytes per key |
    | --- | ---: | ---: | ---: |
    | 8 B strings | 108.0 / 54.0 | 0.50 (0.50–0.50) | 0.25 |
    | integers | failed: Shadis: a \\| in |  |  |"
  `);
});

test("a removal's row gives the worst of the rounds, and its bars follow", () => {
  expect(render(removal)).toMatchInlineSnapshot(`
    "Test CPU, 2 cores (server on core 0, client on core 1), Linux 6, Node v24; Redis 7.0.15, Shadis 0.1.0;
    commit abc, 2026-01-02; rounds 2.
    Every figure is the worst of the rounds.

    **UNLINK**

    |  | longest turn of the loop, ms | the command itself, ms: Redis / Shadis | longest PING meanwhile, ms: Redis / Shadis | longest collection, ms |
    | --- | ---: | ---: | ---: | ---: |
    | hash | 1.75 | 0.50 / 0.25 | 1.0 / 3.0 | 2.0 |
    | list | failed: the key is still there |  |  |  |

    **DEL**

    |  | longest turn of the loop, ms |
    | --- | ---: |
    | hash | 4.00 |

    **Bars**

    | measured | bar | figure | holds |
    | --- | ---: | ---: | --- |
    | UNLINK: longest turn of the loop | ≤ 2 ms | 1.75 (hash); not measured: list | **no** |
    | DEL: longest turn of the loop | reported | 4.00 (hash) |  |"
  `);
});

test("a row that could not be measured is shown with its reason, on one line", () => {
  expect(render(commands)).toContain("| SPOP | not there yet: Shadis has no SPOP |");
  expect(render(memory)).toContain("| integers | failed: Shadis: a \\| in |");
});

test("without a stock server figures are shown and ratios are not", () => {
  const alone: Report = {
    ...commands,
    servers: { ...commands.servers, stock: null },
    series: [
      series("SET", "P=1", [measured(0, "candidate", { rps: 5000, p50Ms: 1, p99Ms: 2, cpuUsPerOp: 3 })]),
    ],
  };
  expect(render(alone)).toContain("| SET | – | 5,000 | – | – / 1.000 | – |");
  expect(chart(alone)).not.toContain("<circle");
});

test("a trial run does not write over the results", () => {
  expect(outputFile("commands", { out: undefined, trial: true })).toMatch(/results\/commands-trial\.json$/);
  expect(outputFile("commands", { out: undefined, trial: false })).toMatch(/results\/commands\.json$/);
});

test("equal reports give equal pictures", () => {
  expect(chart(structuredClone(commands))).toBe(chart(commands));
});

test("a picture holds one dot for each measured ratio, and a dot beyond the axis stays on its border", () => {
  expect(chart(commands).match(/<circle/g)?.length).toBe(4);
  const far = series("GET", "P=1", [
    measured(0, "stock", { rps: 1 }),
    measured(0, "candidate", { rps: 900 }),
  ]);
  expect(chart({ ...commands, series: [far] })).toContain('<circle cx="390.0"');
});

test("names are escaped in the picture", () => {
  expect(chart({ ...memory, series: [series("a<b&c", "Keys", [])] })).toContain("a&lt;b&amp;c");
});
