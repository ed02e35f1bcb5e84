// Regression file: a failing plan with one sentence on what it taught, as JSON under sim/regressions.
//
// Operations stand in it as data, so a change of the generator does not spoil it.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plan } from "../plan.ts";

export type Regression = {
  /** What it taught; told anew by whoever fixes the cause. */
  readonly taught: string;
  /** The check and the kind of offence that it showed. */
  readonly signature: string;
  readonly plan: Plan;
};

export const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "sim/regressions");

/** Paths of all regressions, from the root, in the order of their numbers. */
export function regressionFiles(): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => `sim/regressions/${name}`);
}

/** The plan in a file: a regression, or a plan alone. Relative to the root or to the working directory. */
export function readPlan(path: string): Plan {
  const inRoot = join(root, path);
  const parsed: unknown = JSON.parse(readFileSync(existsSync(inRoot) ? inRoot : path, "utf8"));
  if (typeof parsed !== "object" || parsed === null) throw new Error(`${path} holds no plan`);
  const plan = "plan" in parsed ? (parsed as Regression).plan : (parsed as Plan);
  if (plan.version !== 1 || !Array.isArray(plan.clients))
    throw new Error(`${path} holds no plan of version 1`);
  return plan;
}

/** Writes a regression under the next free number; returns its path from the root. */
export function fileRegression(regression: Regression): string {
  mkdirSync(folder, { recursive: true });
  const numbers = regressionFiles().map((path) => Number.parseInt(path.slice("sim/regressions/".length), 10));
  const number = `${Math.max(0, ...numbers) + 1}`.padStart(4, "0");
  const what = regression.signature
    .replace(/[^a-z0-9]+/gi, "-")
    .toLowerCase()
    .slice(0, 50)
    .replace(/-$/, "");
  const path = join(folder, `${number}-${what}.json`);
  writeFileSync(path, planText(regression));
  tidy(path);
  return relative(root, path);
}

// As the linter wants it. Where that is not installed, the file is right all the same.
function tidy(path: string): void {
  try {
    execFileSync(join(root, "node_modules/.bin/biome"), ["format", "--write", path], { stdio: "ignore" });
  } catch {
    // Left to whoever commits it.
  }
}

/** JSON that a person can read: one step, client and fault in a line. */
export function planText(value: Regression | Plan): string {
  const text = JSON.stringify(value, undefined, 1);
  // Innermost objects and arrays are folded onto one line.
  return `${text
    .replace(/[[{]\n\s*((?:[^[\]{}"]|"(?:[^"\\]|\\.)*")*?)\n\s*[\]}]/g, (whole) =>
      whole.replace(/\n\s*/g, " "),
    )
    .replace(/\{\n\s*"do"[^{}]*?\n\s*\}/g, (whole) => whole.replace(/\n\s*/g, " "))}\n`;
}
