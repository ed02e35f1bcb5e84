// Asker: a plain client for tests of the world, and a run of a plan with a few of them.
//
// Role: for world.test.ts and faults-in-world.test.ts only. An asker counts its answers and dials again when its
// connection ends, so that a test sees what a fault did to one client.

import { bytesOf, textOf } from "../clients/latin1.ts";
import { requestText } from "../clients/request.ts";
import type { Watcher } from "../events.ts";
import type { Plan, ScheduledFault } from "../plan.ts";
import type { FaultName } from "./faults.ts";
import { type ClientStream, type RunOutcome, World, type WorldOptions } from "./world.ts";

/** A second, in microseconds. */
export const S = 1_000_000;

/** A calm plan of one node and five seconds, but for the changes. */
export function planOf(changes: Partial<Plan> = {}, config: Record<string, string> = {}): Plan {
  return {
    version: 1,
    seed: "0x00000000000000a1",
    scenario: "world-test",
    profile: "calm",
    nodes: [{ id: 0, config: { shards: "2", databases: "2", ...config }, clockOffsetMs: 0, driftPpm: 0 }],
    clients: [],
    scheduled: [],
    rates: {},
    buggify: [],
    schedule: { kind: "fifo" },
    safetyUs: 5 * S,
    ...changes,
  };
}

/** Sends one request after the other, dials again when it must, and stops after `count` answers. */
export class Asker {
  readonly replies: string[] = [];
  readonly ends: string[] = [];
  readonly openedUs: number[] = [];
  stream: ClientStream | undefined = undefined;
  private readonly world: World;
  private readonly done: () => void;
  private connections = 0;
  private pending = "";
  private patience = 0;
  readonly id: number;
  readonly request: (n: number) => readonly string[];
  readonly count: number;
  readonly gapUs: number;

  constructor(
    world: World,
    options: {
      id?: number;
      count?: number;
      gapUs?: number;
      startUs?: number;
      request?: Asker["request"];
    } = {},
  ) {
    this.world = world;
    this.id = options.id ?? 0;
    this.count = options.count ?? 10;
    this.gapUs = options.gapUs ?? 0;
    this.request = options.request ?? ((n) => ["SET", `key:${n}`, `${n}`]);
    this.done = world.expect(`client ${this.id}`);
    world.at(options.startUs ?? 1000, () => this.dial());
  }

  private dial(): void {
    this.pending = "";
    const mine = this.connections++;
    const from = { client: this.id, connection: mine };
    this.stream = this.world.dial(from, 0, {
      opened: () => {
        this.openedUs.push(this.world.nowUs);
        this.ask();
      },
      data: (bytes, length) => this.heard(textOf(bytes, length)),
      ended: () => undefined,
      closed: (how) => this.closed(how),
    });
  }

  private ask(): void {
    this.stream?.write(bytesOf(requestText(this.request(this.replies.length))));
    // No reply for a long time: the connection is given up, as any client does.
    const patience = ++this.patience;
    this.world.at(this.world.nowUs + 20 * S, () => {
      if (patience !== this.patience) return;
      this.stream?.destroy();
      this.closed("own");
    });
  }

  private heard(text: string): void {
    this.pending += text;
    if (!this.pending.endsWith("\r\n")) return;
    if (
      this.pending.startsWith("$") &&
      !this.pending.startsWith("$-1") &&
      this.pending.split("\r\n").length < 3
    )
      return;
    this.replies.push(this.pending);
    this.pending = "";
    this.patience++;
    if (this.replies.length >= this.count) {
      this.done();
      this.stream?.end();
    } else if (this.gapUs === 0) this.ask();
    else this.world.at(this.world.nowUs + this.gapUs, () => this.ask());
  }

  private closed(how: string): void {
    this.patience++;
    if (this.replies.length >= this.count) return; // It has hung up itself.
    this.ends.push(how);
    this.world.at(this.world.nowUs + 50_000, () => this.dial());
  }
}

export type Run = { readonly world: World; readonly outcome: RunOutcome; readonly askers: readonly Asker[] };

/** Runs a plan to its end with one asker, unless others are given. */
export function run(
  plan: Plan,
  options: { askers?: ((world: World) => Asker)[]; watcher?: Watcher; world?: WorldOptions } = {},
): Run {
  const world = new World(plan, options.watcher === undefined ? [] : [options.watcher], options.world);
  const askers = (options.askers ?? [(w: World) => new Asker(w)]).map((make) => make(world));
  const outcome = world.run();
  world.close();
  return { world, outcome, askers };
}

/** The part of a plan in which node 0 suffers one fault at a time. */
export const scheduled = (
  name: FaultName,
  atUs: number,
  more: Partial<ScheduledFault> = {},
): Partial<Plan> => ({
  scheduled: [{ atUs, name, node: 0, ...more }],
  safetyUs: 20 * S,
});
/** An asker that is still asking when a fault of the first six seconds is over. */
export const slowly = (w: World): Asker => new Asker(w, { count: 60, gapUs: 100_000 });
