import { expect, test } from "vitest";
import type { Plan } from "../plan.ts";
import { Executions, serialPlans } from "./serial-plan.ts";

const plan: Plan = {
  version: 1,
  seed: "0x1",
  scenario: "mixed",
  profile: "chaos",
  nodes: [{ id: 0, config: {}, clockOffsetMs: 5, driftPpm: 5 }],
  clients: [],
  scheduled: [{ atUs: 1, name: "proc.kill", node: 0 }],
  rates: { "tcp.chunk": 5 },
  buggify: [],
  schedule: { kind: "random" },
  safetyUs: 9,
};

function ran(executions: Executions, atUs: number, session: number, word: string): void {
  const call = {
    client: session,
    nowMs: 0,
    words: [word],
    isRequestCut: false,
    reply: "",
    isReplyCut: false,
  };
  const event = { atUs, node: 0, generation: 0, client: 1, connection: 0, session };
  executions.executed({ ...event, call: { ...call, protocol: 2 } });
}

test("what the latest process ran becomes one client for each session, without faults, in order", () => {
  const executions = new Executions();
  ran(executions, 10, 1, "EARLIER");
  executions.nodeStarted({ atUs: 100, node: 0, generation: 1, config: {} });
  ran(executions, 110, 1, "A");
  ran(executions, 150, 2, "B");
  ran(executions, 190, 1, "C");
  executions.stop();
  ran(executions, 200, 1, "LATER");
  const [asTheyWere, inOrder] = serialPlans(plan, executions);
  const steps = (each: Plan | undefined): unknown =>
    each?.clients.map(({ id, steps: own }) => [
      id,
      own.map((step) => `${step.gapUs} ${step.do === "call" ? step.words[0] : ""}`),
    ]);
  expect(steps(asTheyWere)).toEqual([
    [1, ["10 A", "80 C"]],
    [2, ["50 B"]],
  ]);
  expect(steps(inOrder)).toEqual([
    [1, ["0 A", "2000 C"]],
    [2, ["1000 B"]],
  ]);
  expect([inOrder?.scheduled, inOrder?.rates, inOrder?.profile]).toEqual([[], {}, "calm"]);
});
