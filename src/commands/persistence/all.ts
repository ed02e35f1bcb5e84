// All commands of the persistence family, by name.

import type { CommandDeclaration } from "../define.ts";
import { bgrewriteaof } from "./bgrewriteaof.ts";
import { bgsave } from "./bgsave.ts";
import { lastsave } from "./lastsave.ts";
import { save } from "./save.ts";

export const persistenceCommands: readonly CommandDeclaration[] = [bgrewriteaof, bgsave, lastsave, save];
