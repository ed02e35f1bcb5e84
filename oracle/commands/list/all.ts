// The commands of the family "list".

import type { OracleCommand } from "../../command.ts";
import { editCommands } from "./edit.ts";
import { lpos } from "./lpos.ts";
import { moveCommands } from "./move.ts";
import { popCommands } from "./pop.ts";
import { pushCommands } from "./push.ts";
import { readCommands } from "./read.ts";

export const listCommands: readonly OracleCommand[] = [
  ...editCommands,
  lpos,
  ...moveCommands,
  ...popCommands,
  ...pushCommands,
  ...readCommands,
];
