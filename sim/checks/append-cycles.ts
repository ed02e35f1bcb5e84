// append-cycles: whether transactions that append to lists and read them can have run one after the other.
//
// Role: the method of Elle. Since every value is appended once, a read of a list shows the order of all appends
// before it, and so who came before whom:
//   write-write   the writer of a value, before the writer of the next
//   write-read    the writer of a list's last value, before whoever read that list
//   read-write    who read a list, before the writer of the value that came next
//   real time     whoever was answered, before whoever asked later
// A cycle cannot be. It works over many keys at once and takes hardly more time than reading the history.

import { type Interval, OrderGraph } from "./order-graph.ts";

export type ListStep =
  | { readonly is: "append"; readonly key: string; readonly values: readonly string[] }
  | { readonly is: "read"; readonly key: string; readonly values: readonly string[] };

/** One atomic call or transaction. */
export type ListTransaction = Interval & {
  readonly steps: readonly ListStep[];
  /** Refused: no effect is allowed. Unknown: it counts only if somebody saw it. */
  readonly outcome: "done" | "refused" | "unknown";
  readonly shown: string;
};

export type Anomaly = { readonly kind: string; readonly text: string };

export function appendAnomaly(transactions: readonly ListTransaction[]): Anomaly | undefined {
  const writers = writersOf(transactions);
  if ("kind" in writers) return writers;
  const orders = new Map<string, readonly string[]>();
  for (const transaction of transactions) {
    const found =
      ownAnomaly(transaction) ??
      readAnomaly(transaction, transactions, writers) ??
      growOrders(transaction, orders);
    if (found !== undefined) return found;
  }
  return cycleAnomaly(transactions, writers, orders);
}

type Writers = ReadonlyMap<string, number>;

function placeOf(key: string, value: string): string {
  return `${key.length} ${key} ${value}`;
}

function writersOf(transactions: readonly ListTransaction[]): Writers | Anomaly {
  const writers = new Map<string, number>();
  for (const [i, { steps, shown }] of transactions.entries()) {
    for (const step of steps) {
      if (step.is !== "append") continue;
      for (const value of step.values) {
        const place = placeOf(step.key, value);
        if (writers.has(place))
          return { kind: "a value appended twice", text: `${shown}: ${step.key} ${value}` };
        writers.set(place, i);
      }
    }
  }
  return writers;
}

// Inside of one transaction a read shows what was read before, and then what the transaction appended since.
function ownAnomaly({ steps, outcome, shown }: ListTransaction): Anomaly | undefined {
  if (outcome !== "done") return undefined;
  const known = new Map<string, readonly string[]>();
  const appended = new Map<string, string[]>();
  for (const { is, key, values } of steps) {
    const own = appended.get(key) ?? [];
    if (is === "append") {
      own.push(...values);
      appended.set(key, own);
      continue;
    }
    const before = known.get(key);
    const isRight =
      before === undefined ? isEnd(own, values) : [...before, ...own].join("\n") === values.join("\n");
    if (!isRight)
      return {
        kind: "a transaction that does not see itself",
        text: `${shown} reads ${key}: ${values.join(" ")}`,
      };
    known.set(key, values);
    appended.set(key, []);
  }
  return undefined;
}

function readAnomaly(
  { steps, outcome, shown }: ListTransaction,
  transactions: readonly ListTransaction[],
  writers: Writers,
): Anomaly | undefined {
  if (outcome !== "done") return undefined;
  for (const { is, key, values } of steps) {
    if (is !== "read") continue;
    const text = `${shown} reads ${key}: ${values.join(" ")}`;
    if (new Set(values).size < values.length) return { kind: "a value there twice", text };
    for (const value of values) {
      const writer = transactions[writers.get(placeOf(key, value)) ?? -1];
      if (writer === undefined) return { kind: "a value nobody appended", text: `${text}; ${value}` };
      if (writer.outcome === "refused")
        return { kind: "a value whose append was refused", text: `${text}; ${value} by ${writer.shown}` };
    }
  }
  return undefined;
}

// Each key's longest list is the order of its versions; every other read is a beginning of it.
function growOrders(
  { steps, outcome, shown }: ListTransaction,
  orders: Map<string, readonly string[]>,
): Anomaly | undefined {
  if (outcome !== "done") return undefined;
  for (const { is, key, values } of steps) {
    if (is !== "read") continue;
    const order = orders.get(key) ?? [];
    const [short, long] = values.length < order.length ? [values, order] : [order, values];
    const at = short.findIndex((value, i) => value !== long[i]);
    if (at >= 0) {
      const text = `${shown} reads ${key}: ${values.join(" ")}; another read ${order.join(" ")}`;
      return { kind: "two orders of one list", text };
    }
    orders.set(key, long);
  }
  return undefined;
}

function cycleAnomaly(
  transactions: readonly ListTransaction[],
  writers: Writers,
  orders: ReadonlyMap<string, readonly string[]>,
): Anomaly | undefined {
  const seen = new Set<number>();
  for (const [key, order] of orders)
    for (const value of order) seen.add(writers.get(placeOf(key, value)) ?? -1);
  const isIn = (i: number): boolean => transactions[i]?.outcome === "done" || seen.has(i);
  const graph = new OrderGraph(transactions.length);
  const why = new Map<string, string>();
  const add = (before: number, after: number, reason: string): void => {
    if (!isIn(before) || !isIn(after)) return;
    graph.addEdge(before, after);
    const edge = `${before} ${after}`;
    if (!why.has(edge)) why.set(edge, reason);
  };
  const writerOf = (key: string, value: string | undefined): number =>
    value === undefined ? -1 : (writers.get(placeOf(key, value)) ?? -1);

  for (const [key, order] of orders) {
    for (let i = 1; i < order.length; i++) {
      add(
        writerOf(key, order[i - 1]),
        writerOf(key, order[i]),
        `wrote ${key} ${order[i - 1]} before ${order[i]}`,
      );
    }
  }
  const unread = unreadAppends(transactions, orders);
  for (const [reader, { steps, outcome }] of transactions.entries()) {
    if (outcome !== "done") continue;
    for (const { is, key, values } of steps) {
      if (is !== "read") continue;
      const order = orders.get(key) ?? [];
      add(writerOf(key, values.at(-1)), reader, `wrote what was read of ${key}`);
      const next = order[values.length];
      if (next !== undefined) add(reader, writerOf(key, next), `read ${key} before ${next}`);
      // What nobody ever saw came after the longest list that was seen.
      else
        for (const { writer, value } of unread.get(key) ?? [])
          add(reader, writer, `read ${key} before ${value}`);
    }
  }
  // Those whose outcome is unknown may have run at any time after they were sent.
  graph.addRealTime(
    transactions.map(({ from, to, outcome }) => ({
      from,
      to: outcome === "done" ? to : Number.POSITIVE_INFINITY,
    })),
  );
  const cycle = graph.cycle();
  if (cycle === undefined) return undefined;
  const parts = cycle.map((v, i) => {
    const next = cycle[(i + 1) % cycle.length] as number;
    return `${transactions[v]?.shown} (${why.get(`${v} ${next}`) ?? "was answered first"})`;
  });
  return { kind: "a cycle of transactions", text: parts.join(" -> ") };
}

function unreadAppends(
  transactions: readonly ListTransaction[],
  orders: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, { readonly writer: number; readonly value: string }[]> {
  const read = new Map([...orders].map(([key, order]) => [key, new Set(order)]));
  const unread = new Map<string, { writer: number; value: string }[]>();
  for (const [writer, { steps, outcome }] of transactions.entries()) {
    if (outcome !== "done") continue;
    for (const { is, key, values } of steps) {
      if (is !== "append") continue;
      for (const value of values) {
        if (read.get(key)?.has(value) === true) continue;
        const list = unread.get(key) ?? [];
        list.push({ writer, value });
        unread.set(key, list);
      }
    }
  }
  return unread;
}

function isEnd(end: readonly string[], of: readonly string[]): boolean {
  return end.every((value, i) => of[of.length - end.length + i] === value);
}
