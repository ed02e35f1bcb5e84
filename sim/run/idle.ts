// Idle: how much faster than the clock a cluster runs to which nobody talks.
//
// Role: a program. `node sim/run/idle.ts [--nodes 1] [--shards 4] [--hours 24]` prints virtual time over processor time, all
// checks looking on, start-up included.

import { parseArgs } from "node:util";
import type { Plan } from "../plan.ts";
import { runPlan } from "./one.ts";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1" },
    shards: { type: "string", default: "4" },
    hours: { type: "string", default: "24" },
  },
});
const plan: Plan = {
  version: 1,
  seed: "0x0000000000000001",
  scenario: "idle",
  profile: "calm",
  nodes: Array.from({ length: Number(values.nodes) }, (_, id) => ({
    id,
    config: { shards: values.shards },
    clockOffsetMs: 0,
    driftPpm: 0,
  })),
  clients: [],
  scheduled: [],
  rates: {},
  buggify: [],
  schedule: { kind: "random" },
  safetyUs: Number(values.hours) * 3_600_000_000,
};
const before = process.cpuUsage();
const { virtualUs, violations } = runPlan(plan, { checks: "all" });
const { user, system } = process.cpuUsage(before);
const times = Math.round(virtualUs / (user + system));
console.log(
  `${values.nodes} nodes of ${values.shards} shards, ${(virtualUs / 3_600_000_000).toFixed(1)} h in ${((user + system) / 1e6).toFixed(2)} s of a processor: ${times} times as fast as the clock`,
);
console.log(`${violations.length === 0 ? 1 : 0} passed, ${violations.length} failed, 0 skipped`);
process.exitCode = violations.length === 0 ? 0 : 1;
