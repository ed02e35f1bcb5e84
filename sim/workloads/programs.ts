// Programs: all there are, by name. Drawn before a run; nothing of them is there while it runs.

import type { MakeProgram } from "./calls.ts";
import { collections } from "./collection-programs.ts";
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
  waitedFor,
} from "./data-programs.ts";
import { general } from "./general-program.ts";
import { keeping } from "./keeping-program.ts";
import { appends, queues, waiting } from "./queue-programs.ts";
import { administration, listening, modes, publishing, transactions } from "./session-programs.ts";
import { users } from "./user-programs.ts";

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
  collections,
  queues,
  waiting,
  appends,
  waitedFor,
  keeping,
  publishing,
  listening,
  users,
} as const satisfies Record<string, MakeProgram>;
export type ProgramName = keyof typeof programs;
