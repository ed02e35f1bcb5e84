// World: one run of a plan, from start to end inside one synchronous call.
//
//   safety phase   faults at any moment; nothing may go wrong
//   healing        a core of the nodes is healed, with the links among them; the faults of the others become
//                  permanent; buggify is off; everything runs in the order it comes
//   liveness phase what was asked for must be answered: a bound in virtual time that begins anew with each progress,
//                  since slow is not stuck
//
// Role: the event queue and the time; the nodes, the network and the clients' ends of it; the scheduled faults; the
// books of what fired, what was handled and what was reached. Clients and checks live outside: clients use `at`,
// `dial` and `expect`, checks are watchers.
// Invariants:
//   - every choice comes from the plan or from a stream forked from its seed: one plan, one trace hash.
//   - nothing waits for a promise, a timer or a thread of the machine that the run stands on.

import type { LuaProgram } from "../../src/env/lua.ts";
import type { BuggifyName, MarkName, Probe } from "../../src/lib/probe.ts";
import type { Watcher } from "../events.ts";
import type { Plan, ScheduledFault } from "../plan.ts";
import { type Chance, chanceOf } from "./chance.ts";
import type { ClientStream, ClientStreamEvents } from "./client-end.ts";
import { Connection, clientPlace, nodePlace } from "./connection.ts";
import { type Emit, fanOut } from "./fan-out.ts";
import { type FaultName, faults } from "./faults.ts";
import { due, type Ground, rolls } from "./ground.ts";
import { Links } from "./links.ts";
import type { LiveNode } from "./live-node.ts";
import { latencies } from "./pipe.ts";
import { type NodeEvents, NodeProcess } from "./process.ts";
import { EventQueue } from "./queue.ts";
import { Schedule } from "./schedule.ts";
import { strike } from "./strike.ts";
import { digestOfText, Trace } from "./trace.ts";

export type { ClientStream, ClientStreamEvents } from "./client-end.ts";

export type RunOutcome = {
  /** Requests that a server ran or refused. */
  readonly commands: number;
  readonly virtualUs: number;
  /** Events of the queue. */
  readonly events: number;
  /** What was still expected when nothing had moved for STUCK_US. */
  readonly stuck: readonly string[];
  /** Exceptions of production code, and broken contracts. The run ended there. */
  readonly crashed: readonly { readonly node: number; readonly atUs: number; readonly text: string }[];
};

export type WorldOptions = {
  readonly trace?: "hash" | "full";
  /** What nodes run scripts with; without it they refuse them. */
  readonly lua?: LuaProgram;
};

/** No progress for so long is called stuck, once the world is healed. */
export const STUCK_US = 30_000_000;
/** So long while clients still do something: dialing again and again is no progress. */
const IN_VAIN_US = 120_000_000;
/** However much keeps happening, this is the end: so long, and so long for each step of the longest program. */
const LIVENESS_US_MAX = 1_800_000_000;
const LIVENESS_US_PER_STEP = 5_000_000;
/** How long the world runs on when all is done, so that what should end by itself can. */
const SETTLE_US = 2_000_000;
const CLIENT_BUFFER_BYTES = 64 * 1024;
const EVENTS_MAX = 100_000_000;
const RESTART_US = [200_000, 1_000_000, 5_000_000] as const;
/** An active point fires so often; once in 4 times unless it costs much, or is asked very often. */
const buggifyOneIn: Partial<Record<BuggifyName, number>> = { "defrag.eager": 256, "release.slow": 2 };
const BUGGIFY_ONE_IN = 4;

const markFaults: ReadonlyMap<MarkName, readonly FaultName[]> = handledByMarks();

export class World implements Ground {
  readonly plan: Plan;
  readonly queue = new EventQueue();
  readonly trace: Trace;
  readonly clientBuffer = new Uint8Array(CLIENT_BUFFER_BYTES);
  /** Tells all watchers; clients use it too. */
  readonly emit: Emit;
  readonly faultsFired = new Map<FaultName, number>();
  readonly handledFaults = new Map<FaultName, number>();
  readonly marks = new Map<MarkName, number>();
  readonly buggified = new Map<BuggifyName, number>();

  private readonly root: Chance;
  private readonly streams = new Map<string, Chance>();
  private readonly buggifyChances = new Map<BuggifyName, Chance>();
  private readonly schedule: Schedule;
  private readonly nodes = new Map<number, NodeProcess>();
  private readonly links = new Links();
  private readonly connections = new Set<Connection>();
  private readonly expectations = new Map<number, string>();
  private readonly refusedDials = new Map<number, Set<FaultName>>();
  private readonly probe: Probe;
  private readonly isExecutedWatched: boolean;
  private readonly livenessUs: number;
  private lastExpectation = 0;
  private lastConnection = 0;
  private harnessEvents = 0;
  /** The liveness phase has begun. */
  isHealed = false;
  private hasExpected = false;
  private progressUs = 0;
  private doneUs = -1;
  private commands = 0;
  private eventCount = 0;
  private readonly crashed: { node: number; atUs: number; text: string }[] = [];

  constructor(plan: Plan, watchers: readonly Watcher[], options: WorldOptions = {}) {
    this.plan = plan;
    this.trace = new Trace(options.trace === "full");
    this.root = chanceOf(plan.seed);
    this.schedule = new Schedule(plan.schedule, this.stream("schedule"));
    this.emit = fanOut(watchers);
    this.isExecutedWatched = watchers.some((each) => each.executed !== undefined);
    // A client may wait for keys that never come, once for each step.
    const stepsMax = plan.clients.reduce((most, { steps }) => Math.max(most, steps.length), 0);
    this.livenessUs = LIVENESS_US_MAX + stepsMax * LIVENESS_US_PER_STEP;
    const active: ReadonlySet<string> = new Set(plan.buggify);
    this.probe = {
      buggify: (name) => {
        if (this.isHealed || !active.has(name)) return false;
        if (this.buggifyChance(name).below(buggifyOneIn[name] ?? BUGGIFY_ONE_IN) !== 0) return false;
        count(this.buggified, name);
        return true;
      },
      mark: (name) => this.mark(name),
    };
    for (const node of plan.nodes) {
      const { ground, schedule, probe } = { ground: this, schedule: this.schedule, probe: this.probe };
      const { lua } = options;
      this.nodes.set(
        node.id,
        new NodeProcess({ ground, schedule, probe, lua, events: this.nodeEvents(), plan: node }),
      );
    }
  }

  get nowUs(): number {
    return this.queue.nowUs;
  }

  get traceHash(): string {
    return this.trace.hash;
  }

  /** The times each fault was dealt with. */
  get handledCounts(): ReadonlyMap<FaultName, number> {
    return this.handledFaults;
  }

  fullTrace(): string[] {
    return this.trace.text();
  }

  /** A running node's own view of itself; undefined while it is down. */
  node(id: number): LiveNode | undefined {
    return this.nodes.get(id)?.live;
  }

  stream(label: string): Chance {
    let stream = this.streams.get(label);
    if (stream === undefined) {
      stream = this.root.fork(label);
      this.streams.set(label, stream);
    }
    return stream;
  }

  // Asked for each request, too often to make the label anew.
  private buggifyChance(name: BuggifyName): Chance {
    let chance = this.buggifyChances.get(name);
    if (chance === undefined) {
      chance = this.stream(`buggify/${name}`);
      this.buggifyChances.set(name, chance);
    }
    return chance;
  }

  /** Has `fire` called at a time of the world: for clients, and whatever else is not production code. */
  at(atUs: number, fire: () => void, channel = "harness"): void {
    this.harnessEvents++;
    this.queue.push(
      atUs,
      this.orderKey(channel),
      due(() => {
        this.harnessEvents--;
        fire();
      }),
    );
  }

  /** The run is not over until the function that this returns was called; what is left then is stuck. */
  expect(what: string): () => void {
    const id = ++this.lastExpectation;
    this.hasExpected = true;
    this.expectations.set(id, what);
    return () => this.expectations.delete(id);
  }

  /** Opens a connection from a client to a node. Ends in `opened`, or in `closed`. */
  dial(
    from: { readonly client: number; readonly connection: number },
    to: number,
    on: ClientStreamEvents,
  ): ClientStream {
    const node = this.nodes.get(to);
    if (node === undefined) throw new Error(`there is no node ${to}`);
    const chance = this.stream(`dial/${from.client}`);
    const connection = new Connection(this, {
      id: ++this.lastConnection,
      client: from.client,
      connection: from.connection,
      host: node,
      on,
      latency: this.drawLatency(chance),
      closedAtServer: () => {
        node.connections.delete(connection);
      },
    });
    if (this.isHealed) connection.heal();
    this.connections.add(connection);
    if (this.connections.size % 64 === 0) this.forgetClosed();
    const place = `dial/${from.client}`;
    if (rolls(this.rate("tcp.connect-refused"), chance)) {
      this.refuseDial(connection, "tcp.connect-refused", "refused", this.nowUs + 100);
    } else if (rolls(this.rate("tcp.connect-hang"), chance)) {
      this.refuseDial(
        connection,
        "tcp.connect-hang",
        "timed-out",
        this.nowUs + chance.between(1_000_000, 5_000_000),
      );
    } else {
      const afterUs = chance.pick(latencies[connection.latency]);
      this.queue.push(
        this.nowUs + afterUs,
        this.orderKey(place),
        due(() => this.arrive(connection, node, 0)),
      );
    }
    return connection.clientEnd;
  }

  /** Runs the plan to its end. */
  run(): RunOutcome {
    for (const node of this.nodes.values()) {
      this.queue.push(
        0,
        0,
        due(() => this.startNode(node)),
      );
    }
    for (const fault of this.plan.scheduled) {
      this.queue.push(
        fault.atUs,
        0,
        due(() => this.strike(fault)),
      );
    }
    let stuck: readonly string[] = [];
    for (;;) {
      if (this.crashed.length > 0) break;
      const nextUs = this.queue.nextAtUs;
      if (!this.isHealed && (nextUs > this.plan.safetyUs || this.isDone(nextUs))) {
        this.queue.nowUs = Math.max(this.nowUs, Math.min(nextUs, this.plan.safetyUs));
        this.heal();
        continue;
      }
      if (this.isHealed) {
        if (this.isSettled(nextUs)) break;
        if (this.isStuck(nextUs)) {
          stuck = [...this.expectations.values()];
          break;
        }
      }
      if (nextUs === Number.POSITIVE_INFINITY) break;
      const next = this.queue.pop();
      if (next === undefined) continue;
      if (++this.eventCount > EVENTS_MAX) {
        stuck = ["the run itself: too many events"];
        break;
      }
      next.fire();
    }
    this.emit.finished(this.nowUs);
    for (const [label, { draws }] of this.streams) this.trace.note(this.nowUs, -1, label, draws);
    const { commands, crashed } = this;
    return { commands, virtualUs: this.nowUs, events: this.eventCount, stuck, crashed: [...crashed] };
  }

  /** Lets go of the memory of nodes that still run. Call it when all looks at them are done. */
  close(): void {
    for (const node of this.nodes.values()) node.discard();
  }

  // --- Ground ---

  orderKey(channel: string): number {
    return this.schedule.orderKey(channel);
  }

  rate(name: FaultName): number {
    return this.isHealed ? 0 : (this.plan.rates[name] ?? 0);
  }

  fired(name: FaultName, node: number, text: string, digest = digestOfText(text)): void {
    count(this.faultsFired, name);
    this.trace.note(this.nowUs, node, name, digest);
    if (this.trace.isFull) this.trace.say(this.nowUs, node, `FAULT ${name} ${text}`);
    this.emit.faultFired({ atUs: this.nowUs, name, node, text });
  }

  handled(name: FaultName): void {
    if (this.faultsFired.has(name)) count(this.handledFaults, name);
  }

  progress(): void {
    this.progressUs = this.nowUs;
  }

  broke(node: number, text: string): void {
    this.crashed.push({ node, atUs: this.nowUs, text });
    this.trace.say(this.nowUs, node, `CRASH ${text}`);
  }

  cutBetween(pair: string): FaultName | undefined {
    return this.links.cutBetween(pair, this.nowUs);
  }

  // --- phases ---

  // All programs have ended, and what they set off has had time to.
  private isDone(nextUs: number): boolean {
    if (!this.hasExpected || this.expectations.size > 0) {
      this.doneUs = -1;
      return false;
    }
    if (this.doneUs < 0) this.doneUs = this.nowUs;
    return nextUs > this.doneUs + SETTLE_US;
  }

  private isSettled(nextUs: number): boolean {
    if (this.hasExpected) return this.isDone(nextUs);
    return this.harnessEvents === 0 && nextUs > this.progressUs + SETTLE_US;
  }

  private isStuck(nextUs: number): boolean {
    if (nextUs > this.plan.safetyUs + this.livenessUs) return true;
    return nextUs > this.progressUs + (this.harnessEvents === 0 ? STUCK_US : IN_VAIN_US);
  }

  private heal(): void {
    this.isHealed = true;
    this.progress();
    this.doneUs = -1;
    this.trace.note(this.nowUs, -1, "heal", 0);
    this.schedule.becomeFair();
    this.links.heal();
    for (const connection of this.connections) connection.heal();
    const core = this.drawCore();
    for (const node of this.nodes.values()) {
      if (!core.has(node)) {
        node.kill(); // For good: faults that heal by chance hide what never ends by itself.
        continue;
      }
      node.heal();
      if (!node.isUp) this.startNode(node);
    }
    this.emit.healed(this.nowUs);
  }

  // The nodes that must live: all of one, a majority of several.
  private drawCore(): ReadonlySet<NodeProcess> {
    const all = [...this.nodes.values()];
    const chance = this.stream("liveness");
    const majority = Math.floor(all.length / 2) + 1;
    const wanted = all.length === 1 ? 1 : chance.between(majority, all.length);
    while (all.length > wanted) all.splice(chance.below(all.length), 1);
    return new Set(all);
  }

  private startNode(node: NodeProcess): void {
    if (node.isUp) return;
    const planned = this.plan.nodes.find(({ id }) => id === node.id);
    const isFirst = node.generation < 0;
    node.start();
    if (!isFirst || planned === undefined) return;
    if (planned.clockOffsetMs !== 0) {
      this.fired("clock.offset", node.id, `${planned.clockOffsetMs} ms`);
      node.awaitRun("clock.offset");
    }
    if (planned.driftPpm !== 0) {
      this.fired("clock.drift", node.id, `${planned.driftPpm} ppm`);
      node.awaitRun("clock.drift");
    }
  }

  private restartLater(node: NodeProcess, afterUs: number, config?: Readonly<Record<string, string>>): void {
    this.queue.push(
      this.nowUs + afterUs,
      0,
      due(() => {
        if (node.isUp || this.isHealed) return;
        if (config !== undefined) {
          node.install(config);
          this.fired("proc.restart-reconfigured", node.id, JSON.stringify(config));
          node.awaitRun("proc.restart-reconfigured");
        }
        this.startNode(node);
      }),
    );
  }

  // --- dialing ---

  private arrive(connection: Connection, node: NodeProcess, tries: number): void {
    const { clientEnd, client } = connection;
    if (clientEnd.isClosed) return;
    const chance = this.stream(`dial/${client}`);
    const cut = this.cutBetween(`${clientPlace(client)}>${nodePlace(node.id)}`);
    if (cut !== undefined) {
      if (tries >= 6) {
        clientEnd.refuse("timed-out");
        return;
      }
      const againUs = this.nowUs + 1_000_000 * (tries + 1);
      this.queue.push(
        againUs,
        this.orderKey(`dial/${client}`),
        due(() => this.arrive(connection, node, tries + 1)),
      );
      return;
    }
    if (node.isOff) {
      const timeoutUs = this.nowUs + chance.between(1_000_000, 5_000_000);
      this.queue.push(
        timeoutUs,
        this.orderKey(`dial/${client}`),
        due(() => clientEnd.refuse("timed-out")),
      );
      return;
    }
    if (!node.isListening) {
      clientEnd.refuse("refused");
      return;
    }
    connection.attach({
      generation: node.generation,
      keepAliveSeconds: node.keepAliveSeconds,
      local: node.address,
    });
    if (!node.offer(connection)) {
      this.queue.push(
        this.nowUs + 1_000_000,
        0,
        due(() => clientEnd.refuse("timed-out")),
      );
      return;
    }
    for (const name of this.refusedDials.get(client) ?? []) this.handled(name);
    this.refusedDials.delete(client);
    const openUs = this.nowUs + chance.pick(latencies[connection.latency]);
    this.queue.push(
      openUs,
      this.orderKey(`dial/${client}`),
      due(() => clientEnd.opened()),
    );
  }

  private refuseDial(
    connection: Connection,
    name: FaultName,
    how: "refused" | "timed-out",
    atUs: number,
  ): void {
    this.fired(name, connection.host.id, `client ${connection.client}`);
    this.refusedDials.set(
      connection.client,
      (this.refusedDials.get(connection.client) ?? new Set()).add(name),
    );
    this.queue.push(
      atUs,
      this.orderKey(`dial/${connection.client}`),
      due(() => connection.clientEnd.refuse(how)),
    );
  }

  private drawLatency(chance: Chance): keyof typeof latencies {
    switch (this.plan.profile) {
      case "calm":
        return "loopback";
      case "moderate":
        return chance.pick(["loopback", "loopback", "lan", "lan", "wan"] as const);
      default:
        return chance.pick(["loopback", "lan", "lan", "wan", "long-tail"] as const);
    }
  }

  private forgetClosed(): void {
    for (const connection of this.connections) if (!connection.isOpen) this.connections.delete(connection);
  }

  // --- scheduled faults ---

  private strike(fault: ScheduledFault): void {
    const node = this.nodes.get(fault.node);
    if (this.isHealed || node === undefined) return;
    strike(
      {
        ground: this,
        links: this.links,
        places: () => this.places(node),
        configOf: (id) => this.configOf(id),
        restartLater: (each, afterUs, config) => this.restartLater(each, afterUs, config),
      },
      node,
      fault,
    );
  }

  private places(node: NodeProcess): string[] {
    const clients = new Set([
      ...this.plan.clients.map(({ id }) => id),
      ...[...node.connections].map(({ client }) => client),
    ]);
    return [...[...this.nodes.keys()].map(nodePlace), ...[...clients].sort((x, y) => x - y).map(clientPlace)];
  }

  private configOf(id: number): Readonly<Record<string, string>> {
    return this.plan.nodes.find((each) => each.id === id)?.config ?? {};
  }

  private mark(name: MarkName): void {
    count(this.marks, name);
    for (const fault of markFaults.get(name) ?? []) this.handled(fault);
  }

  private nodeEvents(): NodeEvents {
    const { emit } = this;
    return {
      started: (node, generation, config) => {
        this.trace.note(this.nowUs, node, "start", generation);
        emit.nodeStarted({ atUs: this.nowUs, node, generation, config });
      },
      recovered: (node, generation) => emit.nodeRecovered({ atUs: this.nowUs, node, generation }),
      ended: (event) => {
        emit.nodeEnded({ atUs: this.nowUs, ...event });
        const node = this.nodes.get(event.node);
        if ((event.how === "stop" || event.how === "refused") && node !== undefined)
          this.restartStopped(node);
      },
      sessionOpened: ({ id, generation }, session, { client, connection }) => {
        emit.sessionOpened({ node: id, generation, session, client, connection });
      },
      sessionClosed: ({ id, generation }, session) => emit.sessionClosed({ node: id, generation, session }),
      executed: (node, connection, call) => {
        this.commands++;
        if (this.trace.isFull) {
          this.trace.say(
            node.localUs,
            node.id,
            `run #${call.client} ${call.words.join(" ")} -> ${call.reply}`.slice(0, 300),
          );
        }
        if (!this.isExecutedWatched) return;
        emit.executed({
          atUs: node.localUs,
          node: node.id,
          generation: node.generation,
          client: connection?.client ?? -1,
          connection: connection?.connection ?? -1,
          session: call.client,
          call,
        });
      },
      removed: ({ id, generation, localUs }, nowMs, db, key, why) => {
        emit.removed({ atUs: localUs, node: id, generation, nowMs, db, key, why });
      },
      turnEnded: emit.turnEnded,
    };
  }

  // Whoever runs it starts it again: after a fault when its time is over, after a client's SHUTDOWN soon.
  private restartStopped(node: NodeProcess): void {
    const chance = this.stream(`restart/${node.id}`);
    const planned = this.plan.scheduled.find(
      (each) =>
        each.name === "proc.stop" &&
        each.node === node.id &&
        each.atUs <= this.nowUs &&
        each.atUs > this.nowUs - 1_000_000,
    );
    if (this.isHealed) {
      this.queue.push(
        this.nowUs + chance.pick(RESTART_US),
        0,
        due(() => this.startNode(node)),
      );
      return;
    }
    this.restartLater(node, planned?.forUs ?? chance.pick(RESTART_US), planned?.config);
  }
}

function handledByMarks(): Map<MarkName, FaultName[]> {
  const found = new Map<MarkName, FaultName[]>();
  for (const { name, handled } of faults) {
    if (!("mark" in handled)) continue;
    for (const mark of handled.mark) found.set(mark, [...(found.get(mark) ?? []), name]);
  }
  return found;
}

function count<T>(counts: Map<T, number>, name: T): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
