// Process: one node: a machine with a clock and a disk, and on it the production server, started and ended as often as
// the plan says.
//
//   events of the world --post--> ready list --schedule--> turn: one callback of the server, run to its end
//
// Role: src/env's ports for the server, and what may be done to a process: stop, kill, power loss, pause, slowness,
// restart with other settings. `kill` loses memory and keeps what the system has taken; `losePower` loses unsynced
// disk pages too, and tells the peers nothing.
// Time: a turn takes virtual time: so much for itself, so much for each command and each look at the clock, times the
// slow factor. While it lasts the node is busy and everything else waits, so that queues build up as they do in life.
// Looking at the clock costs time so that loops with a budget of time come to its end.
// Invariants:
//   - nothing of an ended generation runs, and nothing reaches it.
//   - a callback of the server runs in a turn, and one turn ends before the next begins.

import { sha256Hex } from "../../oracle/sha256.ts";
import { Config } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/parse.ts";
import type { TimerId } from "../../src/env/clock.ts";
import type { Env } from "../../src/env/env.ts";
import type { LuaProgram } from "../../src/env/lua.ts";
import type { Address, Listener, ListenOptions, Net, Stream, StreamEvents } from "../../src/env/net.ts";
import type { Executed, Observer, RemovalReason } from "../../src/env/observer.ts";
import type { Probe } from "../../src/lib/probe.ts";
import { ServerProcess } from "../../src/server/process.ts";
import { type Server, shadisVersion } from "../../src/server/server.ts";
import { textBetween } from "../clients/latin1.ts";
import type { NodeEnded } from "../events.ts";
import type { NodePlan } from "../plan.ts";
import type { Chance } from "./chance.ts";
import { NodeClock } from "./clock.ts";
import type { Connection, Host } from "./connection.ts";
import { type DiskUser, SimulatedDisk } from "./disk.ts";
import type { FaultName } from "./faults.ts";
import { due, type Ground, rolls } from "./ground.ts";
import { liveNode } from "./inspection.ts";
import type { LiveNode } from "./live-node.ts";
import { NodeTimer } from "./node-timer.ts";
import type { Due } from "./queue.ts";
import { ReadyList, type Schedule } from "./schedule.ts";
import { configText, keepsData, settingsOf } from "./settings.ts";

/** Where every node keeps its settings. */
export const CONFIG_FILE = "/data/redis.conf";
const LOG_FOLDER = "/data/appendonlydir";

const TURN_US = 2;
const COMMAND_US = 2;
const CLOCK_US = 1;
const READ_BUFFER_BYTES = 64 * 1024;

/** What a node tells the world. */
export interface NodeEvents {
  started(node: number, generation: number, config: Readonly<Record<string, string>>): void;
  /** What was kept is loaded, and clients are let in. */
  recovered(node: number, generation: number): void;
  ended(event: Omit<NodeEnded, "atUs">): void;
  sessionOpened(node: NodeProcess, session: number, connection: Connection): void;
  sessionClosed(node: NodeProcess, session: number): void;
  executed(node: NodeProcess, connection: Connection | undefined, call: Executed): void;
  removed(node: NodeProcess, nowMs: number, db: number, key: string, why: RemovalReason): void;
  turnEnded(node: number): void;
}

type Bound = {
  readonly at: Address;
  readonly options: ListenOptions;
  readonly accept: (stream: Stream) => StreamEvents;
  waiting: number;
};

export class NodeProcess implements Host, DiskUser {
  readonly id: number;
  /** Counts starts from 0; -1 before the first. */
  generation = -1;
  isUp = false;
  /** The machine is off: who dials it hears nothing. */
  isOff = false;
  readonly readBuffer = new Uint8Array(READ_BUFFER_BYTES);
  readonly disk: SimulatedDisk;
  readonly clock: NodeClock;
  /** Connections of the present generation. */
  readonly connections = new Set<Connection>();
  /** Everything takes this many times as long. */
  slowFactor = 1;

  private readonly ground: Ground;
  private readonly schedule: Schedule;
  private readonly probe: Probe;
  private readonly lua: LuaProgram | undefined;
  private readonly events: NodeEvents;
  private readonly plan: NodePlan;
  private readonly timerChance: Chance;
  private readonly ready = new ReadyList();
  private readonly channels = new Map<string, number>();
  private readonly awaited = new Set<FaultName>();
  private running: ServerProcess | undefined = undefined;
  private seen: { readonly server: Server; readonly live: LiveNode } | undefined = undefined;
  private listeners: Bound[] = [];
  private timers = new Map<number, NodeTimer>();
  private lastTimer = 0;
  private sessions = new Map<number, Connection>();
  private accepting: Connection | undefined = undefined;
  private busyUntilUs = 0;
  private startedUs = 0;
  private turnUs = 0;
  private isInTurn = false;
  private isWakeScheduled = false;
  private hasCrashed = false;
  private hasRecovered = false;
  private readonly timerChannel: number;
  private readonly timerOrder: number;
  private readonly wakeUp: Due = { fire: () => this.wake() };

  constructor(parts: {
    ground: Ground;
    schedule: Schedule;
    probe: Probe;
    lua: LuaProgram | undefined;
    events: NodeEvents;
    plan: NodePlan;
  }) {
    this.ground = parts.ground;
    this.schedule = parts.schedule;
    this.probe = parts.probe;
    this.lua = parts.lua;
    this.events = parts.events;
    this.plan = parts.plan;
    this.id = parts.plan.id;
    this.clock = new NodeClock({ offsetMs: this.plan.clockOffsetMs, driftPpm: this.plan.driftPpm });
    this.timerChance = this.ground.stream(`timer/${this.id}`);
    this.timerChannel = this.channelOf("timers");
    this.timerOrder = this.ground.orderKey(`timers/${this.id}`);
    this.disk = new SimulatedDisk(this.ground, this);
    this.install(this.plan.config);
  }

  // --- what is done to it ---

  /** Writes its configuration file anew, as an administrator does. */
  install(config: Readonly<Record<string, string>>): void {
    this.disk.install(CONFIG_FILE, configText(config));
  }

  /** Starts the process. What cannot start is told as a crash. */
  start(): void {
    if (this.isUp || this.hasCrashed) return;
    this.generation++;
    this.isUp = true;
    this.isOff = false;
    this.hasRecovered = false;
    this.disk.takeFault();
    const { generation } = this;
    this.turn(
      due(() => {
        const config = new Config((path) => this.disk.enterFolder(path));
        // Read by whoever starts it, who would try again if it could not be read.
        const file = this.disk.installed(CONFIG_FILE);
        const sources = { file, input: undefined, overrides: undefined };
        const readIncluded = () => ({ ok: false, error: "nothing is included" }) as const;
        const loaded = loadConfig(config, sources, { version: shadisVersion, readIncluded });
        if (!loaded.ok) throw new Error(loaded.report);
        this.running = new ServerProcess(this.env(), config, {
          configFile: CONFIG_FILE,
          failed: (text) => this.refuse(text),
          ended: () => {
            if (this.generation === generation) this.end("stop");
          },
        });
        this.events.started(this.id, generation, settingsOf(config));
        this.running.start();
      }),
    );
  }

  /** Asks for an orderly stop, as SIGTERM does. */
  stop(): void {
    if (this.isUp)
      this.post(
        this.timerChannel,
        due(() => this.server?.shutdown()),
      );
  }

  kill(): void {
    this.end("kill");
  }

  losePower(): void {
    this.end("power-loss");
    this.isOff = true;
    this.disk.losePower();
  }

  /** Gets no processor until `untilUs`; timers are late, sockets fill. */
  pause(untilUs: number): void {
    this.busyUntilUs = Math.max(this.busyUntilUs, untilUs);
  }

  /** Whatever lasts ends now. */
  heal(): void {
    this.slowFactor = 1;
    this.busyUntilUs = this.ground.queue.nowUs;
    this.clock.thaw();
    this.disk.heal();
    for (const connection of this.connections) connection.heal();
    if (this.isUp && this.ready.length > 0)
      this.ground.queue.push(this.ground.queue.nowUs, 0, this.wakeUp, this.id);
  }

  /** The run is over: its memory is given back, and nobody is told. */
  discard(): void {
    this.isUp = false;
    this.release();
  }

  /** A fault that counts as handled once a command has run. */
  awaitRun(name: FaultName): void {
    this.awaited.add(name);
  }

  get server(): Server | undefined {
    return this.running?.server;
  }

  /** Its own view of itself; undefined while it is down. */
  get live(): LiveNode | undefined {
    const { server, seen } = this;
    if (!this.isUp || server === undefined) return undefined;
    if (seen?.server === server) return seen.live;
    const live = liveNode(this, server);
    this.seen = { server, live };
    return live;
  }

  /** Clients told apart by the server's ids. */
  connectionOf(session: number): Connection | undefined {
    return this.sessions.get(session);
  }

  // --- Host and DiskUser ---

  /** The world's microseconds as its present turn has them; outside of a turn the world's own. */
  get localUs(): number {
    return this.isInTurn ? this.turnUs : this.ground.queue.nowUs;
  }

  /** When the present turn began, in the world's microseconds; outside of a turn, now. */
  get turnStartedUs(): number {
    return this.isInTurn ? this.startedUs : this.ground.queue.nowUs;
  }

  spend(us: number): void {
    this.turnUs += us;
  }

  channelOf(name: string): number {
    let channel = this.channels.get(name);
    if (channel === undefined) {
      channel = this.channels.size;
      this.channels.set(name, channel);
    }
    return channel;
  }

  post(channel: number, work: Due): void {
    if (!this.isUp) return;
    const { nowUs } = this.ground.queue;
    if (!this.isInTurn && this.ready.length === 0 && nowUs >= this.busyUntilUs) {
      this.turn(work);
      return;
    }
    this.ready.add(channel, work);
    this.maybeScheduleWake();
  }

  /** A client's SYN has come: true when its connection waits to be accepted. */
  offer(connection: Connection): boolean {
    const bound = this.listeners[0];
    if (!this.isUp || bound === undefined || bound.waiting >= bound.options.backlog) return false;
    // Who comes while it loads would be told so, and come again.
    if (this.running?.isServing !== true) return false;
    bound.waiting++;
    this.connections.add(connection);
    this.post(
      connection.channel,
      due(() => this.accept(bound, connection)),
    );
    return true;
  }

  get isListening(): boolean {
    return this.isUp && this.listeners.length > 0;
  }

  get keepAliveSeconds(): number {
    return this.listeners[0]?.options.keepAliveSeconds ?? 0;
  }

  get address(): Address {
    return this.listeners[0]?.at ?? { kind: "tcp", host: "127.0.0.1", port: 6379 };
  }

  // --- turns ---

  private wake(): void {
    this.isWakeScheduled = false;
    if (!this.isUp || this.ready.length === 0) return;
    if (this.ground.queue.nowUs >= this.busyUntilUs) {
      this.turn(this.ready.take(this.schedule.pick(this.ready)));
    }
    this.maybeScheduleWake();
  }

  private maybeScheduleWake(): void {
    if (this.isWakeScheduled || this.ready.length === 0 || !this.isUp || this.isInTurn) return;
    this.isWakeScheduled = true;
    this.ground.queue.push(this.busyUntilUs, 0, this.wakeUp, this.id);
  }

  private turn(work: Due): void {
    const { generation } = this;
    this.isInTurn = true;
    this.turnUs = this.ground.queue.nowUs;
    this.startedUs = this.turnUs;
    try {
      work.fire();
    } catch (error) {
      this.crash(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    this.turnUs += TURN_US * this.slowFactor;
    this.busyUntilUs = Math.max(this.busyUntilUs, this.turnUs);
    // Told inside of the turn, by its clock: what was over by the end of loading was left out.
    if (
      this.isUp &&
      this.generation === generation &&
      !this.hasRecovered &&
      this.running?.isServing === true
    ) {
      this.hasRecovered = true;
      this.events.recovered(this.id, generation);
    }
    this.isInTurn = false;
    if (this.isUp && this.generation === generation) {
      this.events.turnEnded(this.id);
      this.maybeScheduleWake();
    }
  }

  private crash(text: string): void {
    if (this.hasCrashed) return;
    this.hasCrashed = true;
    this.end("crash", text);
    this.ground.broke(this.id, text);
  }

  // It will not serve. Whoever runs it tries again when the disk has failed, and cuts off a log what was torn when the
  // power went; for anything else it has no reason.
  private refuse(text: string): void {
    if (!this.disk.takeFault()) {
      const torn = /append only file (\S+?):? .*at byte (\d+)/.exec(text);
      const isRepaired = torn !== null && this.disk.repair(`${LOG_FOLDER}/${torn[1]}`, Number(torn[2]));
      if (!isRepaired) throw new Error(text);
    }
    this.ground.trace.say(this.localUs, this.id, `refused to start: ${text}`);
    this.end("refused");
  }

  private end(how: NodeEnded["how"], text?: string): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.isWakeScheduled = false;
    this.ground.queue.bury(this.id);
    this.ground.trace.note(this.localUs, this.id, how, this.generation);
    this.ready.clear();
    this.timers.clear();
    this.listeners = [];
    const connections = [...this.connections];
    this.connections.clear();
    for (const connection of connections) connection.nodeEnded(how === "power-loss");
    for (const session of this.sessions.keys()) this.events.sessionClosed(this, session);
    this.sessions.clear();
    this.events.ended({
      node: this.id,
      generation: this.generation,
      how,
      ...(text === undefined ? {} : { text }),
    });
    this.release();
  }

  // The arenas' memory is given back at once: a collection may come much later, and a run starts many servers.
  private release(): void {
    const { server } = this;
    this.running = undefined;
    this.seen = undefined;
    if (server === undefined) return;
    for (const { databases } of server.coordinator.shards) {
      databases.flushAll();
      while (databases.freeSome(1_000_000)) {
        // Until nothing is left to give back.
      }
    }
  }

  private accept(bound: Bound, connection: Connection): void {
    bound.waiting--;
    if (connection.server.isGone) return;
    if (!this.listeners.includes(bound)) {
      // Whoever still waits at a listener when it closes is turned away by the kernel.
      this.connections.delete(connection);
      connection.nodeEnded(false);
      return;
    }
    this.accepting = connection;
    const events = bound.accept(connection.server);
    this.accepting = undefined;
    this.ground.trace.note(this.localUs, this.id, "accept", connection.channel);
    connection.server.accepted(events);
  }

  // --- ports ---

  private env(): Env {
    const { ground, id, generation, clock } = this;
    return {
      clock: {
        monotonicUs: () => {
          this.turnUs += CLOCK_US * this.slowFactor;
          return clock.monotonicUs(this.localUs);
        },
        wallMs: () => Math.floor(clock.wallUs(this.localUs) / 1000),
        wallUs: () => clock.wallUs(this.localUs),
        after: (delayUs, fire) => this.addTimer(delayUs, fire),
        cancel: (timer) => {
          const found = this.timers.get(timer);
          if (found !== undefined) found.isCancelled = true;
          this.timers.delete(timer);
        },
      },
      random: {
        seed: () => ground.stream(`seed/${id}/${generation}`).u32(),
        secret: (target) => ground.stream(`secret/${id}/${generation}`).fill(target),
      },
      net: this.net(),
      disk: this.disk,
      files: this.disk,
      // Who keeps nothing uses the disk at DEBUG RELOAD alone, of which the oracle expects that it succeeds.
      blockingFiles: this.disk.blocking(keepsData(this.plan.config)),
      threads: { processors: 2 },
      hashing: { sha256: (bytes) => sha256Hex(textBetween(bytes, 0, bytes.length)) },
      host: {
        pid: 1000 + id,
        os: "simulated",
        arch: "simulated",
        nodeVersion: "simulated",
        executable: "/usr/bin/shadis",
        totalSystemBytes: 1 << 30,
        residentBytes: () => 1 << 24,
        heapUsedBytes: () => 1 << 22,
        cpuUserSeconds: () => 0,
        cpuSystemSeconds: () => 0,
        collectGarbage: () => false,
        onCollection() {},
        block: (ms) => {
          this.turnUs += ms * 1000;
        },
      },
      log: {
        write: (level, text) => ground.trace.say(this.localUs, id, `log ${level}: ${text}`),
      },
      probe: this.probe,
      ...(this.lua === undefined ? {} : { lua: this.lua }),
      observer: this.observer(),
    };
  }

  private net(): Net {
    return {
      listen: (at, options, accept, done) => {
        const bound: Bound = { at, options, accept, waiting: 0 };
        const listener: Listener = {
          address: at,
          close: () => {
            this.listeners = this.listeners.filter((each) => each !== bound);
          },
        };
        // Completions come in a turn of their own.
        this.post(
          this.timerChannel,
          due(() => {
            this.listeners.push(bound);
            done({ ok: true, value: listener });
          }),
        );
      },
    };
  }

  private observer(): Observer {
    return {
      textOf: textBetween,
      connected: (session) => {
        const connection = this.accepting;
        if (connection === undefined) return;
        connection.session = session;
        this.sessions.set(session, connection);
        this.events.sessionOpened(this, session, connection);
      },
      disconnected: (session) => {
        if (this.sessions.delete(session)) this.events.sessionClosed(this, session);
      },
      executed: (call) => {
        this.turnUs += COMMAND_US * this.slowFactor;
        this.ground.progress();
        this.events.executed(this, this.sessions.get(call.client), call);
        if (this.slowFactor > 1) this.ground.handled("proc.slow");
        if (this.awaited.size > 0) {
          for (const name of this.awaited) this.ground.handled(name);
          this.awaited.clear();
        }
      },
      removed: (db, key, why) => {
        // Of what it loads nobody has been told yet.
        if (!this.hasRecovered) return;
        this.events.removed(this, Math.floor(this.clock.wallUs(this.localUs) / 1000), db, key, why);
      },
    };
  }

  private addTimer(delayUs: number, fire: () => void): TimerId {
    const id = ++this.lastTimer;
    let atUs = this.localUs + this.clock.worldDelayUs(delayUs);
    const isLate = rolls(this.ground.rate("timer.late"), this.timerChance);
    if (isLate) {
      atUs += this.timerChance.between(1000, 200_000);
      this.ground.fired("timer.late", this.id, "");
    }
    const timer = new NodeTimer(this, id, this.timerChannel, fire);
    timer.isLate = isLate;
    this.timers.set(id, timer);
    this.ground.queue.push(atUs, this.timerOrder, timer, this.id);
    return id as TimerId;
  }

  /** A timer runs; for NodeTimer. */
  ran(timer: NodeTimer): void {
    this.timers.delete(timer.id);
    this.ground.trace.note(this.localUs, this.id, "timer", 0);
    if (timer.isLate) this.ground.handled("timer.late");
  }
}
