// Event queue: what is due and when, in virtual microseconds. A binary heap over typed arrays.
//
//   key    (atUs, order, seq)      seq counts pushes, so that equal keys keep their order
//   heap   | at | order | seq | slot |          slot -> what is due, its owner and the owner's generation
//
// `order` is drawn for each channel from the schedule: events of different channels that are due at the same time run
// in an order of chance, while one channel stays first in, first out.
// Invariants:
//   - time never goes back: nothing may be pushed before `nowUs`.
//   - what an owner pushed before its generation was ended (`bury`) is dropped, not run.

/** Something to happen. */
export interface Due {
  fire(): void;
}

const OWNERS_MAX = 256;
const NO_OWNER = -1;

export class EventQueue {
  /** The time of the event that was popped last. */
  nowUs = 0;
  private size = 0;
  private nextSeq = 0;
  private at = new Float64Array(1024);
  private order = new Float64Array(1024);
  private seq = new Float64Array(1024);
  private slot = new Int32Array(1024);
  private readonly dues: (Due | undefined)[] = [];
  private readonly owners: number[] = [];
  private readonly born: number[] = [];
  private readonly free: number[] = [];
  private readonly generations = new Int32Array(OWNERS_MAX);

  get length(): number {
    return this.size;
  }

  /** When the next event is due; Infinity when none is. */
  get nextAtUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.at[0] as number);
  }

  /** Has `due` fire at `atUs`, or now if that is past. `owner`: 0 .. 255, whose end drops it; -1 for nobody. */
  push(atUs: number, order: number, due: Due, owner: number = NO_OWNER): void {
    if (this.size === this.at.length) this.grow();
    const slot = this.free.pop() ?? this.dues.length;
    this.dues[slot] = due;
    this.owners[slot] = owner;
    this.born[slot] = owner < 0 ? 0 : (this.generations[owner] as number);
    this.siftUp(this.size++, Math.max(atUs, this.nowUs), order, this.nextSeq++, slot);
  }

  /** Takes the next event and sets `nowUs` to its time; undefined when it was a buried one, or when there is none. */
  pop(): Due | undefined {
    if (this.size === 0) return undefined;
    this.nowUs = this.at[0] as number;
    const slot = this.slot[0] as number;
    const last = --this.size;
    if (last > 0) {
      const { at, order, seq, slot: slots } = this;
      this.siftDown(at[last] as number, order[last] as number, seq[last] as number, slots[last] as number);
    }
    const due = this.dues[slot];
    const owner = this.owners[slot] as number;
    this.dues[slot] = undefined;
    this.free.push(slot);
    return owner >= 0 && this.born[slot] !== this.generations[owner] ? undefined : due;
  }

  /** Ends a generation: what `owner` pushed so far will not happen. */
  bury(owner: number): void {
    this.generations[owner] = (this.generations[owner] as number) + 1;
  }

  private siftUp(from: number, atUs: number, key: number, seqOf: number, slotOf: number): void {
    const { at, order, seq, slot } = this;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const pAt = at[parent] as number;
      if (pAt < atUs) break;
      if (pAt === atUs) {
        const pOrder = order[parent] as number;
        if (pOrder < key || (pOrder === key && (seq[parent] as number) < seqOf)) break;
      }
      at[i] = pAt;
      order[i] = order[parent] as number;
      seq[i] = seq[parent] as number;
      slot[i] = slot[parent] as number;
      i = parent;
    }
    at[i] = atUs;
    order[i] = key;
    seq[i] = seqOf;
    slot[i] = slotOf;
  }

  private siftDown(atUs: number, key: number, seqOf: number, slotOf: number): void {
    const { at, order, seq, slot, size } = this;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBefore(child + 1, child)) child++;
      const cAt = at[child] as number;
      if (cAt > atUs) break;
      if (cAt === atUs) {
        const cOrder = order[child] as number;
        if (cOrder > key || (cOrder === key && (seq[child] as number) > seqOf)) break;
      }
      at[i] = cAt;
      order[i] = order[child] as number;
      seq[i] = seq[child] as number;
      slot[i] = slot[child] as number;
      i = child;
    }
    at[i] = atUs;
    order[i] = key;
    seq[i] = seqOf;
    slot[i] = slotOf;
  }

  private isBefore(a: number, b: number): boolean {
    const { at, order, seq } = this;
    const byTime = (at[a] as number) - (at[b] as number);
    if (byTime !== 0) return byTime < 0;
    const byOrder = (order[a] as number) - (order[b] as number);
    return byOrder !== 0 ? byOrder < 0 : (seq[a] as number) < (seq[b] as number);
  }

  private grow(): void {
    const length = this.at.length * 2;
    this.at = grown(this.at, new Float64Array(length));
    this.order = grown(this.order, new Float64Array(length));
    this.seq = grown(this.seq, new Float64Array(length));
    this.slot = grown(this.slot, new Int32Array(length));
  }
}

function grown<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
