// Draw: the plan that a seed stands for: shape, configuration, clock, schedule, faults, buggify points.
//
// Role: all choices that are made before a run. Clients' programs are drawn by a function of the caller, with what
// they need to know. What a run still draws itself (which write is cut, how long a packet takes) comes from streams
// of the same seed.
// Swarm: each fault and each directive is in a run or not by the flip of a coin (Groce et al., "Swarm Testing"): a run
// that leaves something out reaches what a run with everything seldom does.

import { type BuggifyName, buggifyNames } from "../../src/lib/probe.ts";
import type { ClientProgram, NodePlan, Plan, Profile, ScheduledFault, SchedulePlan } from "../plan.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { EPOCH_MS } from "./clock.ts";
import { type Fault, type FaultName, faultsToday } from "./faults.ts";

/** What clients' programs may depend on. */
export type PlanShape = {
  readonly seed: string;
  readonly profile: Profile;
  readonly scenario: string;
  readonly nodes: readonly number[];
  readonly databases: number;
  /** The wall clock of a node without offset when the run begins. */
  readonly startWallMs: number;
  /** Steps should be spread over about this long: the part of the plan's safety phase that programs may plan with. */
  readonly safetyUs: number;
};

export type DrawOptions = {
  readonly seed: string;
  readonly profile: Profile;
  readonly scenario: string;
  readonly nodes?: number;
  /** Directives that the scenario must have; they win over the swarm's, after a restart with others too. */
  readonly config?: Readonly<Record<string, string>>;
  /** Faults that the scenario does not want. */
  readonly without?: readonly FaultName[];
  readonly clients: (shape: PlanShape) => readonly ClientProgram[];
};

const S = 1_000_000;
const safetySeconds: Readonly<Record<Profile, readonly [number, number]>> = {
  calm: [8, 20],
  moderate: [40, 100],
  chaos: [60, 180],
};
/**
 * Of the safety phase programs are paced over this many percent: latencies, resets and restarts take the rest of it.
 * Otherwise most of a program would run when all faults are over. A run does not wait for the rest when all have ended.
 */
const pacedPercent: Readonly<Record<Profile, number>> = { calm: 60, moderate: 40, chaos: 20 };
const buggifyPercent: Readonly<Record<Profile, number>> = { calm: 5, moderate: 25, chaos: 50 };
/** A plan with more faults than that is not read by anyone, and shrinks slowly. */
const SCHEDULED_MAX = 200;

export function drawPlan(options: DrawOptions): Plan {
  const { seed, profile, scenario } = options;
  const root = chanceOf(seed).fork("plan");
  const [low, high] = safetySeconds[profile];
  const safetyUs = root.fork("safety").between(low * 1000, high * 1000) * 1000;
  const faults = drawFaults(root.fork("faults"), options);
  const nodes = drawNodes(root.fork("nodes"), options, faults);
  const shape: PlanShape = {
    seed,
    profile,
    scenario,
    nodes: nodes.map(({ id }) => id),
    databases: Number(nodes[0]?.config["databases"] ?? 16),
    startWallMs: EPOCH_MS,
    safetyUs: Math.floor((safetyUs * pacedPercent[profile]) / 100),
  };
  return {
    version: 1,
    seed,
    scenario,
    profile,
    nodes,
    clients: options.clients(shape),
    scheduled: drawScheduled(root.fork("scheduled"), { options, faults, nodes, safetyUs }),
    rates: drawRates(faults, profile),
    buggify: drawBuggify(root.fork("buggify"), profile),
    schedule: drawSchedule(root.fork("schedule")),
    safetyUs,
  };
}

/** A configuration of the swarm; directives that are left out have their defaults. */
export function drawConfig(chance: Chance): Record<string, string> {
  const config: Record<string, string> = {
    shards: chance.pick(["1", "2", "3", "4", "4", "8", "16"]),
    databases: chance.pick(["1", "2", "16"]),
    "proto-max-bulk-len": "1mb",
  };
  const maybe = (oneIn: number, name: string, values: readonly string[]): void => {
    const value = chance.pick(values);
    if (chance.chance(1, oneIn)) config[name] = value;
  };
  // A server that holds nothing says that it uses 1 MiB.
  const spareBytes = [64, 128, 256, 1024, 4096].map((kib) => `${(1024 + kib) * 1024}`);
  if (chance.chance(1, 4)) {
    config["maxmemory"] = chance.pick(spareBytes);
    config["maxmemory-policy"] = chance.pick(policies);
    maybe(2, "maxmemory-samples", ["1", "3", "5", "10"]);
    maybe(2, "maxmemory-eviction-tenacity", ["0", "1", "10", "100"]);
    maybe(4, "lfu-log-factor", ["0", "1", "10"]);
    maybe(4, "lfu-decay-time", ["0", "1", "10"]);
  }
  maybe(4, "hz", ["1", "10", "100"]);
  maybe(4, "active-expire-effort", ["1", "5", "10"]);
  maybe(4, "client-output-buffer-limit", ["normal 262144 65536 2", "normal 65536 0 0", "normal 0 16384 1"]);
  maybe(4, "client-query-buffer-limit", ["1mb"]);
  maybe(12, "timeout", ["1", "5"]);
  maybe(4, "tcp-keepalive", ["0", "5", "60"]);
  maybe(16, "maxclients", ["3", "5"]);
  maybe(16, "tcp-backlog", ["1", "2"]);
  maybe(4, "slowlog-log-slower-than", ["0", "-1", "100"]);
  maybe(8, "slowlog-max-len", ["0", "1", "8"]);
  maybe(8, "latency-monitor-threshold", ["1", "10"]);
  maybe(8, "latency-tracking", ["no"]);
  for (const name of packedThresholds) maybe(4, name, ["0", "1", "2", "8", "128"]);
  return config;
}

const policies = [
  "noeviction",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
] as const;

const packedThresholds = [
  "hash-max-listpack-entries",
  "hash-max-listpack-value",
  "set-max-intset-entries",
  "zset-max-listpack-entries",
  "zset-max-listpack-value",
] as const;

function drawFaults(chance: Chance, { profile, config = {}, without = [] }: DrawOptions): readonly Fault[] {
  return faultsToday().filter((fault) => {
    const { name, only } = fault;
    // Those of some nodes only have a stream of their own, so that the others are drawn as without them.
    const isIn = (only === undefined ? chance : chance.fork(name)).chance(1, 2);
    const isMeant = only === undefined || config[only[0]] === only[1];
    return isIn && isMeant && fault[profile] !== undefined && !without.includes(name);
  });
}

function drawNodes(
  chance: Chance,
  { profile, nodes = 1, config }: DrawOptions,
  faults: readonly Fault[],
): NodePlan[] {
  const spread = (name: FaultName, own: Chance): number => {
    const rate = faults.find((each) => each.name === name)?.[profile];
    return rate !== undefined && "atStart" in rate ? own.between(-rate.atStart, rate.atStart) : 0;
  };
  return Array.from({ length: nodes }, (_, id) => {
    const own = chance.fork(`${id}`);
    return {
      id,
      config: { ...drawConfig(own.fork("config")), ...config },
      clockOffsetMs: spread("clock.offset", own),
      driftPpm: spread("clock.drift", own),
    };
  });
}

function drawRates(faults: readonly Fault[], profile: Profile): Plan["rates"] {
  const rates: Partial<Record<FaultName, number>> = {};
  for (const { name, [profile]: rate } of faults) {
    if (rate === undefined || !("per10k" in rate) || isDrawnBefore(name)) continue;
    rates[name] = rate.per10k;
  }
  return rates;
}

// Chances that are taken when the plan is drawn.
function isDrawnBefore(name: FaultName): boolean {
  return name === "proc.wipe" || name === "proc.restart-reconfigured";
}

type Parts = {
  readonly options: DrawOptions;
  readonly faults: readonly Fault[];
  readonly nodes: readonly NodePlan[];
  readonly safetyUs: number;
};

function drawScheduled(chance: Chance, { options, faults, nodes, safetyUs }: Parts): ScheduledFault[] {
  const { profile, config } = options;
  const found: ScheduledFault[] = [];
  const per10kOf = (name: FaultName): number => {
    const rate = faults.find((each) => each.name === name)?.[profile];
    return rate !== undefined && "per10k" in rate ? rate.per10k : 0;
  };
  for (const fault of faults) {
    const { name, [profile]: rate } = fault;
    const own = chance.fork(name);
    const add = (atUs: number): void => {
      found.push({
        atUs,
        name,
        node: own.pick(nodes).id,
        ...lasting(fault, own),
        ...amountOf(name, profile, own),
      });
    };
    if (name === "proc.wipe") {
      if (own.chance(per10kOf(name), 10_000)) add(own.below(safetyUs));
    } else if (rate !== undefined && "everyS" in rate) {
      // Gaps of 0 to twice the mean, the first one of any length in between.
      for (
        let atUs = own.below(rate.everyS * S);
        atUs < safetyUs;
        atUs += own.between(1, 2 * rate.everyS * S)
      ) {
        add(atUs);
      }
    }
  }
  const again = chance.fork("reconfigured");
  const reconfigured = found.map((each) => {
    if (!["proc.stop", "proc.kill", "proc.power-loss"].includes(each.name)) return each;
    if (!again.chance(per10kOf("proc.restart-reconfigured"), 10_000)) return each;
    const databases = nodes.find(({ id }) => id === each.node)?.config["databases"] ?? "16";
    return { ...each, config: { ...drawConfig(again), databases, ...config } };
  });
  return reconfigured.sort((a, b) => a.atUs - b.atUs || (a.name < b.name ? -1 : 1)).slice(0, SCHEDULED_MAX);
}

function lasting({ lastsUs }: Fault, chance: Chance): { readonly forUs?: number } {
  if (lastsUs === undefined) return {};
  // Mostly short: a long fault leaves room for nothing else.
  const [min, max] = lastsUs;
  const most = chance.chance(3, 4) ? min + Math.floor((max - min) / 10) : max;
  return { forUs: chance.between(min, most) };
}

function amountOf(name: FaultName, profile: Profile, chance: Chance): { readonly amount?: number } {
  switch (name) {
    case "proc.slow":
      return { amount: chance.between(5, 50) };
    case "clock.jump-forward":
    case "clock.jump-back":
      return {
        amount: chance.between(1, profile === "chaos" ? chance.pick([1000, 60_000, 86_400_000]) : 5000),
      };
    case "memory.pressure":
      return { amount: chance.between(60, 99) };
    default:
      return {};
  }
}

function drawBuggify(chance: Chance, profile: Profile): BuggifyName[] {
  return buggifyNames.filter(() => chance.chance(buggifyPercent[profile], 100));
}

function drawSchedule(chance: Chance): SchedulePlan {
  const kind = chance.pick(["fifo", "random", "random", "newest-first", "priority", "starve-one"] as const);
  if (kind === "starve-one") return { kind, victim: chance.below(8) };
  if (kind !== "priority") return { kind };
  const changes = chance.below(4);
  return { kind, changePoints: Array.from({ length: changes }, () => 1 + chance.below(2000)) };
}
