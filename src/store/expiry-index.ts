// Expiry index: which key expires next. A 4-ary min-heap by time, with each entry knowing its place.
//
//   position p: children 4p+1 .. 4p+4, parent (p-1) >> 2; stored in chunks of 4096 positions, so that
//   growth never copies the heap. The first chunk alone begins small and doubles: memory that an index of few keys
//   held would count against maxmemory, where no eviction could give it back.
//
// Each entry that has an expiry stands here exactly once, and its block holds its position (entry.ts),
// so changing or removing an expiry costs O(log n) and no stale item ever waits.
// Invariant: for each position p, the entry refs[p] has expiry times[p] and position p.

import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";

const CHUNK_SHIFT = 12;
const CHUNK = 1 << CHUNK_SHIFT;
const CHUNK_MASK = CHUNK - 1;
/** Positions of the first chunk at first; they stay, so that one key that comes and goes allocates nothing. */
const FIRST_CHUNK = 16;

export class ExpiryIndex {
  /** Entries with an expiry. */
  size = 0;

  private readonly arena: Arena;
  private readonly times: Float64Array[] = [];
  private readonly refs: Int32Array[] = [];

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** Adds an entry; writes its position into its block. */
  add(ref: Ref, atMs: number): void {
    const position = this.size++;
    if (position >>> CHUNK_SHIFT === this.times.length) {
      const length = position === 0 ? FIRST_CHUNK : CHUNK;
      this.times.push(new Float64Array(length));
      this.refs.push(new Int32Array(length));
    } else if (position < CHUNK && position === this.firstLength) {
      this.resizeFirst(position * 2);
    }
    this.siftUp(position, ref, atMs);
  }

  /** Changes the time of the entry at `position`. */
  update(position: number, atMs: number): void {
    const ref = this.refAt(position);
    if (atMs < this.timeAt(position)) this.siftUp(position, ref, atMs);
    else this.siftDown(position, ref, atMs);
  }

  /** Removes the entry at `position`. Its block is not written to. */
  remove(position: number): void {
    const last = --this.size;
    if (position !== last) {
      const ref = this.refAt(last);
      const atMs = this.timeAt(last);
      if (atMs < this.timeAt(position)) this.siftUp(position, ref, atMs);
      else this.siftDown(position, ref, atMs);
    }
    // One spare chunk stays, so that a size going to and fro over a boundary allocates nothing.
    while (this.times.length > (this.size >>> CHUNK_SHIFT) + 2) {
      this.times.pop();
      this.refs.pop();
    }
    // Halved at a quarter, so that it is half full then and many changes come before the next copy.
    const length = this.firstLength;
    if (length > FIRST_CHUNK && this.size <= length >>> 2) {
      this.times.length = 1;
      this.refs.length = 1;
      this.resizeFirst(length >>> 1);
    }
  }

  /** The entry at `position` has moved to `ref`. */
  rename(position: number, ref: Ref): void {
    (this.refs[position >>> CHUNK_SHIFT] as Int32Array)[position & CHUNK_MASK] = ref;
  }

  /** The earliest expiry in ms, or Infinity. */
  get nextMs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.timeAt(0);
  }

  /** The entry that expires first, or 0. */
  get nextRef(): Ref {
    return this.size === 0 ? 0 : this.refAt(0);
  }

  refAt(position: number): Ref {
    return (this.refs[position >>> CHUNK_SHIFT] as Int32Array)[position & CHUNK_MASK] as number;
  }

  timeAt(position: number): number {
    return (this.times[position >>> CHUNK_SHIFT] as Float64Array)[position & CHUNK_MASK] as number;
  }

  /** Forgets everything; the entries' positions are then meaningless. */
  clear(): void {
    this.size = 0;
    this.times.length = 0;
    this.refs.length = 0;
  }

  /** Bytes held. */
  get overheadBytes(): number {
    return this.times.length === 0 ? 0 : (this.firstLength + (this.times.length - 1) * CHUNK) * 12;
  }

  private get firstLength(): number {
    return this.times[0]?.length ?? 0;
  }

  private resizeFirst(length: number): void {
    const times = new Float64Array(length);
    const refs = new Int32Array(length);
    times.set((this.times[0] as Float64Array).subarray(0, length));
    refs.set((this.refs[0] as Int32Array).subarray(0, length));
    this.times[0] = times;
    this.refs[0] = refs;
  }

  private put(position: number, ref: Ref, atMs: number): void {
    const chunk = position >>> CHUNK_SHIFT;
    (this.times[chunk] as Float64Array)[position & CHUNK_MASK] = atMs;
    (this.refs[chunk] as Int32Array)[position & CHUNK_MASK] = ref;
    (this.arena.i32[segmentOf(ref)] as Int32Array)[(byteOffset(ref) >>> 2) + 1] = position;
  }

  private siftUp(from: number, ref: Ref, atMs: number): void {
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >>> 2;
      const parentMs = this.timeAt(parent);
      if (parentMs <= atMs) break;
      this.put(position, this.refAt(parent), parentMs);
      position = parent;
    }
    this.put(position, ref, atMs);
  }

  private siftDown(from: number, ref: Ref, atMs: number): void {
    let position = from;
    for (;;) {
      const first = position * 4 + 1;
      if (first >= this.size) break;
      const end = Math.min(first + 4, this.size);
      let least = first;
      let leastMs = this.timeAt(first);
      for (let child = first + 1; child < end; child++) {
        const childMs = this.timeAt(child);
        if (childMs < leastMs) {
          least = child;
          leastMs = childMs;
        }
      }
      if (leastMs >= atMs) break;
      this.put(position, this.refAt(least), leastMs);
      position = least;
    }
    this.put(position, ref, atMs);
  }
}
