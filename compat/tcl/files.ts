// Files: the data of the Tcl suite that is kept in the repository.
//
//   compat/tcl/baseline.json    what a stock Redis passes
//   compat/tcl/ratchet.json     tests that passed here once
//   compat/results/tcl.json     the last full run that was written
//
// Invariant: the same data always makes the same text, so that a diff shows what changed and nothing else.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Baseline, Judgement } from "./judgement.ts";

export type BaselineFile = { readonly version: string; readonly files: Readonly<Record<string, Baseline>> };
export type RatchetFile = Readonly<Record<string, readonly string[]>>;
export type ResultsFile = { readonly stock: string; readonly files: Readonly<Record<string, Judgement>> };

const compat = join(import.meta.dirname, "..");
export const baselinePath: string = join(compat, "tcl", "baseline.json");
export const ratchetPath: string = join(compat, "tcl", "ratchet.json");
export const resultsPath: string = join(compat, "results", "tcl.json");

export const readBaseline = (): BaselineFile => readJson(baselinePath) ?? { version: "", files: {} };
export const readRatchet = (): RatchetFile => readJson(ratchetPath) ?? {};
export const readResults = (): ResultsFile => readJson(resultsPath) ?? { stock: "", files: {} };

/** A file's JSON, or undefined when there is no such file. */
export function readJson<T>(path: string): T | undefined {
  try {
    const parsed: T = JSON.parse(readFileSync(path, "utf8"));
    return parsed;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Files come in the order of their names. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

export function sortedByName<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}
