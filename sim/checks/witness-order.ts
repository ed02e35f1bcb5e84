// witness-order: the order in which a node says it ran its commands agrees with what clients saw of time.
//
// Role: the observer witnesses one order per node (per shard, once shards have threads of their own); the oracle
// replays exactly this order. Here it is held against the clients: whoever was answered before another asked must
// come first. All orders and real time are one graph, and a cycle is the offence. An operation may have places in several
// orders; it is one vertex, so that nothing comes in between its parts.

import type { Check, CheckContext } from "../check.ts";
import type { Invoked, NodeExecuted, Replied } from "../events.ts";
import { type Interval, OrderGraph } from "./order-graph.ts";
import { Pairing, placeOf } from "./pairing.ts";
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

type Operation = { from: number; to: number; places: readonly Place[]; request: Invoked };

class WitnessChecking {
  private readonly context: CheckContext;
  private readonly pairing = new Pairing();
  private readonly operations: Operation[] = [];
  /** Run and not yet answered, by connection and request. */
  private readonly open = new Map<string, Operation>();
  /** When what was answered before it ran was answered. */
  private readonly early = new Map<string, number>();
  private readonly seqs = new Map<string, number>();

  constructor(context: CheckContext) {
    this.context = context;
  }

  readonly invoked = (event: Invoked): void => this.pairing.invoked(event);
  readonly wentRaw = (event: { client: number; connection: number }): void => this.pairing.wentRaw(event);

  readonly executed = (event: NodeExecuted): void => {
    const pair = this.pairing.executed(event);
    const places = this.placesOf(event);
    // Unpaired calls take their place in the order too, but say nothing about time.
    if (typeof pair !== "object") return;
    const key = `${placeOf(pair)}.${pair.request}`;
    const to = this.early.get(key) ?? Number.POSITIVE_INFINITY;
    const operation = { from: pair.atUs, to, places, request: pair };
    this.operations.push(operation);
    this.open.set(key, operation);
  };

  readonly replied = (event: Replied): void => {
    const key = `${placeOf(event)}.${event.request}`;
    const operation = this.open.get(key);
    this.open.delete(key);
    if (operation === undefined) this.early.set(key, event.atUs);
    else operation.to = event.atUs;
  };

  readonly finished = (): void => {
    const cycle = contradiction(this.operations);
    if (cycle === undefined) return;
    const shown = cycle.slice(0, 6).map(({ request: { client, request, words }, from, to }) => {
      return `client ${client} request ${request} ${quoted(words.join(" "), 60)} [${from}..${to} us]`;
    });
    const text = `each came before the next, and the last before the first: ${shown.join("; ")}`;
    this.context.report({ kind: "order against time", text });
  };

  readonly counts = (): Record<string, number> => ({ operations: this.operations.length });

  // One order for each start of a node. A call that runs on several threads will have a place in each of theirs.
  private placesOf({ node, generation }: NodeExecuted): readonly Place[] {
    const order = `node ${node}.${generation}`;
    const seq = this.seqs.get(order) ?? 0;
    this.seqs.set(order, seq + 1);
    return [{ order, seq }];
  }
}
