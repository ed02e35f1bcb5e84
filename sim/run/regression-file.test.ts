import { expect, test } from "vitest";
import { Chance } from "../../compat/generator/chance.ts";
import { drawClients } from "../workloads/draw.ts";
import { planText, readPlan, regressionFiles } from "./regression-file.ts";

test("a plan's text is the plan, however it is folded", () => {
  const shape = {
    scenario: "mixed",
    commands: 300,
    nodes: [0],
    databases: 2,
    startWallMs: 0,
    safetyUs: 9_000_000,
  };
  for (let seed = 0; seed < 5; seed++) {
    const plan = {
      version: 1,
      seed: "0x1",
      scenario: "mixed",
      profile: "chaos",
      nodes: [{ id: 0, config: { shards: "4" }, clockOffsetMs: 0, driftPpm: 0 }],
      clients: drawClients(new Chance(seed), shape),
      scheduled: [{ atUs: 1, name: "proc.kill", node: 0 }],
      rates: {},
      buggify: [],
      schedule: { kind: "fifo" },
      safetyUs: 1,
    } as const;
    expect(JSON.parse(planText(plan))).toEqual(plan);
  }
});

test("every filed regression can be read", () => {
  for (const file of regressionFiles()) expect([file, readPlan(file).version]).toEqual([file, 1]);
});
