// The commands of the family "stream".

import type { OracleCommand } from "../../command.ts";
import { xadd, xtrim } from "./xadd.ts";
import { xautoclaim, xclaim } from "./xclaim.ts";
import { groupCommands } from "./xgroup.ts";
import { infoCommands } from "./xinfo.ts";
import { xpending } from "./xpending.ts";
import { xdel, xlen, xrange, xrevrange, xsetid } from "./xrange.ts";
import { readCommands } from "./xread.ts";

export const streamCommands: readonly OracleCommand[] = [
  xadd,
  xautoclaim,
  xclaim,
  xdel,
  ...groupCommands,
  ...infoCommands,
  xlen,
  xpending,
  xrange,
  ...readCommands,
  xrevrange,
  xsetid,
  xtrim,
];
