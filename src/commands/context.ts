// Command context: everything a handler may use. One object is reused for all commands of a thread.
//
// `ServerView` and `ClientView` are what server and connection offer to commands; they are interfaces
// here so that commands depend on neither.

import type { Config } from "../config/config.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import type { Command } from "./define.ts";
import type { LatencyMonitor } from "./server/latency-monitor.ts";
import type { Slowlog } from "./server/slowlog.ts";

export type CommandContext = {
  readonly args: Args;
  readonly reply: ReplyWriter;
  /** The databases the command's keys live in, the client's database selected. */
  keyspace: Keyspace;
  client: ClientView;
  readonly server: ServerView;
};

export type ReplyMode = "on" | "off" | "skip-next" | "skip";

/** One connected client, as commands see and change it. */
export type ClientView = {
  readonly id: number;
  readonly remoteAddress: string; // "127.0.0.1:40000" or the socket's path + ":0"
  readonly localAddress: string;
  readonly isUnixSocket: boolean;
  readonly createdMs: number; // wall clock
  lastActiveMs: number;
  name: string;
  libraryName: string;
  libraryVersion: string;
  db: number;
  protocol: 2 | 3;
  isAuthenticated: boolean;
  user: string;
  replyMode: ReplyMode;
  isMonitor: boolean;
  isNoEvict: boolean;
  isNoTouch: boolean;
  /** Full name ("client|list") of the last command run. */
  lastCommand: string;
  /** Held back by CLIENT PAUSE. */
  readonly isBlocked: boolean;
  readonly pendingQueryBytes: number;
  readonly queuedOutputBytes: number;
  /** Bytes held for this client altogether, buffers and state. */
  readonly memoryBytes: number;
  readonly totalCommands: number;
  /** Closes the connection once what was written has been sent. */
  closeAfterReply(): void;
  /** Closes the connection now, dropping what is queued. */
  closeNow(): void;
};

/** Facts of the process, for INFO only. */
export type HostFacts = {
  readonly version: string; // Shadis's own
  readonly pid: number;
  readonly runId: string; // 40 hex digits
  readonly os: string;
  readonly arch: string;
  readonly nodeVersion: string;
  readonly executable: string;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly totalSystemBytes: number;
  /** CPU seconds used by the process. */
  readonly cpuUser: number;
  readonly cpuSystem: number;
};

/** Counters that CONFIG RESETSTAT sets to 0. */
export type ServerStats = {
  connectionsReceived: number;
  connectionsRejected: number;
  commandsProcessed: number;
  inputBytes: number;
  outputBytes: number;
  evictedKeys: number;
  evictedClients: number;
  outputBufferDisconnections: number;
  queryBufferDisconnections: number;
  errorReplies: number;
  protocolErrors: number;
  authDenied: number;
  totalReadsProcessed: number;
  totalWritesProcessed: number;
  peakUsedBytes: number;
  longestTurnUs: number;
  longestGcUs: number;
  readonly errorsByPrefix: Map<string, number>;
  opsPerSecond: number;
  inputKbps: number;
  outputKbps: number;
};

export type ServerView = {
  readonly config: Config;
  readonly stats: ServerStats;
  readonly slowlog: Slowlog;
  readonly latency: LatencyMonitor;
  readonly rng: Rng;
  /** All databases of all shards. */
  readonly everything: Keyspace;
  /** Hits and misses of all shards' keyspaces; without them INFO reports those of `everything`. */
  readonly keyspaceHits?: number;
  readonly keyspaceMisses?: number;
  readonly shardCount: number;
  /** Lower-case name -> command. */
  readonly commands: ReadonlyMap<string, Command>;
  readonly startedMs: number;
  wallMs(): number;
  wallUs(): number;
  monotonicUs(): number;
  host(): HostFacts;
  /** Bytes that count against maxmemory. */
  usedBytes(): number;
  /** Connected clients by ascending id. */
  clients(): Iterable<ClientView>;
  clientById(id: number): ClientView | undefined;
  clientCount(): number;
  /** Clients that wait for something other than their next request. */
  blockedCount(): number;
  /** Checks a password of the default user in constant time. */
  isPassword(password: Uint8Array): boolean;
  readonly isPasswordRequired: boolean;
  /** Stops serving commands (all, or writes only) until the wall-clock time; see CLIENT PAUSE. */
  pause(untilMs: number, what: "all" | "write"): void;
  unpause(): void;
  /** Runs active expiry or not (DEBUG SET-ACTIVE-EXPIRE). */
  isActiveExpire: boolean;
  /** Writes CONFIG REWRITE's text; undefined on success, else the reason. */
  rewriteConfig(): string | undefined;
  readonly configFile: string;
  resetStats(): void;
  /** Frees what can be freed now (MEMORY PURGE). */
  purge(): void;
  /** Forces a garbage collection; false when the process does not allow it. */
  collectGarbage(): boolean;
  /** Blocks the thread (DEBUG SLEEP). */
  blockThread(ms: number): void;
  log(level: "debug" | "verbose" | "notice" | "warning", text: string): void;
  /** Stops the server; a later call with `abort` cancels is not supported without persistence. */
  shutdown(): void;
  /** A new connection can be refused, a running one judged, by these limits. */
  readonly maxClients: number;
};
