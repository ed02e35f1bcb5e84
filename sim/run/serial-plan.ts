// Serial plan: the requests that a node ran, in that order, as a plan of its own: no faults, one request at a time.
//
// Role: the first thing that shrinking tries. Most failures need a sequence of requests and not the accidents that
// brought it about; without accidents the times stay where they are while steps are taken out. Each session of
// the run becomes a client, since it has a database, a protocol and a login of its own.

import { isPart } from "../checks/reference.ts";
import type { NodeExecuted, NodeStarted, Watcher } from "../events.ts";
import type { ClientProgram, Plan, Step } from "../plan.ts";

/** Between two requests where only their order is kept: longer than a round trip on a good link. */
const STEP_US = 1000;

type Ran = { readonly atUs: number; readonly session: number; readonly words: readonly string[] };

/** What the latest process of the first node ran, up to the moment when `stop` is called. */
export class Executions implements Watcher {
  ran: Ran[] = [];
  startedUs = 0;
  private isStopped = false;

  readonly nodeStarted = ({ atUs, node }: NodeStarted): void => {
    if (node !== 0 || this.isStopped) return;
    this.ran = [];
    this.startedUs = atUs;
  };

  readonly executed = ({ atUs, node, session, call }: NodeExecuted): void => {
    // What EXEC runs was told before, when it was queued; what a script calls, nobody sent.
    if (node !== 0 || this.isStopped || call.isRequestCut || isPart(call.transaction)) return;
    this.ran.push({ atUs, session, words: call.words });
  };

  stop(): void {
    this.isStopped = true;
  }
}

/** With the times as they were, and with nothing but the order. */
export function serialPlans(plan: Plan, { ran, startedUs }: Executions): Plan[] {
  if (plan.nodes.length !== 1 || ran.length === 0) return [];
  const asTheyWere = ran.map(({ atUs }) => atUs - startedUs);
  const inOrder = ran.map((_, index) => index * STEP_US);
  return [asTheyWere, inOrder].map((times) => serialPlan(plan, ran, times));
}

function serialPlan(plan: Plan, ran: readonly Ran[], times: readonly number[]): Plan {
  const steps = new Map<number, Step[]>();
  const lastUs = new Map<number, number>();
  ran.forEach(({ session, words }, index) => {
    const atUs = times[index] as number;
    const own = steps.get(session) ?? [];
    steps.set(session, own);
    own.push({ do: "call", words, gapUs: Math.max(0, atUs - (lastUs.get(session) ?? 0)) });
    lastUs.set(session, atUs);
  });
  const clients = [...steps].map(
    ([session, own]): ClientProgram => ({
      id: session,
      kind: "plain",
      node: 0,
      protocol: 2,
      window: 1,
      reconnects: true,
      startUs: 0,
      steps: own,
    }),
  );
  return {
    ...plan,
    profile: "calm",
    nodes: plan.nodes.map((node) => ({ ...node, clockOffsetMs: 0, driftPpm: 0 })),
    clients,
    scheduled: [],
    rates: {},
    schedule: { kind: "fifo" },
    safetyUs: (times[times.length - 1] ?? 0) + 1_000_000,
  };
}
