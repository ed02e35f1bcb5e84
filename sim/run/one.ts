// One: runs one plan in a world of its own, with its clients and checks, and says what came of it.

import { createHook } from "node:async_hooks";
import type { Check, Checking, Violation } from "../check.ts";
import { allChecks } from "../checks/all.ts";
import { Followers } from "../checks/followers.ts";
import { Client } from "../clients/client.ts";
import type { Watcher } from "../events.ts";
import type { Plan } from "../plan.ts";
import type { Recorder } from "../report/recorder.ts";
import type { Counts, Shapes } from "../report/result.ts";
import { signatureOf } from "../report/tally.ts";
import { withTripwires } from "../world/tripwires.ts";
import { World } from "../world/world.ts";
import { Coverage } from "./coverage.ts";
import type { Settings } from "./job.ts";
import { luaProgram } from "./lua-program.ts";
import type { Executions } from "./serial-plan.ts";
import type { Verdict } from "./shrink.ts";

export type OneOptions = {
  readonly checks: Settings["checks"];
  readonly recorder?: Recorder;
  /** Told what ran, until the first offence. */
  readonly executions?: Executions;
  readonly trace?: "hash" | "full";
  /** Without the count of commands and shapes, for measurements of speed. */
  readonly isBare?: boolean;
};

export type OneRun = {
  readonly violations: readonly Violation[];
  /** The first of each signature. */
  readonly verdicts: readonly Verdict[];
  readonly commands: number;
  readonly virtualUs: number;
  readonly traceHash: string;
  readonly trace: readonly string[];
  readonly fired: Counts;
  readonly handled: Counts;
  readonly marks: Counts;
  readonly buggified: Counts;
  readonly looks: Counts;
  readonly shapes: Shapes;
};

/** A check that goes on and on is heard so often. */
const HEARD_PER_CHECK = 4;
/** One seed in so many has the dear checks as well. */
const DEAR_ONE_IN = 10;

export function runPlan(plan: Plan, options: OneOptions): OneRun {
  const run = new Run(plan, options);
  return run.perform();
}

class Run {
  private readonly plan: Plan;
  private readonly options: OneOptions;
  private readonly violations: Violation[] = [];
  private readonly verdicts = new Map<string, Verdict>();
  private readonly heard = new Map<string, number>();
  private readonly coverage = new Coverage();
  private readonly checkings: { readonly check: Check; readonly checking: Checking }[] = [];
  private readonly followers: Followers;
  private readonly world: World;
  private readonly clients: readonly Client[];

  constructor(plan: Plan, options: OneOptions) {
    this.plan = plan;
    this.options = options;
    this.followers = new Followers({ plan, node: (id) => this.world.node(id) });
    for (const check of chosenChecks(plan, options.checks))
      this.checkings.push({ check, checking: this.begin(check) });
    const watchers: Watcher[] = this.followers.among(this.checkings);
    if (options.executions !== undefined) watchers.unshift(options.executions);
    if (options.isBare !== true) watchers.push(this.coverage);
    watchers.push({
      healed: () => {
        for (const client of this.clients) client.hurry();
      },
    });
    // First, so that an offence stands behind the event that shows it.
    if (options.recorder !== undefined) watchers.unshift(options.recorder);
    this.world = new World(plan, watchers, { trace: options.trace ?? "hash", lua: luaProgram });
    const { world } = this;
    this.clients = plan.clients.map((program) => new Client(world, program));
  }

  perform(): OneRun {
    const { world } = this;
    for (const client of this.clients) client.start();
    const { commands, virtualUs, stuck } = withTripwires(globalThis, () => world.run(), createHook);
    for (const text of stuck) this.heed({ check: "world", kind: "not settled", atUs: virtualUs, text });
    const looks: Record<string, number> = {};
    for (const { check, checking } of this.checkings)
      for (const [what, times] of Object.entries(checking.counts())) looks[`${check.name}: ${what}`] = times;
    const run: OneRun = {
      violations: this.violations,
      verdicts: [...this.verdicts.values()],
      commands,
      virtualUs,
      traceHash: world.traceHash,
      trace: world.fullTrace(),
      fired: Object.fromEntries(world.faultsFired),
      handled: Object.fromEntries(world.handledFaults),
      marks: Object.fromEntries(world.marks),
      buggified: Object.fromEntries(world.buggified),
      looks,
      shapes: this.coverage.asRecord(),
    };
    world.close();
    return run;
  }

  private begin(check: Check): Checking {
    const { followers } = this;
    return check.begin({
      plan: this.plan,
      get references() {
        return followers.references;
      },
      get pairing() {
        return followers.pairing;
      },
      nowUs: () => this.world.nowUs,
      node: (id) => this.world.node(id),
      report: (found) => this.heed({ check: check.name, atUs: this.world.nowUs, ...found }),
    });
  }

  private heed(violation: Violation): void {
    const { check } = violation;
    const signature = signatureOf(violation);
    this.options.executions?.stop();
    if (!this.verdicts.has(signature)) {
      const taken = Object.fromEntries(this.clients.map((client) => [client.program.id, client.stepsTaken]));
      this.verdicts.set(signature, { signature, atUs: this.world.nowUs, taken });
    }
    const times = (this.heard.get(check) ?? 0) + 1;
    this.heard.set(check, times);
    if (times > HEARD_PER_CHECK) return;
    this.violations.push(violation);
    this.options.recorder?.violated(violation, this.world.nowUs);
  }
}

function chosenChecks(plan: Plan, wanted: Settings["checks"]): Check[] {
  if (wanted === "cheap") return allChecks.filter(({ cost }) => cost === "cheap").map(({ check }) => check);
  if (wanted !== "all")
    return allChecks.filter(({ check }) => wanted.includes(check.name)).map(({ check }) => check);
  const isDearSeed = Number(BigInt(plan.seed) % BigInt(DEAR_ONE_IN)) === 0;
  return allChecks
    .filter(({ cost, scenario }) => cost === "cheap" || isDearSeed || scenario === plan.scenario)
    .map(({ check }) => check);
}
