// The commands of the family "hyperloglog".

import type { OracleCommand } from "../../command.ts";
import { pfadd } from "./pfadd.ts";
import { pfcount } from "./pfcount.ts";
import { pfdebug, pfselftest } from "./pfdebug.ts";
import { pfmerge } from "./pfmerge.ts";

export const hyperloglogCommands: readonly OracleCommand[] = [pfadd, pfcount, pfdebug, pfmerge, pfselftest];
