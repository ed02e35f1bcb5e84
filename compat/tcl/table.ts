// Table: the results of the Tcl suite as Markdown, for compat/README.md.
//
// Role: pure; table.test.ts holds the README's table against the results' file.

import type { ResultsFile } from "./files.ts";
import type { Judgement } from "./judgement.ts";

const start = "<!-- tcl:start -->";
const end = "<!-- tcl:end -->";
const neededMax = 4;

/** One row for each unit file, those of a running server first, and a row of sums for either kind. */
export function tclTable({ stock, files }: ResultsFile): string {
  const lines = [
    `| unit file | stock ${stock} | passed | needs a command | excepted | failed | missing | what it needs most |`,
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
  ];
  for (const mode of ["external", "internal"] as const) {
    const rows = Object.entries(files).filter(([, judgement]) => judgement.mode === mode);
    for (const [file, judgement] of rows) lines.push(row(`\`${file}\``, judgement, mostNeeded(judgement)));
    if (rows.length > 0) lines.push(row(`**${mode}**`, sum(rows.map(([, judgement]) => judgement)), ""));
  }
  return lines.join("\n");
}

/** `text` with the table between its markers; throws when they are not there once and in order. */
export function replaceTable(text: string, table: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from < 0 || to < from || text.indexOf(start, from + 1) >= 0)
    throw new Error(`want one ${start} and ${end}`);
  return `${text.slice(0, from)}${start}\n\n${table}\n\n${text.slice(to)}`;
}

type Sums = Pick<Judgement, "stock" | "passed" | "needs" | "excepted" | "failed" | "missing">;

function row(
  title: string,
  { stock, passed, needs, excepted, failed, missing }: Sums,
  needed: string,
): string {
  return `| ${[title, stock, passed, needs, excepted, failed, missing, needed].join(" | ")} |`.replace(
    "|  |",
    "| |",
  );
}

function sum(all: readonly Judgement[]): Sums {
  const total = (field: keyof Sums): number => all.reduce((before, each) => before + each[field], 0);
  return {
    stock: total("stock"),
    passed: total("passed"),
    needs: total("needs"),
    excepted: total("excepted"),
    failed: total("failed"),
    missing: total("missing"),
  };
}

function mostNeeded({ needed }: Judgement): string {
  const names = Object.keys(needed).map((name) => `\`${name.replace("|", " ").toUpperCase()}\``);
  return names.slice(0, neededMax).join(", ") + (names.length > neededMax ? " ..." : "");
}
