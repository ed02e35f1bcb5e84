// Command context: everything a handler may use. One object is reused for all commands of a thread.
//
// `ServerView` and `ClientView` are what server and connection offer to commands; they are interfaces
// here so that commands depend on neither.

import type { Config } from "../config/config.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import type { Rng } from "../lib/rng.ts";
import type { Args } from "../resp/args.ts";
import type { ReplyWriter } from "../resp/reply-writer.ts";
import type { AclView } from "./acl/views.ts";
import type { ClusterState } from "./cluster/cluster-state.ts";
import type { TrackingState, TrackingView } from "./connection/tracking-view.ts";
import type { Command } from "./define.ts";
import type { PersistenceView } from "./persistence/views.ts";
import type { ScriptingView } from "./scripting/views.ts";
import type { LatencyMonitor } from "./server/latency-monitor.ts";
import type { ReplicationView, ReplicaView, ReplicaWishes } from "./server/replication-view.ts";
import type { Slowlog } from "./server/slowlog.ts";

export type CommandContext = {
  readonly args: Args;
  readonly reply: ReplyWriter;
  /** The databases the command's keys live in, the client's database selected. */
  keyspace: Keyspace;
  client: ClientView;
  readonly server: ServerView;
};

/** What one subscribes to: a channel, channels by a pattern, or a channel of a hash slot. */
export type ChannelKind = "channel" | "pattern" | "shard";

/** Channels and those who have subscribed to them; names are Latin-1 texts. */
export type PubsubView = {
  /** Nothing happens when it has subscribed before. */
  subscribe(client: ClientView, kind: ChannelKind, name: string): void;
  unsubscribe(client: ClientView, kind: ChannelKind, name: string): void;
  /** Ends all subscriptions of a client. */
  forget(client: ClientView): void;
  /** A client's own subscriptions. */
  namesOf(client: ClientView, kind: ChannelKind): readonly string[];
  /** How many subscriptions a client has: channels and patterns together, or shard channels. */
  countOf(client: ClientView, kind: ChannelKind): number;
  /** Sends a message; how many received it. One who has several patterns that match receives it for each. */
  publish(kind: "channel" | "shard", channel: Uint8Array, message: Uint8Array): number;
  /** All names that somebody has subscribed to. */
  names(kind: ChannelKind): Iterable<string>;
  nameCount(kind: ChannelKind): number;
  subscriberCount(kind: ChannelKind, name: string): number;
};

/** One client's transaction: MULTI and EXEC, and the keys it watches. */
export type TransactionView = {
  readonly isOpen: boolean;
  /** Some command could not be queued. */
  readonly isRefused: boolean;
  /** Some watched key has changed; one whose time has come counts. */
  readonly hasChanged: boolean;
  open(): void;
  /** Ends it: what was queued is dropped, and nothing is watched any more. */
  discard(): void;
  watch(db: number, args: Args, i: number): void;
  unwatch(): void;
};

/** What a request that cannot be answered yet waits for. */
export type BlockRequest = {
  /** The TYPE_ code (store/entry.ts) of what must appear. */
  readonly type: number;
  /** The keys are the arguments firstKey .. lastKey. */
  readonly firstKey: number;
  readonly lastKey: number;
  /** For how long; 0 is for ever. See `readTimeout`. */
  readonly timeoutMs: number;
  /** The reply where waiting is not allowed (transactions, scripts); absent: a null array, as on a timeout. */
  readonly refusal?: "null";
  /** When a key is removed or takes another type, the waiting ends with this error. */
  readonly errorWhenGone?: string;
  /** It waits for so many replicas to have followed up to `offset`, and is answered with how many have (WAIT). */
  readonly acks?: { readonly offset: number; readonly wanted: number };
  /** It waits for the append-only log, and not for keys (WAITAOF). */
  readonly log?: LogWait;
  /** Kept for the request's next run (`ClientView.blockedState`), such as what "$" stood for. */
  readonly state?: unknown;
};

/** What of the append-only log is waited for; the reply tells how many logs have the client's changes, here and elsewhere. */
export type LogWait = {
  /** How far it must be synced. */
  readonly position: number;
  /** The log of this server is asked for, and with it being there the wait is over unless replicas are asked for too. */
  readonly isLocal: boolean;
  readonly isOfReplicas: boolean;
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
  /** Has logged in, or did not need to when it connected. */
  readonly isAuthenticated: boolean;
  /** The user's name. */
  readonly user: string;
  replyMode: ReplyMode;
  isMonitor: boolean;
  isNoEvict: boolean;
  isNoTouch: boolean;
  /** READONLY was called, which means nothing to a node that is no replica. */
  isReadonly: boolean;
  /** Full name ("client|list") of the last command run. */
  lastCommand: string;
  /** Waits for keys, or is held back by CLIENT PAUSE. */
  readonly isBlocked: boolean;
  /** The argument whose key has woken the request, which is run again; 0 when it runs for the first time. */
  readonly wokenBy: number;
  /** What the request left with `block` when it ran for the first time. */
  readonly blockedState: unknown;
  /**
   * Makes the running request wait for keys instead of replying. It is run again when one of them has appeared, and
   * then either replies or calls this again, which leaves it where it waits. Where waiting is not allowed it is
   * answered at once. Nothing may have been replied, and the handler returns right after.
   */
  block(context: CommandContext, request: BlockRequest): void;
  /** Ends the waiting for keys as by its timeout or, when given, with an error; false when it does not wait. */
  unblock(error?: string): boolean;
  readonly pendingQueryBytes: number;
  /** Of these, what CLIENT LIST shows. */
  readonly queryBufferBytes: number;
  readonly queuedOutputBytes: number;
  /** Bytes held for this client altogether, buffers and state. */
  readonly memoryBytes: number;
  readonly totalCommands: number;
  readonly transaction: TransactionView;
  /** Commands queued since MULTI; -1 outside of a transaction. */
  readonly queuedCount: number;
  /** Bytes that the transaction holds. */
  readonly transactionBytes: number;
  /** The running request is answered later, by the server's own call; its client's next ones wait until then. */
  suspend(): void;
  /** Runs what is queued, each command with its reply, and ends the transaction. */
  runQueued(): void;
  /** Some watched key has been changed, as far as it is known without looking at its expiry. */
  readonly isDirty: boolean;
  /** EXEC is running what was queued: nothing may wait, and no reply may be without an end. */
  readonly isInExec?: boolean;
  /** Runs the commands of a script. */
  readonly isScript?: true;
  /** Has subscribed to something. */
  readonly isSubscriber: boolean;
  /** How it tracks keys; undefined while it does not. */
  readonly tracking: TrackingState | undefined;
  /** The connection is being closed, perhaps for what it does not read: a long reply may stop where it is. */
  readonly isClosed: boolean;
  /** How far the append-only log must be synced for all of this client's changes to be safe; 0 while it made none. */
  loggedTo: number;
  /** As a replica, once it has asked for the data. */
  readonly replica?: ReplicaView | undefined;
  /** What REPLCONF was told. */
  replicaWishes?: ReplicaWishes | undefined;
  /** How far replicas must have followed to have all of this client's changes. */
  replicatedTo?: number;
  /** Sends bytes that are no reply: also where CLIENT REPLY keeps replies back. They are given away. */
  send(bytes: Uint8Array): void;
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
  replicaOutputBytes: number;
  evictedKeys: number;
  evictedClients: number;
  /** Expire cycles that ended before all due keys were deleted, and the time of all cycles. */
  expireCyclesCut: number;
  expireCyclesUs: number;
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
  readonly pubsub: PubsubView;
  readonly tracking: TrackingView;
  /** Undefined without cluster-enabled. */
  readonly cluster: ClusterState | undefined;
  readonly scripting: ScriptingView;
  readonly replication: ReplicationView;
  /** Snapshots on disk. */
  readonly persistence: PersistenceView;
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
  /** Writes are refused as there are not as many replicas as are asked for. */
  readonly lacksReplicas: boolean;
  /** Bytes that count against maxmemory. */
  usedBytes(): number;
  /** Connected clients by ascending id. */
  clients(): Iterable<ClientView>;
  clientById(id: number): ClientView | undefined;
  clientCount(): number;
  /** Clients that wait for keys or for the end of a pause. */
  blockedCount(): number;
  /** Those of them that wait for keys with a timeout. */
  timedCount(): number;
  /** Users, logins, and what was refused. */
  readonly acl: AclView;
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
  /**
   * Stops the server, after a last snapshot if one is asked for, or by default if there are save points. False when that
   * failed, and the server goes on, unless it `isForced`.
   */
  shutdown(mode?: "default" | "save" | "nosave", isForced?: boolean): boolean;
  /** Fields of a shadow oracle for INFO; undefined when there is none. */
  oracleFigures?(): readonly (readonly [field: string, value: string | number])[] | undefined;
  /** A new connection can be refused, a running one judged, by these limits. */
  readonly maxClients: number;
};
