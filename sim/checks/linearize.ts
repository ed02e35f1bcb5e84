// linearize: whether operations on one object can be put in an order that explains every answer.
//
// Role: the search of Wing and Gong with Lowe's memory. An operation takes effect at one moment between its sending
// and its answer; the search places the operations one by one, each against a state, and takes back what leads
// nowhere.
//
//   list of moments      | from a | from b | to a | from c | to b | ...     doubly linked, in Int32Arrays
//   placing a            lifts both its moments out; taking it back puts them in again
//   first moment `to x`  with x not placed: x should have been by now, so the latest placement was wrong
//
// An optional operation may have happened or not: one whose connection was lost, whose answer was kept back. At its
// `to` it is passed over; without one it may stay unplaced for good.
// Intervals are closed: an operation that ends when another begins overlaps it.
// Invariant: the answer does not depend on the order in which operations are given.

/** What an object holds; undefined: nothing. */
export type Held = string | undefined;

export type Operation = {
  readonly from: number;
  /** Infinity: not known. Then the operation is optional as well. */
  readonly to: number;
  readonly isOptional: boolean;
  /** What is held after it, or `impossible` when its answer cannot be that of `held`. */
  readonly step: (held: Held) => Held | typeof impossible;
  readonly shown: string;
};

export const impossible = Symbol("impossible");

export type Verdict =
  | { readonly is: "ok" | "undecided" }
  /** `placed`: the longest order that was found; `stuck`: the operation whose time ran out. */
  | { readonly is: "violation"; readonly placed: readonly Operation[]; readonly stuck: Operation };

export function linearize(
  operations: readonly Operation[],
  options: { readonly initial?: Held; readonly stepsMax?: number } = {},
): Verdict {
  return new Search(operations, options.initial).run(options.stepsMax ?? 200_000);
}

type Placement = { readonly operation: number; readonly state: number; readonly isPassedOver: boolean };

const END = -1;

class Search {
  private readonly operations: readonly Operation[];
  // Moment 2i is the sending of operation i, 2i+1 its answer. `next[head]` is the first.
  private readonly head: number;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly states = new Map<Held, number>();
  private readonly helds: Held[] = [];
  private readonly bits: Int32Array;
  private readonly memory: Memory;
  private readonly stack: Placement[] = [];
  private left = 0;
  private state = 0;
  private longest: readonly Placement[] = [];
  private stuck = 0;

  constructor(operations: readonly Operation[], initial: Held) {
    this.operations = operations;
    const count = operations.length;
    this.head = count * 2;
    this.next = new Int32Array(count * 2 + 1).fill(END);
    this.previous = new Int32Array(count * 2 + 1).fill(END);
    this.bits = new Int32Array((count + 31) >>> 5);
    this.memory = new Memory(count);
    this.state = this.stateOf(initial);
    let last = this.head;
    for (const moment of this.moments()) {
      this.next[last] = moment;
      this.previous[moment] = last;
      last = moment;
    }
    for (const { isOptional, to } of operations)
      if (!isOptional && to !== Number.POSITIVE_INFINITY) this.left++;
  }

  run(stepsMax: number): Verdict {
    let moment = this.next[this.head] as number;
    for (let steps = 0; this.left > 0; steps++) {
      if (steps >= stepsMax) return { is: "undecided" };
      if (moment === END) {
        // Nothing is left to try here, though something must still be placed.
        const back = this.takeBack();
        if (back === undefined) return this.violation();
        moment = back;
        continue;
      }
      const index = moment >>> 1;
      const operation = this.operations[index] as Operation;
      if ((moment & 1) === 1) {
        if (operation.isOptional && this.place(index, this.state, true)) {
          moment = this.next[this.head] as number;
          continue;
        }
        if (this.stack.length >= this.longest.length && !operation.isOptional) {
          this.longest = this.stack.slice();
          this.stuck = index;
        }
        const back = this.takeBack();
        if (back === undefined) return this.violation();
        moment = back;
        continue;
      }
      const after = operation.step(this.helds[this.state]);
      if (after !== impossible && this.place(index, this.stateOf(after), false)) {
        moment = this.next[this.head] as number;
      } else {
        moment = this.next[moment] as number;
      }
    }
    return { is: "ok" };
  }

  // Moments by time; at one time what begins stands before what ends.
  private moments(): number[] {
    const { operations } = this;
    const moments: number[] = [];
    for (const [i, { to }] of operations.entries()) {
      moments.push(i * 2);
      if (to !== Number.POSITIVE_INFINITY) moments.push(i * 2 + 1);
    }
    const timeOf = (moment: number): number => {
      const { from, to } = operations[moment >>> 1] as Operation;
      return (moment & 1) === 0 ? from : to;
    };
    return moments.sort((a, b) => timeOf(a) - timeOf(b) || (a & 1) - (b & 1) || a - b);
  }

  private stateOf(held: Held): number {
    let state = this.states.get(held);
    if (state === undefined) {
      state = this.helds.length;
      this.helds.push(held);
      this.states.set(held, state);
    }
    return state;
  }

  // False when the same operations in the same state have been tried before.
  private place(index: number, state: number, isPassedOver: boolean): boolean {
    this.flip(index);
    if (!this.memory.add(this.bits, state)) {
      this.flip(index);
      return false;
    }
    this.stack.push({ operation: index, state: this.state, isPassedOver });
    this.state = state;
    if (!(this.operations[index] as Operation).isOptional) this.left--;
    this.lift(index * 2 + 1);
    this.lift(index * 2);
    return true;
  }

  // Undoes the latest placement; the moment to go on from, or undefined when there is none to undo.
  private takeBack(): number | undefined {
    for (;;) {
      const latest = this.stack.pop();
      if (latest === undefined) return undefined;
      const index = latest.operation;
      this.state = latest.state;
      this.flip(index);
      if (!(this.operations[index] as Operation).isOptional) this.left++;
      this.unlift(index * 2);
      this.unlift(index * 2 + 1);
      // What was passed over had been tried before its time ran out.
      if (!latest.isPassedOver) return this.next[index * 2] as number;
    }
  }

  private flip(index: number): void {
    this.bits[index >>> 5] = (this.bits[index >>> 5] as number) ^ (1 << (index & 31));
    this.memory.flip(index);
  }

  private lift(moment: number): void {
    const before = this.previous[moment] as number;
    if (before === END) return; // An answer that never came.
    const after = this.next[moment] as number;
    this.next[before] = after;
    if (after !== END) this.previous[after] = before;
  }

  private unlift(moment: number): void {
    const before = this.previous[moment] as number;
    if (before === END) return;
    const after = this.next[moment] as number;
    this.next[before] = moment;
    if (after !== END) this.previous[after] = moment;
  }

  private violation(): Verdict {
    const placed = this.longest
      .filter(({ isPassedOver }) => !isPassedOver)
      .map(({ operation }) => this.operations[operation] as Operation);
    return { is: "violation", placed, stuck: this.operations[this.stuck] as Operation };
  }
}

// Which sets of placed operations, with which state, have been reached: found by a Zobrist hash, compared in full.
//
//   entry   | hash | state | bits of the set ... |
class Memory {
  private readonly keys: Int32Array;
  private readonly words: number;
  private hash = 0;
  private entries: Int32Array;
  private count = 0;
  // Open addressing: 0 is free, else an entry's number and one.
  private slots = new Int32Array(1024);

  constructor(operations: number) {
    this.words = (operations + 31) >>> 5;
    this.entries = new Int32Array((this.words + 2) * 256);
    this.keys = new Int32Array(operations);
    let seed = 0x9e3779b9;
    for (let i = 0; i < operations; i++) {
      seed = (seed + 0x6d2b79f5) | 0;
      let key = Math.imul(seed ^ (seed >>> 15), seed | 1);
      key ^= key + Math.imul(key ^ (key >>> 7), key | 61);
      this.keys[i] = key ^ (key >>> 14);
    }
  }

  flip(operation: number): void {
    this.hash ^= this.keys[operation] as number;
  }

  /** False when it is known. */
  add(bits: Int32Array, state: number): boolean {
    const size = this.words + 2;
    let slot = this.slotOf(this.hash, state);
    for (; this.slots[slot] !== 0; slot = (slot + 1) & (this.slots.length - 1)) {
      const at = ((this.slots[slot] as number) - 1) * size;
      if (this.entries[at] !== this.hash || this.entries[at + 1] !== state) continue;
      let i = 0;
      while (i < this.words && this.entries[at + 2 + i] === bits[i]) i++;
      if (i === this.words) return false;
    }
    if ((this.count + 1) * size > this.entries.length) {
      const grown = new Int32Array(this.entries.length * 2);
      grown.set(this.entries);
      this.entries = grown;
    }
    this.entries[this.count * size] = this.hash;
    this.entries[this.count * size + 1] = state;
    this.entries.set(bits, this.count * size + 2);
    this.slots[slot] = ++this.count;
    if (this.count * 2 > this.slots.length) this.grow();
    return true;
  }

  private grow(): void {
    const size = this.words + 2;
    this.slots = new Int32Array(this.slots.length * 2);
    for (let entry = 0; entry < this.count; entry++) {
      const at = entry * size;
      let slot = this.slotOf(this.entries[at] as number, this.entries[at + 1] as number);
      while (this.slots[slot] !== 0) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = entry + 1;
    }
  }

  private slotOf(hash: number, state: number): number {
    const mixed = Math.imul(hash ^ Math.imul(state + 1, 0x85ebca6b), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (this.slots.length - 1);
  }
}
