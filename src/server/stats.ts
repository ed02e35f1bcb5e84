// Counters of one server, and setting them back.

import type { ServerStats } from "../commands/context.ts";
import type { TurnLog } from "./turns.ts";

/** Counters at 0; turns and collections are those of `turns`, which is reset by itself. */
export function newStats(turns: TurnLog): ServerStats {
  return {
    connectionsReceived: 0,
    connectionsRejected: 0,
    commandsProcessed: 0,
    inputBytes: 0,
    outputBytes: 0,
    evictedKeys: 0,
    evictedClients: 0,
    outputBufferDisconnections: 0,
    queryBufferDisconnections: 0,
    errorReplies: 0,
    protocolErrors: 0,
    authDenied: 0,
    totalReadsProcessed: 0,
    totalWritesProcessed: 0,
    peakUsedBytes: 0,
    get longestTurnUs() {
      return turns.longestUs;
    },
    get longestGcUs() {
      return turns.longestGcUs;
    },
    errorsByPrefix: new Map(),
    opsPerSecond: 0,
    inputKbps: 0,
    outputKbps: 0,
  };
}

/** CONFIG RESETSTAT: counters go to 0, the sampled rates and the peak stay. */
export function resetStats(stats: ServerStats): void {
  stats.connectionsReceived = 0;
  stats.connectionsRejected = 0;
  stats.commandsProcessed = 0;
  stats.inputBytes = 0;
  stats.outputBytes = 0;
  stats.evictedKeys = 0;
  stats.evictedClients = 0;
  stats.outputBufferDisconnections = 0;
  stats.queryBufferDisconnections = 0;
  stats.errorReplies = 0;
  stats.protocolErrors = 0;
  stats.authDenied = 0;
  stats.totalReadsProcessed = 0;
  stats.totalWritesProcessed = 0;
  stats.errorsByPrefix.clear();
}
