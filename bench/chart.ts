// Chart: a report as one SVG picture of ratios to stock Redis.
//
//   name   | panel 1          | panel 2          |
//   GET    |   ---o--|        |      |  -o-      |     o median, line min..max over the rounds
//   SET    |      -o-|--      |      |-o--       |     | the ratio 1: level with stock Redis
//
// Role: pure. Equal reports give equal bytes: all numbers are written with fixed decimals, nothing depends on a
// clock, a locale or a font's measure.
// The axis is logarithmic from 1/4 to 4, so that twice and half lie equally far from 1; beyond it a dot stays
// on the border.

import { type Report, ratios, type Series } from "./samples.ts";

type Panel = { readonly metric: string; readonly title: string; readonly moreIsBetter: boolean };

const commandPanels: readonly Panel[] = [
  { metric: "rps", title: "throughput", moreIsBetter: true },
  { metric: "p50Ms", title: "p50", moreIsBetter: false },
  { metric: "p99Ms", title: "p99", moreIsBetter: false },
  { metric: "cpuUsPerOp", title: "CPU per operation", moreIsBetter: false },
];
// A series has one of these: each group of a memory report measures one kind of thing.
const memoryPanels: readonly Panel[] = [
  { metric: "rssBytes", title: "RSS", moreIsBetter: false },
  { metric: "rssAnonBytes", title: "private memory", moreIsBetter: false },
  { metric: "rssAnonBytesPerConnection", title: "private bytes per connection", moreIsBetter: false },
  { metric: "rssAnonBytesPerKey", title: "private bytes per key", moreIsBetter: false },
  { metric: "rssAnonBytesPerElement", title: "private bytes per element", moreIsBetter: false },
  { metric: "elementsPerSecond", title: "elements loaded per second", moreIsBetter: true },
  { metric: "commandMs", title: "time of the command", moreIsBetter: false },
  { metric: "longestPingMs", title: "longest PING", moreIsBetter: false },
];
const snapshotPanels: readonly Panel[] = [
  { metric: "throughputShare", title: "throughput kept", moreIsBetter: true },
  { metric: "longestPingMs", title: "longest PING", moreIsBetter: false },
  { metric: "keysPerSecond", title: "keys loaded per second", moreIsBetter: true },
  { metric: "cpuOfLogRatio", title: "CPU with the log / without", moreIsBetter: false },
  { metric: "rpsAlways", title: "throughput, always", moreIsBetter: true },
];
const titles: Readonly<Record<Report["kind"], string>> = {
  commands: "Ratio to stock Redis, same machine, one core each",
  memory: "Memory and pauses, ratio to stock Redis",
  collections: "Memory of collections, ratio to stock Redis",
  removal: "Pauses while a large collection is removed, ratio to stock Redis",
  snapshot: "Keeping data on disk, ratio to stock Redis",
};

const nameWidth = 220;
const panelWidth = 170;
const panelGap = 16;
const lineHeight = 18;
const headHeight = 66;
const ratioMax = 4;
const ticks = [0.25, 0.5, 1, 2, 4];
const better = "#1a7f37";
const worse = "#b35900";

/** The chart of a report, as the text of an SVG file. */
export function chart(report: Report): string {
  const wanted = panelsOf(report.kind);
  const panels = wanted.filter(({ metric }) =>
    report.series.some((series) => ratios(series, metric) !== undefined),
  );
  const width = nameWidth + panels.length * (panelWidth + panelGap);
  const height = headHeight + (report.series.length + 1) * lineHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="8" y="18" font-size="14" fill="#1f2328">${escapeXml(`${report.servers.candidate.label}: ${titles[report.kind]}`)}</text>`,
    ...panels.map((panel, index) => panelMarks(panel, panelLeft(index), report.series, height)),
    ...report.series.map((series, index) => nameMark(report.kind, series, index)),
    "</svg>",
    "",
  ].join("\n");
}

function panelsOf(kind: Report["kind"]): readonly Panel[] {
  if (kind === "snapshot") return snapshotPanels;
  return kind === "commands" ? commandPanels : memoryPanels;
}

function panelMarks(panel: Panel, left: number, series: readonly Series[], height: number): string {
  const bottom = height - lineHeight;
  const hint = `${panel.moreIsBetter ? "more" : "less"} is better`;
  const marks = [
    `<text x="${left}" y="38" fill="#1f2328">${escapeXml(panel.title)}</text>`,
    `<text x="${left}" y="50" font-size="10" fill="#57606a">${hint}</text>`,
  ];
  for (const tick of ticks) {
    const x = fixed(position(tick, left));
    const color = tick === 1 ? "#57606a" : "#d8dee4";
    marks.push(`<line x1="${x}" y1="${headHeight - 10}" x2="${x}" y2="${bottom}" stroke="${color}"/>`);
    marks.push(`<text x="${x}" y="${bottom + 12}" text-anchor="middle" fill="#57606a">${tick}</text>`);
  }
  series.forEach((one, index) => {
    const spread = ratios(one, panel.metric);
    if (spread === undefined) return;
    const y = lineY(index) - 4;
    const isBetter = panel.moreIsBetter ? spread.median >= 1 : spread.median <= 1;
    const color = isBetter ? better : worse;
    const [from, middle, to] = [spread.min, spread.median, spread.max].map((value) =>
      fixed(position(value, left)),
    );
    marks.push(`<line x1="${from}" y1="${y}" x2="${to}" y2="${y}" stroke="${color}" stroke-width="2"/>`);
    marks.push(`<circle cx="${middle}" cy="${y}" r="3.5" fill="${color}"/>`);
  });
  return marks.join("\n");
}

function nameMark(kind: Report["kind"], series: Series, index: number): string {
  const missing = series.state === "measured" ? "" : ` (${series.state})`;
  const color = missing === "" ? "#1f2328" : "#8c959f";
  // A memory report's names say enough; the others' need their pipeline, shape or command.
  const name = kind === "memory" ? series.name : `${series.group}  ${series.name}`;
  return `<text x="8" y="${lineY(index)}" fill="${color}">${escapeXml(`${name}${missing}`)}</text>`;
}

function panelLeft(index: number): number {
  return nameWidth + index * (panelWidth + panelGap);
}

function lineY(index: number): number {
  return headHeight + index * lineHeight + 10;
}

function position(ratio: number, left: number): number {
  const clamped = Math.min(ratioMax, Math.max(1 / ratioMax, ratio));
  return left + (panelWidth / 2) * (1 + Math.log(clamped) / Math.log(ratioMax));
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
