// witness-order: the order in which a node says it ran its commands agrees with what clients saw of time.
//
// Role: the observer witnesses one order per node (per shard, once shards have threads of their own); the oracle
// replays exactly this order. Here it is held against the clients: whoever was answered before another asked must
// come first. All orders and real time are one graph, and a cycle is the offence. An operation may have places in several
// orders; it is one vertex, so that nothing comes in between its parts.

import type { Check, CheckContext } from "../check.ts";
import type { Invoked, NodeExecuted, Replied } from "../events.ts";
import { type Interval, OrderGraph } from "./order-graph.ts";
import { type Pairing, requestOf } from "./pairing.ts";
import { quoted } from "./reply-grammar.ts";

/** A place in one total order: "node 1.0" is the first start of node 1. */
export type Place = { readonly order: string; readonly seq: number };

export type Witnessed = Interval & { readonly places: readonly Place[] };

export const witnessOrder: Check = {
  name: "witness-order",
  promises: ["P1", "P2"],
  begin: (context) => new WitnessChecking(context),
};

/** Operations that contradict one another, or undefined. */
export function contradiction<Kind extends Witnessed>(
  operations: readonly Kind[],
): readonly Kind[] | undefined {
  const graph = new OrderGraph(operations.length);
  const orders = new Map<string, { seq: number; vertex: number }[]>();
  for (const [vertex, { places }] of operations.entries()) {
    for (const { order, seq } of places) {
      let placed = orders.get(order);
      if (placed === undefined) {
        placed = [];
        orders.set(order, placed);
      }
      placed.push({ seq, vertex });
    }
  }
  for (const placed of orders.values()) {
    placed.sort((a, b) => a.seq - b.seq);
    for (let i = 1; i < placed.length; i++) {
      graph.addEdge((placed[i - 1] as { vertex: number }).vertex, (placed[i] as { vertex: number }).vertex);
    }
  }
  graph.addRealTime(operations);
  return graph.cycle()?.map((vertex) => operations[vertex] as Kind);
}

type Operation = {
  from: number;
  to: number;
  readonly node: number;
  readonly generation: number;
  readonly seq: number;
  readonly request: Invoked;
};

class WitnessChecking {
  private readonly context: CheckContext;
  private readonly pairing: Pairing;
  private readonly operations: Operation[] = [];
  /** Run and not yet answered. */
  private readonly open = new Map<number, Operation>();
  /** When what was answered before it ran was answered. */
  private readonly early = new Map<number, number>();
  private seq = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.pairing = context.pairing;
  }

  readonly executed = (event: NodeExecuted): void => {
    const pair = this.pairing.executed(event);
    // Unpaired calls take their place in the order too, but say nothing about time.
    const seq = this.seq++;
    if (typeof pair !== "object") return;
    const key = requestOf(pair);
    const to = (this.early.size > 0 ? this.early.get(key) : undefined) ?? Number.POSITIVE_INFINITY;
    const { node, generation } = event;
    const operation = { from: pair.atUs, to, node, generation, seq, request: pair };
    this.operations.push(operation);
    this.open.set(key, operation);
  };

  readonly replied = (event: Replied): void => {
    const key = requestOf(event);
    const operation = this.open.get(key);
    if (operation === undefined) this.early.set(key, event.atUs);
    else {
      this.open.delete(key);
      operation.to = event.atUs;
    }
  };

  readonly finished = (): void => {
    if (isInOrder(this.operations)) return;
    // One order for each start of a node. A call that runs on several threads will have a place in each of theirs.
    const witnessed = this.operations.map((each) => ({
      ...each,
      places: [{ order: `node ${each.node}.${each.generation}`, seq: each.seq }],
    }));
    const cycle = contradiction(witnessed);
    if (cycle === undefined) return;
    const shown = cycle.slice(0, 6).map(({ request: { client, request, words }, from, to }) => {
      return `client ${client} request ${request} ${quoted(words.join(" "), 60)} [${from}..${to} us]`;
    });
    const text = `each came before the next, and the last before the first: ${shown.join("; ")}`;
    this.context.report({ kind: "order against time", text });
  };

  readonly counts = (): Record<string, number> => ({ operations: this.operations.length });
}

// Whether the order in which operations were told, of a single node, explains itself: nobody was answered before someone
// asked who stands earlier. With one order there is no other way to contradict it.
function isInOrder(operations: readonly Operation[]): boolean {
  let latestFrom = Number.NEGATIVE_INFINITY;
  for (const { from, to, node } of operations) {
    if (to < latestFrom || node !== operations[0]?.node) return false;
    if (from > latestFrom) latestFrom = from;
  }
  return true;
}
