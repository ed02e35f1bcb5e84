// Order graph: what must have come before what, and whether that can all be true.
//
// Role: checks put operations in as vertices and every "this came first" as an edge; a cycle is a contradiction.
// Real time gives an edge for each pair in which one operation was answered before the other was sent; a chain of
// moments carries them all with three edges per operation instead of one for each pair.
// Invariant: vertices [0, count) are the caller's; those behind are moments.

/** When an operation began and ended, in any unit; an end of Infinity is unknown. */
export type Interval = { readonly from: number; readonly to: number };

export class OrderGraph {
  readonly count: number;
  private vertices: number;
  private readonly sources: number[] = [];
  private readonly targets: number[] = [];

  constructor(count: number) {
    this.count = count;
    this.vertices = count;
  }

  addEdge(before: number, after: number): void {
    if (before === after) return;
    this.sources.push(before);
    this.targets.push(after);
  }

  /** Edges from each interval to all that begin after its end. Touching intervals are concurrent. */
  addRealTime(intervals: readonly Interval[]): void {
    const ends = intervals
      .map((_, i) => i)
      .filter((i) => (intervals[i] as Interval).to < Number.POSITIVE_INFINITY);
    ends.sort((a, b) => (intervals[a] as Interval).to - (intervals[b] as Interval).to || a - b);
    const begins = intervals.map((_, i) => i);
    begins.sort((a, b) => (intervals[a] as Interval).from - (intervals[b] as Interval).from || a - b);
    let passed = 0;
    let moment = -1;
    for (const each of begins) {
      const { from } = intervals[each] as Interval;
      for (; passed < ends.length; passed++) {
        const ended = ends[passed] as number;
        if ((intervals[ended] as Interval).to >= from) break;
        const next = this.vertices++;
        if (moment >= 0) this.addEdge(moment, next);
        this.addEdge(ended, next);
        moment = next;
      }
      if (moment >= 0) this.addEdge(moment, each);
    }
  }

  /** The caller's vertices on one shortest cycle through a contradiction, or undefined when there is none. */
  cycle(): readonly number[] | undefined {
    const { starts, edges } = this.adjacency();
    const component = stronglyConnected(this.vertices, starts, edges);
    const sizes = new Int32Array(this.vertices);
    for (let v = 0; v < this.vertices; v++)
      sizes[component[v] as number] = (sizes[component[v] as number] as number) + 1;
    for (let v = 0; v < this.count; v++) {
      if ((sizes[component[v] as number] as number) < 2) continue;
      return this.shortestCycle(v, { starts, edges, component });
    }
    return undefined;
  }

  private adjacency(): { starts: Int32Array; edges: Int32Array } {
    const starts = new Int32Array(this.vertices + 1);
    for (const source of this.sources) starts[source + 1] = (starts[source + 1] as number) + 1;
    for (let v = 0; v < this.vertices; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
    const next = starts.slice();
    const edges = new Int32Array(this.sources.length);
    for (const [i, source] of this.sources.entries()) {
      const at = next[source] as number;
      edges[at] = this.targets[i] as number;
      next[source] = at + 1;
    }
    return { starts, edges };
  }

  // Breadth first from `start` back to itself, inside its component.
  private shortestCycle(
    start: number,
    graph: { readonly starts: Int32Array; readonly edges: Int32Array; readonly component: Int32Array },
  ): number[] {
    const { starts, edges, component } = graph;
    const from = new Int32Array(this.vertices).fill(-1);
    const queue = [start];
    for (let head = 0; head < queue.length; head++) {
      const v = queue[head] as number;
      for (let e = starts[v] as number; e < (starts[v + 1] as number); e++) {
        const w = edges[e] as number;
        if (w === start) {
          const path: number[] = [];
          for (let at = v; at !== start; at = from[at] as number) if (at < this.count) path.unshift(at);
          return [start, ...path];
        }
        if (component[w] !== component[start] || from[w] !== -1) continue;
        from[w] = v;
        queue.push(w);
      }
    }
    return [start];
  }
}

// Tarjan's algorithm with a stack of its own: histories are longer than JavaScript's stack is deep.
function stronglyConnected(count: number, starts: Int32Array, edges: Int32Array): Int32Array {
  const component = new Int32Array(count).fill(-1);
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const nextEdge = starts.slice(0, count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const path: number[] = [];
  let visited = 0;
  let components = 0;
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue;
    path.push(root);
    while (path.length > 0) {
      const v = path[path.length - 1] as number;
      if (index[v] === -1) {
        index[v] = visited;
        low[v] = visited++;
        stack.push(v);
        onStack[v] = 1;
      }
      const e = nextEdge[v] as number;
      if (e < (starts[v + 1] as number)) {
        nextEdge[v] = e + 1;
        const w = edges[e] as number;
        if (index[w] === -1) path.push(w);
        else if (onStack[w] === 1) low[v] = Math.min(low[v] as number, index[w] as number);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[v] as number);
      if (low[v] !== index[v]) continue;
      for (;;) {
        const w = stack.pop() as number;
        onStack[w] = 0;
        component[w] = components;
        if (w === v) break;
      }
      components++;
    }
  }
  return component;
}
