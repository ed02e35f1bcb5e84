// The commands of the family "scripting". They call others, which are therefore asked for later.

import type { OracleCommand } from "../../command.ts";
import { scriptCommands } from "./eval.ts";
import { functionCommands } from "./function.ts";
import type { Commands } from "./script-run.ts";

export function scriptingCommands(commands: () => Commands): readonly OracleCommand[] {
  return [...scriptCommands(commands), ...functionCommands];
}
