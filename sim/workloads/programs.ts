// Programs: all there are, by name. Drawn before a run; nothing of them is there while it runs.

import { targets } from "../../compat/generator/declared.ts";
import type { MakeProgram } from "./calls.ts";
import {
  bigReplies,
  counters,
  expiry,
  flushing,
  hotKey,
  memory,
  registers,
  renaming,
  scanning,
} from "./data-programs.ts";
import { general } from "./general-program.ts";
import { administration, listening, modes, publishing, transactions } from "./session-programs.ts";

export const programs = {
  general,
  counters,
  registers,
  expiry,
  scanning,
  renaming,
  flushing,
  hotKey,
  memory,
  bigReplies,
  administration,
  modes,
  transactions,
  publishing,
  listening,
} as const satisfies Record<string, MakeProgram>;
export type ProgramName = keyof typeof programs;

/** Commands without which a program cannot be. */
const needs: Readonly<Partial<Record<ProgramName, string>>> = {
  transactions: "exec",
  publishing: "publish",
  listening: "subscribe",
};

const declared = new Set(targets.map(({ fullName }) => fullName));

/** Whether the server has what a program is about. */
export function isPossible(name: ProgramName): boolean {
  const needed = needs[name];
  return needed === undefined || declared.has(needed);
}
