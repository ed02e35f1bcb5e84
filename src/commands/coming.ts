// Coming: commands that are complete but not served yet, because the oracle's and the compatibility suite's entries
// for them are still missing. Tests use them beside the registry's; a family moves there when its entries exist.

import type { CommandDeclaration } from "./define.ts";
import { scriptingCommands } from "./scripting/all.ts";

export const comingDeclarations: readonly CommandDeclaration[] = [...scriptingCommands];
