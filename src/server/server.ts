// Server: one node put together from its ports. It implements what commands (ServerView) and connections
// (Node) need of the process, and owns the pieces; the loops that turn port events into calls are
// listeners.ts and cron.ts.

import { Acl } from "../acl/acl.ts";
import { ClusterState } from "../commands/cluster/cluster-state.ts";
import type { ClientView, CommandContext, HostFacts, ServerStats } from "../commands/context.ts";
import type { Command, CommandDeclaration } from "../commands/define.ts";
import { CommandTable } from "../commands/registry.ts";
import { LatencyMonitor } from "../commands/server/latency-monitor.ts";
import { Slowlog } from "../commands/server/slowlog.ts";
import type { Config } from "../config/config.ts";
import type { Client } from "../connection/client.ts";
import { Coordinator } from "../connection/coordinator.ts";
import { Executor } from "../connection/executor.ts";
import { ConnectionHub } from "../connection/hub.ts";
import {
  publishKeyEvent,
  TO_KEYEVENT_CHANNELS,
  TO_KEYSPACE_CHANNELS,
} from "../connection/key-event-channels.ts";
import type { Node } from "../connection/node.ts";
import type { Pubsub } from "../connection/pubsub.ts";
import { CommandCalls } from "../connection/script-calls.ts";
import type { Tracking } from "../connection/tracking.ts";
import { Witness } from "../connection/witness.ts";
import type { TimerId } from "../env/clock.ts";
import type { Env } from "../env/env.ts";
import type { LogLevel } from "../env/log.ts";
import { AccessClock } from "../keyspace/access-clock.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { halfSipHash13 } from "../lib/half-siphash.ts";
import type { Probe } from "../lib/probe.ts";
import { Rng } from "../lib/rng.ts";
import { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import { ReplyWriter } from "../resp/reply-writer.ts";
import { Scripting } from "../scripting/scripting.ts";
import { MemoryLimit } from "./memory-limit.ts";
import { Pause } from "./pause.ts";
import { Persistence } from "./persistence.ts";
import { isRefusedWithoutMemory, refusalInState } from "./refusals.ts";
import { Replication } from "./replication.ts";
import { countErrorReply, newStats, resetStats } from "./stats.ts";
import { TlsRules } from "./tls-rules.ts";
import { TurnLog } from "./turns.ts";

/** Shadis's own version: package.json's, as a constant so that it can be read without a file. */
export const shadisVersion = "0.1.0";

/** Private memory of an idle process that no store accounts for, added to used_memory. */
const BASE_BYTES = 1024 * 1024;
/** How long the network has between two slices of a long script: time goes on, whatever the clock. */
const SCRIPT_PAUSE_US = 1000;

export type ServerOptions = {
  readonly configFile: string;
  readonly onShutdown: () => void;
  /** Follows changed addresses, or says why it cannot; without it they stay as they are. */
  readonly onAddresses?: () => string | undefined;
  /** The commands to serve; all there are unless told otherwise. */
  readonly commands?: readonly CommandDeclaration[];
};

export class Server implements Node {
  readonly config: Config;
  readonly turns = new TurnLog();
  /** How long clients' turns have taken since the start, in microseconds. */
  busyUs = 0;
  readonly stats: ServerStats = newStats(this.turns);
  readonly slowlog: Slowlog;
  readonly latency: LatencyMonitor;
  readonly rng: Rng;
  readonly commands: ReadonlyMap<string, Command>;
  readonly startedMs: number;
  readonly configFile: string;
  readonly cluster: ClusterState | undefined;
  readonly coordinator: Coordinator;
  readonly hub: ConnectionHub;
  readonly scripting: Scripting;
  private readonly scriptCalls: CommandCalls;
  readonly acl: Acl;
  /** Why it must not serve: the users that it was given cannot be read. */
  readonly startFault: string | undefined;
  readonly persistence: Persistence;
  readonly replication: Replication;
  readonly tls: TlsRules;
  readonly memory: MemoryLimit;
  readonly clientPause: Pause;
  readonly access: AccessClock;
  readonly probe: Probe;
  isActiveExpire = true;
  /** A script is suspended: see `Scripting.busy`. */
  isBusy = false;
  /** Set once a stop was asked for. */
  isStopping = false;

  private readonly env: Env;
  private readonly options: ServerOptions;
  /** Some commands are refused now, for another reason than memory. */
  private hasRefusals = false;
  private readonly runId: string;

  constructor(env: Env, config: Config, options: ServerOptions) {
    this.env = env;
    this.probe = env.probe;
    this.config = config;
    this.options = options;
    this.configFile = options.configFile;
    this.rng = new Rng(env.random.seed());
    this.startedMs = env.clock.wallMs();
    this.runId = hexOf(env, 20);
    if (config.clusterEnabled) {
      this.cluster = new ClusterState({
        isFullCoverageRequired: () => config.clusterRequireFullCoverage,
        areReadsAllowed: () => config.clusterAllowReadsWhenDown,
        areShardChannelsAllowed: () => config.clusterAllowPubsubshardWhenDown,
        newId: () => hexOf(env, 20),
      });
    }
    this.slowlog = new Slowlog(config);
    this.latency = new LatencyMonitor(config);
    const table = new CommandTable(options.commands);
    this.commands = table.byName;

    const secret = new Uint32Array(2);
    env.random.secret(new Uint8Array(secret.buffer));
    const seed = { k0: (secret[0] as number) | 0, k1: (secret[1] as number) | 0 };
    this.access = new AccessClock(this.rng.fork("access"));
    this.coordinator = new Coordinator({
      shards: config.shards,
      databases: config.databases,
      seed,
      access: this.access,
      rng: this.rng,
      probe: env.probe,
    });
    const databases = this.coordinator.shards.map((shard) => shard.databases);
    for (const each of databases) each.limits = config;
    this.memory = new MemoryLimit(env, this, databases);
    this.clientPause = new Pause(env.clock, this);

    const reply = new ReplyWriter({ take: (buffer) => buffer });
    const context: CommandContext = {
      args: new Args(new Uint8Array(0)),
      reply,
      keyspace: this.coordinator.everything,
      // Each turn sets the client before anything runs.
      client: undefined as unknown as ClientView,
      server: this,
    };
    const executor = new Executor({ node: this, table, coordinator: this.coordinator, reply, context });
    const { observer } = env;
    const hashOf = (key: Uint8Array, start: number, end: number): number =>
      halfSipHash13(key, start, end, seed.k0, seed.k1);
    const witness =
      observer === undefined
        ? undefined
        : new Witness({ observer, executor, table, node: this, reply, hashOf });
    const { coordinator } = this;
    const setTime = (): void => this.setTime();
    this.hub = new ConnectionHub({ node: this, executor, coordinator, reply, setTime, witness });
    this.scriptCalls = new CommandCalls({ node: this, table, coordinator, witness });
    this.scripting = new Scripting({
      program: () => env.lua?.bytes() ?? { ok: false, error: "Lua is not part of this server" },
      server: this,
      calls: this.scriptCalls,
      driver: {
        soon: (fire) => this.after(SCRIPT_PAUSE_US, fire),
        answer: (client, write) => this.hub.answerSuspended(client as Client, write),
        setBusy: (refusal) => this.setBusy(refusal),
      },
    });
    const { events } = coordinator;
    events.tell = (event, db, bytes, start, end) => {
      const key = bytes.subarray(start, end);
      publishKeyEvent(this.hub.pubsub, config.notifyKeyspaceEvents, { event, db, key });
    };
    this.acl = new Acl({
      commands: table.byName.values(),
      config,
      sha256: (bytes) => env.hashing.sha256(bytes),
      secret: (target) => env.random.secret(target),
      readText: (path) => env.disk.readText(path),
      replaceText: (path, text) => env.disk.replaceText(path, text),
      log: (level, text) => this.log(level, text),
      clients: () => this.hub.clients(),
      clientById: (id) => this.hub.clientById(id),
      pubsub: () => this.hub.pubsub,
      nowMs: () => this.everything.nowMs,
    });
    this.startFault = this.acl.start();
    config.onChange("requirepass", () => this.applyPassword());
    this.persistence = new Persistence(env, this);
    this.replication = new Replication(env, this);
    this.forgetRemovals();
    this.updateRefusals();
    this.applyEvents();
    for (const name of ["min-replicas-to-write", "min-replicas-max-lag"]) {
      config.onChange(name, () => this.updateRefusals());
    }
    config.onChange("notify-keyspace-events", () => this.applyEvents());
    for (const name of ["maxmemory", "maxmemory-clients"]) {
      config.onChange(name, () => this.applyClientLimit());
    }
    config.onChange("tracking-table-max-keys", () => this.applyTrackingLimit());
    this.applyPolicy();
    for (const name of ["maxmemory-policy", "lfu-log-factor", "lfu-decay-time"]) {
      config.onChange(name, () => this.applyPolicy());
    }
    this.tls = new TlsRules({ tls: env.tls, config, log: env.log });
    const badPort = "Unable to listen on this port. Check server logs.";
    config.onChange("port", () => this.followAddresses(badPort));
    config.onChange("tls-port", () => this.tls.apply() ?? this.followAddresses(badPort));
    config.onChange("bind", () => this.followAddresses("Failed to bind to specified addresses."));
    env.host.onCollection((startUs, endUs) => this.turns.collected(startUs, endUs));
    this.setTime();
  }

  get everything(): Keyspace {
    return this.coordinator.everything;
  }

  get pubsub(): Pubsub {
    return this.hub.pubsub;
  }

  get tracking(): Tracking {
    return this.hub.tracking;
  }

  get isInScript(): boolean {
    return this.scriptCalls.isInCall;
  }

  get shardCount(): number {
    return this.coordinator.shards.length;
  }

  get keyspaceHits(): number {
    return this.coordinator.hits;
  }

  get keyspaceMisses(): number {
    return this.coordinator.misses;
  }

  get maxClients(): number {
    return this.config.maxclients;
  }

  get monitorCount(): number {
    return this.hub.monitors.size;
  }

  get isPaused(): boolean {
    return this.clientPause.isOn;
  }

  wallMs(): number {
    return this.env.clock.wallMs();
  }

  wallUs(): number {
    return this.env.clock.wallUs();
  }

  monotonicUs(): number {
    return this.env.clock.monotonicUs();
  }

  /** Reads the wall clock and lets all shards see it. */
  setTime(): void {
    const nowMs = this.env.clock.wallMs();
    this.access.seconds = Math.floor(nowMs / 1000);
    this.coordinator.setTime(nowMs);
  }

  host(): HostFacts {
    const { host } = this.env;
    return {
      version: shadisVersion,
      pid: host.pid,
      runId: this.runId,
      os: host.os,
      arch: host.arch,
      nodeVersion: host.nodeVersion,
      executable: host.executable,
      residentBytes: host.residentBytes(),
      heapUsedBytes: host.heapUsedBytes(),
      totalSystemBytes: host.totalSystemBytes,
      cpuUser: host.cpuUserSeconds(),
      cpuSystem: host.cpuSystemSeconds(),
    };
  }

  oracleFigures(): readonly (readonly [field: string, value: string | number])[] | undefined {
    return this.env.observer?.figures?.();
  }

  usedBytes(): number {
    let bytes = BASE_BYTES + this.scripting.usedBytes + this.hub.eviction.usedBytes;
    for (const shard of this.coordinator.shards) bytes += shard.databases.usedBytes;
    return bytes;
  }

  clients(): Iterable<ClientView> {
    return this.hub.clients();
  }

  clientById(id: number): ClientView | undefined {
    return this.hub.clientById(id);
  }

  blockedCount(): number {
    return this.hub.pausedCount + this.hub.blocking.count;
  }

  timedCount(): number {
    return this.hub.blocking.timedCount;
  }

  clientCount(): number {
    return this.hub.clientCount;
  }

  soon(fire: () => void): void {
    this.env.clock.after(0, fire);
  }

  after(delayUs: number, fire: () => void): TimerId {
    return this.env.clock.after(delayUs, fire);
  }

  cancel(timer: TimerId): void {
    this.env.clock.cancel(timer);
  }

  pause(untilMs: number, what: "all" | "write"): void {
    this.clientPause.begin(untilMs, what);
  }

  unpause(): void {
    this.clientPause.end();
  }

  pauses(command: Command, client: Client, args: Args): boolean {
    return this.clientPause.holds(command, client, args);
  }

  refusalOf(command: Command, client: Client, args: Args): string | undefined {
    if (
      (client.isMonitor || client.replica !== undefined) &&
      (command.isWrite || command.flags.includes("readonly"))
    )
      return errors.replicaOnly;
    const limit = this.config.maxmemory;
    if (limit === 0) return this.hasRefusals ? refusalInState(this, command, client, args) : undefined;
    if (this.memory.makeRoom(limit) || !isRefusedWithoutMemory(command, client)) {
      return this.hasRefusals ? refusalInState(this, command, client, args) : undefined;
    }
    this.env.probe.mark("exec.oom");
    return errors.oom;
  }

  /** What changes is told: to the append-only log, or to replicas. */
  get isTelling(): boolean {
    return this.persistence.log.file.isOpen || this.replication.isTelling;
  }

  /** To be called when who is told of changes is another one, or nobody any more. */
  updateTelling(): void {
    const { log } = this.persistence;
    this.coordinator.tellTo(this.isTelling ? log.changes : undefined);
    this.updateRemovals();
  }

  // Has keys and fields that go by themselves told to the log, and to who observes.
  private updateRemovals(): void {
    const { observer } = this.env;
    const { log } = this.persistence;
    if (!this.isTelling) return this.forgetRemovals();
    for (const { databases } of this.coordinator.shards) {
      databases.onRemoved = (db, key, why) => {
        observer?.removed(db, key, why);
        log.changes.removed(db, key);
      };
      databases.onFieldsRemoved = (db, key, fields) => log.changes.removedFields(db, key, fields);
    }
  }

  /** Has them told to who observes alone. */
  forgetRemovals(): void {
    const { observer } = this.env;
    for (const { databases } of this.coordinator.shards) {
      databases.onRemoved =
        observer === undefined ? undefined : (db, key, why) => observer.removed(db, key, why);
      databases.onFieldsRemoved = undefined;
    }
  }

  get lacksReplicas(): boolean {
    const { minReplicasToWrite, minReplicasMaxLag } = this.config;
    if (minReplicasToWrite === 0 || minReplicasMaxLag === 0) return false;
    return this.replication.goodCount < minReplicasToWrite;
  }

  /** To be called when something has changed for which commands may be refused. */
  updateRefusals(): undefined {
    const { persistence } = this;
    this.hasRefusals =
      this.isBusy ||
      persistence.isLoading ||
      persistence.writeRefusal !== undefined ||
      this.cluster !== undefined ||
      (this.config.minReplicasToWrite > 0 && this.config.minReplicasMaxLag > 0) ||
      this.tracking.isOver; // That is none, but something is to be done first.
    return undefined;
  }

  // While a script is suspended nothing else changes the data, or is woken by what it has done so far.
  private setBusy(refusal: string): void {
    this.isBusy = refusal !== "";
    this.updateRefusals();
    this.hub.blocking.isHeld = this.isBusy;
    this.coordinator.keepExpired(this.isBusy);
  }

  recordTurn(startUs: number, endUs: number): void {
    this.busyUs += endUs - startUs;
    this.turns.add(startUs, endUs);
  }

  countError(text: string): void {
    countErrorReply(this.stats, text);
  }

  feedMonitors(line: Uint8Array, self: Client, _reply: ReplyWriter): void {
    this.hub.feedMonitors(line, self);
  }

  rewriteConfig(): string | undefined {
    const { disk, probe } = this.env;
    // With an ACL file the users are kept there.
    const users = new Map([["user", this.config.aclfile === "" ? this.acl.configLines() : []]]);
    const read = disk.readText(this.configFile);
    // A file that is there and cannot be read may hold what would be lost: comments, includes, other options.
    const fault =
      !read.ok && read.fault.code !== "ENOENT"
        ? read.fault
        : disk.replaceText(this.configFile, this.config.rewrite(read.ok ? read.text : undefined, users));
    probe.mark(fault === undefined ? "config.rewritten" : "config.rewrite-failed");
    return fault?.text;
  }

  resetStats(): void {
    resetStats(this.stats);
    this.coordinator.resetStats();
    this.memory.resetStats();
    this.turns.reset(this.env.clock.monotonicUs());
    for (const { databases } of this.coordinator.shards) {
      databases.expiredKeys = 0;
      databases.collections.freedLater = 0;
    }
    for (const command of this.commands.values()) {
      command.stats.reset();
      for (const subcommand of command.byName.values()) subcommand.stats.reset();
    }
  }

  purge(): void {
    for (const shard of this.coordinator.shards) {
      while (shard.databases.freeSome(10_000)) {
        // Until nothing is left to give back.
      }
    }
  }

  collectGarbage(): boolean {
    return this.env.host.collectGarbage();
  }

  blockThread(ms: number): void {
    this.env.host.block(ms);
  }

  log(level: LogLevel, text: string): void {
    this.env.log.write(level, text);
  }

  shutdown(mode: "default" | "save" | "nosave" = "default", isForced = false): boolean {
    if (this.isStopping) return true;
    if (!this.persistence.saveBeforeExit(mode, isForced) && !isForced) return false;
    this.isStopping = true;
    this.options.onShutdown();
    return true;
  }

  /** The refusal a new connection gets, or undefined. */
  refusalOfConnection(isLoopback: boolean): string | undefined {
    if (this.hub.clientCount >= this.config.maxclients) return "ERR max number of clients reached";
    if (!isLoopback && this.config.protectedMode && this.acl.isDefaultNopass) return protectedModeText;
    return undefined;
  }

  private followAddresses(error: string): string | undefined {
    const { onAddresses } = this.options;
    const fault = onAddresses === undefined ? "The addresses to listen on cannot change here" : onAddresses();
    if (fault === undefined) return undefined;
    this.log("warning", fault);
    return error;
  }

  // Clients are closed when the turn of the one that has lowered the limit ends.
  private applyClientLimit(): undefined {
    this.hub.eviction.renewLimit();
    return undefined;
  }

  private applyTrackingLimit(): undefined {
    this.tracking.checkLimit();
    return undefined;
  }

  private applyPassword(): undefined {
    this.acl.setDefaultPassword(this.config.requirepass);
    return undefined;
  }

  // Without a kind of channel nothing is published, whatever the classes.
  private applyEvents(): undefined {
    const flags = this.config.notifyKeyspaceEvents;
    const hasChannels = (flags & (TO_KEYSPACE_CHANNELS | TO_KEYEVENT_CHANNELS)) !== 0;
    this.coordinator.events.mask = hasChannels ? flags : 0;
    return undefined;
  }

  private applyPolicy(): undefined {
    this.access.isLfu = this.config.maxmemoryPolicy.endsWith("lfu");
    this.access.lfuLogFactor = this.config.lfuLogFactor;
    this.access.lfuDecayTime = this.config.lfuDecayTime;
    return undefined;
  }
}

const protectedModeText =
  "DENIED Shadis is running in protected mode because protected mode is enabled and no password is set for the " +
  "default user. In this mode connections are only accepted from the loopback interface. If you want to connect " +
  "from external computers, set a password (requirepass), or turn protected mode off with CONFIG SET " +
  "protected-mode no from the loopback interface, or restart with --protected-mode no.";

function hexOf(env: Env, count: number): string {
  const bytes = new Uint8Array(count);
  env.random.secret(bytes);
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
