// Table: `node bench/table.ts --write README.md` puts the tables of the committed results into a document.
//
// Role: no figure in a document is typed by hand. It fills the sections that the document has:
//   bench     from results/commands.json (npm run bench)
//   memory    from results/memory.json (npm run bench:memory)
//   collections, removal and snapshot likewise; bars gathers the bars of them all.
// `--check FILE` changes nothing and fails when the document differs from what would be written. Without a
// document the tables are printed.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bars, barTable } from "./bars.ts";
import { replaceSection } from "./document.ts";
import { outputFile, readReport, render } from "./report.ts";
import type { Report, ReportKind } from "./samples.ts";

const sections = [
  { marker: "bench", kind: "commands", script: "bench" },
  { marker: "memory", kind: "memory", script: "bench:memory" },
  { marker: "collections", kind: "collections", script: "bench:collections" },
  { marker: "removal", kind: "removal", script: "bench:removal" },
  { marker: "snapshot", kind: "snapshot", script: "bench:snapshot" },
] as const;

const { values: options } = parseArgs({ options: { write: { type: "string" }, check: { type: "string" } } });
const document = options.write ?? options.check;

if (document === undefined) {
  for (const { kind, script } of sections) console.log(`${tables(kind) ?? missing(kind, script)}\n`);
  console.log(allBars());
} else {
  const before = readFileSync(document, "utf8");
  let after = before;
  for (const { marker, kind, script } of sections) {
    if (!before.includes(`<!-- ${marker}:start -->`)) continue;
    const text = tables(kind);
    if (text === undefined) console.log(missing(kind, script));
    else after = replaceSection(after, marker, text);
  }
  if (before.includes("<!-- bars:start -->")) after = replaceSection(after, "bars", allBars());
  if (after === before) console.log(`${document} is up to date`);
  else if (options.write !== undefined) {
    writeFileSync(document, after);
    console.log(`wrote ${document}`);
  } else {
    console.error(`${document} is out of date: run node bench/table.ts --write ${document}`);
    process.exitCode = 1;
  }
}

function tables(kind: ReportKind): string | undefined {
  const report = committed(kind);
  return report === undefined ? undefined : render(report);
}

function allBars(): string {
  return barTable(
    sections.flatMap(({ kind }) => {
      const report = committed(kind);
      return report === undefined ? [] : bars(report);
    }),
  );
}

function committed(kind: ReportKind): Report | undefined {
  const file = outputFile(kind, { out: undefined, trial: false });
  return existsSync(file) ? readReport(file) : undefined;
}

function missing(kind: string, script: string): string {
  return `no ${kind} results yet: npm run ${script} writes them`;
}
