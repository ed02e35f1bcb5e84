// unique-register: whether reads and writes of one register are linearizable, when no value is written twice.
//
// Role: for such histories Gibbons and Korach's test decides in the time of sorting, where the search may take
// for ever. A value's write and its reads form a cluster; all of them happen while that value is held.
//   - a read of a value that nobody wrote, or that ended before its write began: wrong
//   - a cluster with an end before some beginning must hold its value from that end to that beginning (its zone);
//     two such zones may not overlap
//   - all operations of any other cluster share a moment; those moments may not all lie within one zone
// The value held before the first write is a cluster too: its write ended before everything.

import type { Interval } from "./order-graph.ts";

export type RegisterOperation = Interval & {
  readonly is: "write" | "read";
  /** undefined: nothing is held. */
  readonly value: string | undefined;
  /** A write that may not have happened; a read whose answer is not known must be left out by the caller. */
  readonly isOptional?: boolean;
  readonly shown: string;
};

type Cluster = {
  write: Interval | undefined;
  firstEnd: number;
  lastBegin: number;
  reads: number;
  shown: string[];
};

/** What is wrong, or undefined when the history is linearizable. Values that are written must be unique. */
export function registerFault(
  operations: readonly RegisterOperation[],
  initial: string | undefined,
): string | undefined {
  const clusters = new Map<string | undefined, Cluster>();
  const before = Number.NEGATIVE_INFINITY;
  clusters.set(initial, {
    write: { from: before, to: before },
    firstEnd: before,
    lastBegin: before,
    reads: 0,
    shown: [],
  });
  for (const operation of operations) {
    if (operation.is === "read") continue;
    clusters.set(operation.value, {
      write: operation,
      firstEnd: operation.to,
      lastBegin: operation.from,
      reads: operation.isOptional === true ? 0 : 1,
      shown: [operation.shown],
    });
  }
  for (const read of operations) {
    if (read.is === "write") continue;
    const cluster = clusters.get(read.value);
    if (cluster?.write === undefined) return `${read.shown} read what nobody wrote`;
    if (read.to < cluster.write.from)
      return `${read.shown} read what was written only by ${cluster.shown[0]}`;
    cluster.firstEnd = Math.min(cluster.firstEnd, read.to);
    cluster.lastBegin = Math.max(cluster.lastBegin, read.from);
    cluster.reads++;
    cluster.shown.push(read.shown);
  }
  // An unread write that may not have happened did not.
  const present = [...clusters]
    .filter(([value, { reads }]) => reads > 0 || value === initial)
    .map(([, each]) => each);
  return zoneFault(present);
}

function zoneFault(clusters: readonly Cluster[]): string | undefined {
  const zones = clusters.filter(({ firstEnd, lastBegin }) => firstEnd < lastBegin);
  zones.sort((a, b) => a.firstEnd - b.firstEnd);
  for (let i = 1; i < zones.length; i++) {
    const [a, b] = [zones[i - 1] as Cluster, zones[i] as Cluster];
    if (b.firstEnd < a.lastBegin) return `both must hold at one time: ${show(a)}; and ${show(b)}`;
  }
  for (const each of clusters) {
    if (each.firstEnd < each.lastBegin) continue;
    // Its operations share the moments from lastBegin to firstEnd.
    const around = zoneAround(zones, each);
    if (around !== undefined)
      return `another value holds all the while: ${show(each)}; within ${show(around)}`;
  }
  return undefined;
}

// The zone that holds all moments of `cluster`, which shares none of its own ends with it.
function zoneAround(zones: readonly Cluster[], cluster: Cluster): Cluster | undefined {
  let low = 0;
  let high = zones.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((zones[middle] as Cluster).firstEnd < cluster.lastBegin) low = middle + 1;
    else high = middle;
  }
  const zone = zones[low - 1];
  return zone !== undefined && cluster.firstEnd < zone.lastBegin ? zone : undefined;
}

function show({ shown }: Cluster): string {
  return shown.length === 0 ? "what was held at first" : shown.slice(0, 4).join(", ");
}
