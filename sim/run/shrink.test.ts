import { expect, test } from "vitest";
import { Chance } from "../../compat/generator/chance.ts";
import type { Plan, Step } from "../plan.ts";
import { drawClients } from "../workloads/draw.ts";
import { type ShrinkOptions, shrink, sizeOf, type Verdict } from "./shrink.ts";

function drawnPlan(seed: number): Plan {
  const shape = {
    scenario: "mixed",
    commands: 400,
    nodes: [0],
    databases: 2,
    startWallMs: 0,
    safetyUs: 9_000_000,
  };
  return {
    version: 1,
    seed: "0x1",
    scenario: "mixed",
    profile: "chaos",
    nodes: [{ id: 0, config: { shards: "4", hz: "100" }, clockOffsetMs: 40, driftPpm: 3 }],
    clients: drawClients(new Chance(seed), shape),
    scheduled: [100, 200, 300, 8_000_000].map((atUs) => ({ atUs, name: "proc.kill", node: 0 })),
    rates: { "tcp.chunk": 100, "timer.late": 5 },
    buggify: [],
    schedule: { kind: "random" },
    safetyUs: 9_000_000,
  };
}

function wordsOf(plan: Plan): string[] {
  return plan.clients.flatMap(({ steps }) =>
    steps.flatMap((step: Step) => (step.do === "call" ? [(step.words[0] ?? "").toLowerCase()] : [])),
  );
}

function reduced(
  plan: Plan,
  fails: (plan: Plan) => boolean,
  change: Partial<ShrinkOptions> = {},
): ReturnType<typeof shrink> {
  const verdict: Verdict = { signature: "a/b", atUs: 5_000_000, taken: {} };
  return shrink(plan, {
    judge: (each) => (fails(each) ? [verdict] : []),
    signature: "a/b",
    runsMax: 600,
    isLate: () => false,
    ...change,
  });
}

test("a failure of two calls and a fault shrinks to just these", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const plan = drawnPlan(seed);
    const names = new Set(wordsOf(plan));
    const [first = "", second = ""] = [...names].slice(3);
    const fails = (each: Plan): boolean =>
      each.rates["tcp.chunk"] !== undefined &&
      wordsOf(each).includes(first) &&
      wordsOf(each).includes(second);
    const { plan: small } = reduced(plan, fails);
    expect(fails(small)).toBe(true);
    expect([sizeOf(small), small.scheduled.length, Object.keys(small.rates)]).toEqual([3, 0, ["tcp.chunk"]]);
    expect(small.nodes[0]).toEqual({ id: 0, config: { shards: "1" }, clockOffsetMs: 0, driftPpm: 0 });
    expect(small.schedule).toEqual({ kind: "fifo" });
  }
});

test("faults after the failure are cut off, and steps that were never begun", () => {
  const plan = drawnPlan(1);
  const judged: Plan[] = [];
  const small = shrink(plan, {
    judge: (each) => {
      judged.push(each);
      return [{ signature: "a/b", atUs: 250, taken: { 0: 2 } }];
    },
    signature: "a/b",
    runsMax: 2,
    isLate: () => false,
  }).plan;
  expect(small.scheduled.map(({ atUs }) => atUs)).toEqual([100, 200]);
  expect(small.clients[0]?.steps.length).toBe(2);
  expect(judged.length).toBe(2);
});

test("a plan that fails otherwise is not kept", () => {
  const plan = drawnPlan(2);
  const { plan: small } = shrink(plan, {
    judge: (each) => [
      { signature: sizeOf(each) === sizeOf(plan) ? "a/b" : "other/kind", atUs: 9e9, taken: {} },
    ],
    signature: "a/b",
    runsMax: 50,
    isLate: () => false,
  });
  expect(sizeOf(small)).toBe(sizeOf(plan));
});

test("the budget is kept", () => {
  const plan = drawnPlan(3);
  expect(reduced(plan, () => true, { runsMax: 7 }).runs).toBe(7);
  expect(reduced(plan, () => true, { isLate: () => true }).runs).toBe(0);
});

test("steps that stay keep their times when others go", () => {
  const plan = drawnPlan(4);
  const timeOf = (each: Plan): number | undefined => {
    for (const client of each.clients) {
      let atUs = client.startUs;
      for (const step of client.steps) {
        atUs += step.gapUs ?? 0;
        if (step.do === "call" && step.words.includes("wanted")) return atUs;
      }
    }
    return undefined;
  };
  const [first, ...rest] = plan.clients;
  if (first === undefined) throw new Error("no client");
  const wanted: Step = { do: "call", words: ["GET", "wanted"], gapUs: 0 };
  const marked = { ...plan, clients: [{ ...first, steps: [...first.steps, wanted] }, ...rest] };
  const timeBefore = timeOf(marked);
  const { plan: small } = reduced(marked, (each) => timeOf(each) === timeBefore);
  expect([wordsOf(small), timeOf(small)]).toEqual([["get"], timeBefore]);
});
