// All commands of the transactions family, by name.

import type { CommandDeclaration } from "../define.ts";
import { discard } from "./discard.ts";
import { exec } from "./exec.ts";
import { multi } from "./multi.ts";
import { unwatch, watch } from "./watch.ts";

export const transactionCommands: readonly CommandDeclaration[] = [discard, exec, multi, unwatch, watch];
