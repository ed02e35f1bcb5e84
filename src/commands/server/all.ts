// All commands of the server family, by name.

import type { CommandDeclaration } from "../define.ts";
import { command } from "./command-command.ts";
import { config } from "./config-command.ts";
import { dbsize } from "./dbsize.ts";
import { debug } from "./debug.ts";
import { flushall, flushdb } from "./flush.ts";
import { info } from "./info.ts";
import { latency } from "./latency-command.ts";
import { lolwut } from "./lolwut.ts";
import { memory } from "./memory-command.ts";
import { replconf } from "./replconf.ts";
import { role } from "./role.ts";
import { shutdown } from "./shutdown.ts";
import { slowlog } from "./slowlog-command.ts";
import { psync, sync } from "./sync.ts";
import { time } from "./time.ts";

export const serverCommands: readonly CommandDeclaration[] = [
  command,
  config,
  dbsize,
  debug,
  flushall,
  flushdb,
  info,
  latency,
  lolwut,
  memory,
  psync,
  replconf,
  role,
  shutdown,
  slowlog,
  sync,
  time,
];
