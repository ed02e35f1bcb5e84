// Server: one node put together from its ports. It implements what commands (ServerView) and connections
// (Node) need of the process, and owns the pieces; the loops that turn port events into calls are
// listeners.ts and cron.ts.

import type { ClientView, CommandContext, HostFacts, ServerStats } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import { CommandTable } from "../commands/registry.ts";
import { LatencyMonitor } from "../commands/server/latency-monitor.ts";
import { Slowlog } from "../commands/server/slowlog.ts";
import type { Config } from "../config/config.ts";
import type { Client } from "../connection/client.ts";
import { Coordinator } from "../connection/coordinator.ts";
import { Executor } from "../connection/executor.ts";
import { ConnectionHub } from "../connection/hub.ts";
import type { Node } from "../connection/node.ts";
import type { Env } from "../env/env.ts";
import type { LogLevel } from "../env/log.ts";
import { AccessClock } from "../keyspace/access-clock.ts";
import { Evictor } from "../keyspace/eviction.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import { latin1Bytes } from "../lib/bytes.ts";
import { Rng } from "../lib/rng.ts";
import { Args } from "../resp/args.ts";
import { errors } from "../resp/errors.ts";
import { ReplyWriter } from "../resp/reply-writer.ts";
import { newStats, resetStats } from "./stats.ts";
import { TurnLog } from "./turns.ts";

/** Shadis's own version: package.json's, as a constant so that it can be read without a file. */
export const shadisVersion = "0.1.0";

/** Private memory of an idle process that no store accounts for, added to used_memory. */
const BASE_BYTES = 1024 * 1024;

export type ServerOptions = { readonly configFile: string; readonly onShutdown: () => void };

export class Server implements Node {
  readonly config: Config;
  readonly turns = new TurnLog();
  readonly stats: ServerStats = newStats(this.turns);
  readonly slowlog: Slowlog;
  readonly latency: LatencyMonitor;
  readonly rng: Rng;
  readonly commands: ReadonlyMap<string, Command>;
  readonly startedMs: number;
  readonly configFile: string;
  readonly coordinator: Coordinator;
  readonly hub: ConnectionHub;
  readonly evictor: Evictor;
  readonly access: AccessClock;
  isActiveExpire = true;
  /** Set once a stop was asked for. */
  isStopping = false;

  private readonly env: Env;
  private readonly options: ServerOptions;
  private readonly runId: string;
  private pauseUntilMs = 0;
  private pauseWhat: "all" | "write" = "all";

  constructor(env: Env, config: Config, options: ServerOptions) {
    this.env = env;
    this.config = config;
    this.options = options;
    this.configFile = options.configFile;
    this.rng = new Rng(env.random.seed());
    this.startedMs = env.clock.wallMs();
    this.runId = hexOf(env, 20);
    this.slowlog = new Slowlog(config);
    this.latency = new LatencyMonitor(config);
    const table = new CommandTable();
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
    });
    const databases = this.coordinator.shards.map((shard) => shard.databases);
    this.evictor = new Evictor(databases, this.access, this.rng.fork("evict"));

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
    this.hub = new ConnectionHub({ node: this, executor, reply, setTime: () => this.setTime() });
    this.applyPolicy();
    for (const name of ["maxmemory-policy", "lfu-log-factor", "lfu-decay-time"]) {
      config.onChange(name, () => this.applyPolicy());
    }
    // Sockets cannot be opened before CONFIG SET must answer, so the addresses stay as they were at the start.
    config.onChange("port", () => this.refuseAddresses("Unable to listen on this port. Check server logs."));
    config.onChange("bind", () => this.refuseAddresses("Failed to bind to specified addresses."));
    env.host.onCollection((startUs, endUs) => this.turns.collected(startUs, endUs));
    this.setTime();
  }

  get everything(): Keyspace {
    return this.coordinator.everything;
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

  get isPasswordRequired(): boolean {
    return this.config.requirepass !== "";
  }

  get monitorCount(): number {
    return this.hub.monitors.size;
  }

  get isPaused(): boolean {
    return this.pauseUntilMs !== 0;
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

  usedBytes(): number {
    let bytes = BASE_BYTES;
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
    return this.hub.pausedCount;
  }

  clientCount(): number {
    return this.hub.clientCount;
  }

  // Every byte is looked at, whichever differs first.
  isPassword(password: Uint8Array): boolean {
    const wanted = latin1Bytes(this.config.requirepass);
    let difference = wanted.length ^ password.length;
    for (let i = 0; i < password.length; i++) {
      difference |= (password[i] as number) ^ (wanted[i % Math.max(1, wanted.length)] ?? 0);
    }
    return difference === 0;
  }

  soon(fire: () => void): void {
    this.env.clock.after(0, fire);
  }

  pause(untilMs: number, what: "all" | "write"): void {
    // A pause in force is never shortened, and stays at the wider of the two kinds.
    const isRunning = this.isPaused;
    this.pauseUntilMs = Math.max(this.pauseUntilMs, untilMs);
    this.pauseWhat = isRunning && this.pauseWhat === "all" ? "all" : what;
  }

  unpause(): void {
    this.pauseUntilMs = 0;
    this.env.clock.after(0, () => this.hub.resumePaused());
  }

  /** Ends a pause whose time has come; the cron calls it. */
  maybeUnpause(nowMs: number): void {
    if (this.isPaused && nowMs >= this.pauseUntilMs) this.unpause();
  }

  pauses(command: Command): boolean {
    if (this.env.clock.wallMs() >= this.pauseUntilMs) {
      this.unpause();
      return false;
    }
    return this.pauseWhat === "all" || command.isWrite || command.flags.includes("may_replicate");
  }

  /** Milliseconds until the pause ends, 0 when there is none; for the cron's next wake-up. */
  get pauseEndsMs(): number {
    return this.pauseUntilMs;
  }

  refusalOf(command: Command, client: Client): string | undefined {
    if (client.isMonitor && (command.isWrite || command.flags.includes("readonly")))
      return errors.replicaOnly;
    const limit = this.config.maxmemory;
    if (limit === 0) return undefined;
    return this.makeRoom(limit) || !command.isDenyOom ? undefined : errors.oom;
  }

  recordTurn(startUs: number, endUs: number): void {
    this.turns.add(startUs, endUs);
  }

  countError(text: string): void {
    const { stats } = this;
    stats.errorReplies++;
    const space = text.indexOf(" ");
    const prefix = space < 0 ? text : text.slice(0, space);
    stats.errorsByPrefix.set(prefix, (stats.errorsByPrefix.get(prefix) ?? 0) + 1);
  }

  feedMonitors(line: Uint8Array, self: Client, _reply: ReplyWriter): void {
    this.hub.feedMonitors(line, self);
  }

  rewriteConfig(): string | undefined {
    const read = this.env.disk.readText(this.configFile);
    const before = read.ok ? read.text : undefined;
    return this.env.disk.replaceText(this.configFile, this.config.rewrite(before))?.text;
  }

  resetStats(): void {
    resetStats(this.stats);
    this.coordinator.resetStats();
    this.evictor.evictedKeys = 0;
    this.turns.reset(this.env.clock.monotonicUs());
    for (const shard of this.coordinator.shards) shard.databases.expiredKeys = 0;
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

  shutdown(): void {
    if (this.isStopping) return;
    this.isStopping = true;
    this.options.onShutdown();
  }

  /** The refusal a new connection gets, or undefined. */
  refusalOfConnection(isLoopback: boolean): string | undefined {
    if (this.hub.clientCount >= this.config.maxclients) return "ERR max number of clients reached";
    if (!isLoopback && this.config.protectedMode && !this.isPasswordRequired) return protectedModeText;
    return undefined;
  }

  // True when memory is, or could be brought, under the limit.
  private makeRoom(limit: number): boolean {
    if (this.usedBytes() <= limit) return true;
    const untilUs = this.env.clock.monotonicUs() + evictionBudgetUs(this.config.maxmemoryEvictionTenacity);
    const isUnder = this.evictor.evictUntil(
      limit,
      this.config,
      () => this.usedBytes(),
      () => this.env.clock.monotonicUs() >= untilUs,
    );
    this.stats.evictedKeys = this.evictor.evictedKeys;
    return isUnder;
  }

  private refuseAddresses(error: string): string {
    this.log(
      "warning",
      "The addresses to listen on cannot change while the server runs: restart it with others",
    );
    return error;
  }

  /** Goes on with an eviction that ran out of its time; the cron calls it. True when more is to be done. */
  maybeEvict(): boolean {
    const limit = this.config.maxmemory;
    if (limit === 0 || this.usedBytes() <= limit || this.config.maxmemoryPolicy === "noeviction")
      return false;
    return this.makeRoom(limit) && this.usedBytes() > limit;
  }

  private applyPolicy(): undefined {
    this.access.isLfu = this.config.maxmemoryPolicy.endsWith("lfu");
    this.access.lfuLogFactor = this.config.lfuLogFactor;
    this.access.lfuDecayTime = this.config.lfuDecayTime;
    return undefined;
  }
}

// Redis's scale: 0.5 ms at 10, the default, growing by 15 % a step, and no bound at 100.
function evictionBudgetUs(tenacity: number): number {
  if (tenacity <= 10) return 50 * tenacity;
  return tenacity < 100 ? Math.floor(500 * 1.15 ** (tenacity - 10)) : Number.POSITIVE_INFINITY;
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
