// Turn log: the longest time the thread spent in one turn, without the garbage collections inside it.
//
// A collection is heard of only after the turn it fell into: the runtime reports it from its event loop. So a
// turn long enough to have been stretched by one is kept for a while with its times, and what is collected inside
// them is taken off as it becomes known. Until then a turn may look longer than it was, never shorter.
// Invariant: all kept turns together are KEPT_MAX at most; the oldest one gives way, with what is known of it.

/** Shorter turns count as they are: at the usual load no collection fits into them. */
const LONG_US = 1000;
const KEPT_MAX = 64;

export class TurnLog {
  private longestCollectionUs = 0;
  private settledUs = 0;
  private sinceUs = 0;
  // A ring of three columns; `added` only grows, its remainder is the next place.
  private readonly starts = new Float64Array(KEPT_MAX);
  private readonly ends = new Float64Array(KEPT_MAX);
  private readonly collectedUs = new Float64Array(KEPT_MAX);
  private added = 0;

  /** Longest turn since `reset`, in microseconds, less the collections known to lie inside it. */
  get longestUs(): number {
    let longestUs = this.settledUs;
    for (let i = 0; i < Math.min(this.added, KEPT_MAX); i++) longestUs = Math.max(longestUs, this.netUs(i));
    return longestUs;
  }

  /** Longest garbage collection since `reset`, in microseconds. */
  get longestGcUs(): number {
    return this.longestCollectionUs;
  }

  /** Notes a turn that has ended. */
  add(startUs: number, endUs: number): void {
    const tookUs = endUs - startUs;
    if (tookUs <= this.settledUs) return;
    if (tookUs < LONG_US) this.settledUs = tookUs;
    else this.keep(startUs, endUs);
  }

  /** Notes a collection, on the clock of the turns; in any order, but after the turn it lies in. */
  collected(startUs: number, endUs: number): void {
    if (endUs <= this.sinceUs) return;
    this.longestCollectionUs = Math.max(this.longestCollectionUs, endUs - startUs);
    for (let i = 0; i < Math.min(this.added, KEPT_MAX); i++) {
      const from = Math.max(startUs, this.starts[i] as number);
      const to = Math.min(endUs, this.ends[i] as number);
      if (to > from) this.collectedUs[i] = (this.collectedUs[i] as number) + to - from;
    }
  }

  /** Forgets everything that ended before `nowUs`, collections still to be heard of included. */
  reset(nowUs: number): void {
    this.longestCollectionUs = 0;
    this.settledUs = 0;
    this.added = 0;
    this.sinceUs = nowUs;
  }

  private keep(startUs: number, endUs: number): void {
    const place = this.added % KEPT_MAX;
    if (this.added >= KEPT_MAX) this.settledUs = Math.max(this.settledUs, this.netUs(place));
    this.added++;
    this.starts[place] = startUs;
    this.ends[place] = endUs;
    this.collectedUs[place] = 0;
  }

  // Kinds of collections can be reported within each other, so the sum may exceed the turn.
  private netUs(place: number): number {
    const tookUs = (this.ends[place] as number) - (this.starts[place] as number);
    return Math.max(0, tookUs - (this.collectedUs[place] as number));
  }
}
