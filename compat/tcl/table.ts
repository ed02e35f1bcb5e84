// Table: the results of the Tcl suite as Markdown, for compat/README.md: counts, and by name what does not pass.
//
// Role: pure; table.test.ts holds the README against the results' file, and the names against the baseline and the ratchet.

import { exceptions, whyAbsent } from "./exceptions.ts";
import type { ResultsFile } from "./files.ts";
import { type Judgement, neededCounts } from "./judgement.ts";

const start = "<!-- tcl:start -->";
const end = "<!-- tcl:end -->";
const neededMax = 4;

/** Both tables, and what stands between them. */
export function tclReport(results: ResultsFile): string {
  const rows = notPassing(results);
  const slowCount = rows.filter(({ isSlow }) => isSlow).length;
  const slow =
    slowCount === 0 ? "" : ` ${slowCount} of them run with \`--slow\` only, and are not in the table above.`;
  return [
    tclTable(results),
    "",
    `Every test that a stock Redis passes and this server does not, ${rows.length} in all.${slow}`,
    "",
    "| unit file | test | why |",
    "| --- | --- | --- |",
    ...rows.map(({ file, test, why }) => `| \`${file}\` | ${inCell(test)} | ${inCell(why)} |`),
  ].join("\n");
}

export type NotPassing = {
  readonly file: string;
  readonly test: string;
  readonly why: string;
  /** Not among those that the results count. */
  readonly isSlow: boolean;
};

/** Tests that are excepted, and those that need a command that is not there, in the order of the table. */
export function notPassing({ files }: ResultsFile, excepted = exceptions): readonly NotPassing[] {
  const rows: NotPassing[] = [];
  for (const mode of ["external", "internal"] as const) {
    for (const [file, judgement] of Object.entries(files)) {
      if (judgement.mode !== mode) continue;
      for (const [test, commands] of Object.entries(judgement.needing))
        rows.push({ file, test, why: commands.map(whyNeeded).join("; "), isSlow: false });
      for (const each of excepted) {
        if (each.file !== file) continue;
        rows.push({ file, test: each.test, why: each.reason, isSlow: each.isSlow === true });
      }
    }
  }
  return rows;
}

function whyNeeded(command: string): string {
  const why = whyAbsent[command];
  return `needs ${commandName(command)}${why === undefined ? "" : `: ${why}`}`;
}

function commandName(name: string): string {
  return `\`${name.replace("|", " ").toUpperCase()}\``;
}

// What Markdown would take for its own.
function inCell(text: string): string {
  return text.replace(/[|*_<>[\]]/g, "\\$&");
}

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

function mostNeeded(judgement: Judgement): string {
  const names = neededCounts(judgement).map(([name]) => commandName(name));
  return names.slice(0, neededMax).join(", ") + (names.length > neededMax ? " ..." : "");
}
