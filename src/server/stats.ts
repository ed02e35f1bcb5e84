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
    replicaOutputBytes: 0,
    evictedKeys: 0,
    evictedClients: 0,
    expireCyclesCut: 0,
    expireCyclesUs: 0,
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

/** Kinds of errors that are counted apart: scripts make up their own, and each is a line of INFO and of /metrics. */
export const ERROR_PREFIXES_MAX = 128;
const PREFIX_CHARS_MAX = 64;
/** What all others are counted as; Valkey's name for it. Redis 7.0 knows no bound. */
const OVERFLOW = "ERRORSTATS_OVERFLOW";

/** Counts an error reply by its first word. */
export function countErrorReply(stats: ServerStats, text: string): void {
  const { errorsByPrefix } = stats;
  stats.errorReplies++;
  const space = text.indexOf(" ");
  const word = space < 0 ? text : text.slice(0, space);
  const isNew = !errorsByPrefix.has(word);
  const isTooMuch = isNew && (errorsByPrefix.size >= ERROR_PREFIXES_MAX || word.length > PREFIX_CHARS_MAX);
  const prefix = isTooMuch ? OVERFLOW : word;
  errorsByPrefix.set(prefix, (errorsByPrefix.get(prefix) ?? 0) + 1);
}

/** CONFIG RESETSTAT: counters go to 0, the sampled rates and the peak stay. */
export function resetStats(stats: ServerStats): void {
  stats.connectionsReceived = 0;
  stats.connectionsRejected = 0;
  stats.commandsProcessed = 0;
  stats.inputBytes = 0;
  stats.outputBytes = 0;
  stats.replicaOutputBytes = 0;
  stats.evictedKeys = 0;
  stats.evictedClients = 0;
  stats.expireCyclesCut = 0;
  stats.expireCyclesUs = 0;
  stats.outputBufferDisconnections = 0;
  stats.queryBufferDisconnections = 0;
  stats.errorReplies = 0;
  stats.protocolErrors = 0;
  stats.authDenied = 0;
  stats.totalReadsProcessed = 0;
  stats.totalWritesProcessed = 0;
  stats.errorsByPrefix.clear();
}
