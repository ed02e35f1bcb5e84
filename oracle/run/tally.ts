// Tally: what was drawn and how it went, per command; what was never reached shows.

import { type Target, targets } from "../../compat/generator/declared.ts";
import { optionWords } from "../../compat/generator/generate.ts";
import type { Words } from "../../compat/resp/request.ts";
import { neverDrawn, neverSucceeds, neverSucceedsOnStock, notForStock } from "./exempt.ts";

export type Row = {
  calls: number;
  succeeded: number;
  /** By the beginning of their text. */
  errors: Record<string, number>;
  /** By type mark; "nil" and "empty" apart. */
  shapes: Record<string, number>;
  /** Options that no successful call has used yet. */
  unused: string[];
};
export type Rows = Record<string, Row>;

const errorTextMax = 40;
const callsThatMustSucceed = 300;
const callsThatMustUseAll = 4000;

type Count = { readonly text: string; count: number };

/** A row while it is counted: a list finds one of a few texts by its beginning, without a copy or a hash of it. */
type Counts = {
  calls: number;
  succeeded: number;
  readonly errors: Count[];
  readonly shapes: Count[];
  unused: string[];
};

const MINUS = 45;

export class Tally {
  private readonly rows = new Map<string, Counts>();

  add(fullName: string, words: Words, actual: string): void {
    let row = this.rows.get(fullName);
    if (row === undefined) {
      row = newRow(fullName);
      this.rows.set(fullName, row);
    }
    row.calls++;
    if (actual.charCodeAt(0) === MINUS) {
      addError(row.errors, actual);
      return;
    }
    row.succeeded++;
    const shape = shapeOf(actual);
    addTo(row.shapes, shape, 1);
    if (row.unused.length > 0) takeUsed(row.unused, words);
  }

  /** What a whole run must have reached and did not. */
  faults(isStock: boolean): string[] {
    const faults: string[] = [];
    for (const { fullName, isNewerThanStock } of targets) {
      const row = this.rows.get(fullName);
      if (row === undefined) {
        if (!(fullName in neverDrawn) && !(isStock && (isNewerThanStock || fullName in notForStock)))
          faults.push(`${fullName} was never drawn`);
        continue;
      }
      if (fullName in neverSucceeds || (isStock && fullName in neverSucceedsOnStock)) continue;
      if (row.succeeded === 0 && row.calls >= callsThatMustSucceed)
        faults.push(`${fullName} never succeeded in ${row.calls} calls`);
      // An id by the clock would be another one there.
      const isByClock = isStock && fullName === "xadd";
      if (row.unused.length > 0 && row.calls >= callsThatMustUseAll && !isByClock)
        faults.push(`${fullName} never succeeded with ${row.unused.join(", ")}`);
    }
    return faults;
  }

  table(): string {
    const head = `${"command".padEnd(24)} ${"calls".padStart(8)} ${"ok".padStart(6)}  replies; errors`;
    const lines = [...this.rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, row]) => {
        const share = `${Math.round((100 * row.succeeded) / row.calls)} %`;
        const shapes = ranked(row.shapes).map(([shape]) => shape);
        const errors = ranked(row.errors);
        const shown = errors.slice(0, 3).map(([text, count]) => `${count} ${text}`);
        const more = errors.length > 3 ? [`${errors.length - 3} more texts`] : [];
        const rest = printable([shapes.join(" "), ...shown, ...more].join("; "));
        return `${name.padEnd(24)} ${`${row.calls}`.padStart(8)} ${share.padStart(6)}  ${rest}`;
      });
    return [head, ...lines].join("\n");
  }

  toRows(): Rows {
    return Object.fromEntries([...this.rows].map(([name, counts]) => [name, rowOf(counts)]));
  }

  addRows(rows: Rows): void {
    for (const [name, from] of Object.entries(rows)) {
      const row = this.rows.get(name);
      if (row === undefined) {
        this.rows.set(name, countsOf(from));
        continue;
      }
      row.calls += from.calls;
      row.succeeded += from.succeeded;
      for (const [text, count] of Object.entries(from.errors)) addTo(row.errors, text, count);
      for (const [text, count] of Object.entries(from.shapes)) addTo(row.shapes, text, count);
      row.unused = row.unused.filter((option) => from.unused.includes(option));
    }
  }
}

const byName = new Map<string, Target>(targets.map((target) => [target.fullName, target]));

function newRow(fullName: string): Counts {
  const unused = [...new Set(optionWords(byName.get(fullName)?.syntax ?? []))];
  return { calls: 0, succeeded: 0, errors: [], shapes: [], unused };
}

// Plain loops: each of the next three is asked of every call.
function addTo(counts: Count[], text: string, count: number): void {
  for (let i = 0; i < counts.length; i++) {
    const known = counts[i] as Count;
    if (known.text !== text) continue;
    known.count += count;
    return;
  }
  counts.push({ text, count });
}

function addError(errors: Count[], actual: string): void {
  for (let i = 0; i < errors.length; i++) {
    const known = errors[i] as Count;
    if (!actual.startsWith(known.text, 1)) continue;
    known.count++;
    return;
  }
  errors.push({ text: errorText(actual), count: 1 });
}

function takeUsed(unused: string[], words: Words): void {
  for (let i = unused.length - 1; i >= 0; i--) {
    const option = unused[i] as string;
    if (words.some((word) => isSameWord(word, option))) unused.splice(i, 1);
  }
}

function rowOf(counts: Counts): Row {
  const plain = (list: readonly Count[]): Record<string, number> =>
    Object.fromEntries(list.map(({ text, count }) => [text, count]));
  return { ...counts, errors: plain(counts.errors), shapes: plain(counts.shapes) };
}

function countsOf(row: Row): Counts {
  const list = (plain: Record<string, number>): Count[] =>
    Object.entries(plain).map(([text, count]) => ({ text, count }));
  return { ...row, errors: list(row.errors), shapes: list(row.shapes) };
}

const unsupported = "ERR Unsupported option";

// Up to the first quoted word, which is the client's or the command's.
function errorText(actual: string): string {
  if (actual.startsWith(unsupported, 1)) return unsupported;
  const quoteAt = actual.indexOf("'");
  const end = quoteAt > 1 && quoteAt < errorTextMax ? quoteAt : Math.min(actual.length - 2, errorTextMax);
  return actual.slice(1, end).trimEnd();
}

function shapeOf(actual: string): string {
  const mark = actual.charAt(0);
  if (mark === "_") return "nil";
  if (mark !== "$" && mark !== "*") return mark === "" ? "none" : mark;
  const second = actual.charAt(1);
  return second === "-" ? "nil" : second === "0" ? `${mark}0` : mark;
}

function isSameWord(word: string, option: string): boolean {
  return word.length === option.length && word.toUpperCase() === option.toUpperCase();
}

function ranked(counts: readonly Count[]): [string, number][] {
  return counts.map(({ text, count }): [string, number] => [text, count]).sort((a, b) => b[1] - a[1]);
}

function printable(text: string): string {
  return text.replace(/[^ -~]/g, "?");
}
