// The commands of the family "server".

import type { OracleCommand } from "../../command.ts";
import { dbsize } from "../generic/keys.ts";
import { type CommandLookup, commandCommands } from "./command.ts";
import { config, configGet, configHelp, configResetstat, configRewrite, configSet } from "./config.ts";
import { debug } from "./debug.ts";
import { flushall, flushdb } from "./flush.ts";
import { info } from "./info.ts";
import {
  latency,
  latencyDoctor,
  latencyGraph,
  latencyHelp,
  latencyHistogram,
  latencyHistory,
  latencyLatest,
  latencyReset,
} from "./latency.ts";
import {
  memory,
  memoryDoctor,
  memoryHelp,
  memoryMallocStats,
  memoryPurge,
  memoryStats,
  memoryUsage,
} from "./memory.ts";
import { psync, replconf, sync } from "./replicas.ts";
import { bgrewriteaof, bgsave, lastsave, save } from "./save.ts";
import { monitor, shutdown } from "./shutdown.ts";
import { slowlog, slowlogGet, slowlogHelp, slowlogLen, slowlogReset } from "./slowlog.ts";
import { lolwut, role, time } from "./time.ts";

export function serverCommands(all: CommandLookup): readonly OracleCommand[] {
  return [
    bgrewriteaof,
    bgsave,
    ...commandCommands(all),
    config,
    configGet,
    configHelp,
    configResetstat,
    configRewrite,
    configSet,
    dbsize,
    debug,
    flushall,
    flushdb,
    info,
    lastsave,
    latency,
    latencyDoctor,
    latencyGraph,
    latencyHelp,
    latencyHistogram,
    latencyHistory,
    latencyLatest,
    latencyReset,
    lolwut,
    memory,
    memoryDoctor,
    memoryHelp,
    memoryMallocStats,
    memoryPurge,
    memoryStats,
    memoryUsage,
    monitor,
    psync,
    replconf,
    role,
    save,
    shutdown,
    slowlog,
    slowlogGet,
    slowlogHelp,
    slowlogLen,
    slowlogReset,
    sync,
    time,
  ];
}
