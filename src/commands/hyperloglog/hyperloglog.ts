// HyperLogLog: a string value that counts different elements, in Redis's own format.
//
//   | "HYLL" | encoding u8: 0 dense, 1 sparse | 3 bytes unused | cached count u64, little-endian | registers |
//
// The cached count is stale while its uppermost bit is set.
//
// Role: a view of one value, found in a keyspace or standing anywhere else; changes go through its owner, who can
// resize it. Counting changes and telling others of them is the commands' part.
// Invariant: a sparse value grows to hll-sparse-max-bytes at most, header included; then it becomes dense for good.

import type { EntryView } from "../../keyspace/entry-view.ts";
import {
  DENSE_BYTES,
  denseRegister,
  estimate,
  HISTOGRAM_LENGTH,
  located,
  locateRegister,
  REGISTERS,
  setDenseRegister,
} from "./registers.ts";
import { countSparse, joinRuns, plan, planRaise, raiseBySparse, SPARSE_VALUE_MAX } from "./sparse.ts";

export const HEADER_BYTES = 16;
const DENSE = 0;
const SPARSE = 1;
const ENCODING_AT = 4;
const COUNT_AT = 8;
const STALE_AT = 15;
const STALE_BIT = 0x80;
export const DENSE_VALUE_BYTES = HEADER_BYTES + DENSE_BYTES;
/** An empty one: the header, and one run of zeros. */
export const EMPTY_VALUE_BYTES = HEADER_BYTES + 2;
const MAGIC = [0x48, 0x59, 0x4c, 0x4c] as const; // "HYLL"

/** Who keeps a value. The view stays valid when it is resized, its bytes from the start are kept. */
export type ValueOwner = { resize(view: EntryView, length: number): void };

// Shared by all: used up within one method.
const scratch = new Uint8Array(REGISTERS);
const histogram = new Int32Array(HISTOGRAM_LENGTH);

export class HyperLogLog {
  private view: EntryView;
  private owner: ValueOwner;

  constructor(view: EntryView, owner: ValueOwner) {
    this.view = view;
    this.owner = owner;
  }

  /** Shows another value. */
  open(view: EntryView, owner: ValueOwner): this {
    this.view = view;
    this.owner = owner;
    return this;
  }

  /** False for a string that cannot be a HyperLogLog. That its runs are all registers is found out when they are read. */
  get isValid(): boolean {
    const { view } = this;
    const { bytes, valueStart: at, valueLength } = view;
    if (valueLength < HEADER_BYTES) return false;
    for (let i = 0; i < MAGIC.length; i++) if (bytes[at + i] !== MAGIC[i]) return false;
    const encoding = bytes[at + ENCODING_AT] as number;
    return encoding === SPARSE || (encoding === DENSE && valueLength === DENSE_VALUE_BYTES);
  }

  get isDense(): boolean {
    return this.view.bytes[this.view.valueStart + ENCODING_AT] === DENSE;
  }

  /** Where the registers begin, in the view's bytes; they end with the value. */
  get registersAt(): number {
    return this.view.valueStart + HEADER_BYTES;
  }

  /** Makes a value of EMPTY_VALUE_BYTES zeros an empty HyperLogLog. */
  initialize(): void {
    const { bytes, valueStart } = this.view;
    for (let i = 0; i < MAGIC.length; i++) bytes[valueStart + i] = MAGIC[i] as number;
    bytes[valueStart + ENCODING_AT] = SPARSE;
    bytes[valueStart + HEADER_BYTES] = 0x7f;
    bytes[valueStart + HEADER_BYTES + 1] = 0xff;
  }

  /** Adds the element source[start, end): 1 a register has grown, 0 none has, -1 the value is corrupt. */
  add(source: Uint8Array, start: number, end: number, sparseBytesMax: number): 1 | 0 | -1 {
    locateRegister(source, start, end);
    return this.raise(located.index, located.value, sparseBytesMax);
  }

  /** Raises a register to `value`; answers as `add`. */
  raise(index: number, value: number, sparseBytesMax: number): 1 | 0 | -1 {
    const { view } = this;
    if (this.isDense) return this.raiseDense(index, value);
    if (value > SPARSE_VALUE_MAX) return this.becomeDense() ? this.raiseDense(index, value) : -1;
    const planned = planRaise(view.bytes, this.registersAt, view.valueEnd, index, value);
    if (planned !== 1) return planned;
    const { valueLength } = view;
    const growth = plan.count - plan.removed;
    if (growth > 0 && valueLength + growth > sparseBytesMax) {
      return this.becomeDense() ? this.raiseDense(index, value) : -1;
    }
    this.splice(growth);
    this.makeStale();
    return 1;
  }

  /** Makes the value dense; false when it is corrupt. */
  becomeDense(): boolean {
    const { view } = this;
    if (this.isDense) return true;
    scratch.fill(0);
    if (!raiseBySparse(scratch, view.bytes, this.registersAt, view.valueEnd)) return false;
    this.owner.resize(view, DENSE_VALUE_BYTES);
    const { bytes, valueStart, valueEnd } = view;
    const at = this.registersAt;
    bytes[valueStart + ENCODING_AT] = DENSE;
    bytes.fill(0, at, valueEnd);
    for (let i = 0; i < REGISTERS; i++) {
      const value = scratch[i] as number;
      if (value > 0) setDenseRegister(bytes, at, i, value);
    }
    return true;
  }

  /** Value of a register of a dense one. */
  register(index: number): number {
    return denseRegister(this.view.bytes, this.registersAt, index);
  }

  /** Raises `registers`, a byte each, to those of this one; false when it is corrupt. */
  raiseInto(registers: Uint8Array): boolean {
    const { bytes, valueEnd } = this.view;
    const at = this.registersAt;
    if (!this.isDense) return raiseBySparse(registers, bytes, at, valueEnd);
    for (let i = 0; i < REGISTERS; i++) {
      const value = denseRegister(bytes, at, i);
      if (value > (registers[i] as number)) registers[i] = value;
    }
    return true;
  }

  /** How many different elements were added, about; NaN when the value is corrupt. */
  count(): number {
    const { bytes, valueEnd } = this.view;
    const at = this.registersAt;
    histogram.fill(0);
    if (!this.isDense) return countSparse(histogram, bytes, at, valueEnd) ? estimate(histogram) : Number.NaN;
    for (let i = 0; i < REGISTERS; i++) {
      const value = denseRegister(bytes, at, i);
      histogram[value] = (histogram[value] as number) + 1;
    }
    return estimate(histogram);
  }

  get isStale(): boolean {
    const { bytes, valueStart } = this.view;
    return ((bytes[valueStart + STALE_AT] as number) & STALE_BIT) !== 0;
  }

  makeStale(): void {
    const at = this.view.valueStart + STALE_AT;
    this.view.bytes[at] = (this.view.bytes[at] as number) | STALE_BIT;
  }

  /** The cached count, exact to 2^53. */
  get cachedCount(): number {
    const { data, valueStart } = this.view;
    const at = valueStart + COUNT_AT;
    return data.getUint32(at + 4, true) * 2 ** 32 + data.getUint32(at, true);
  }

  /** As `cachedCount`, exact to its 63 bits. Allocates. */
  get cachedCountExactly(): bigint {
    return this.view.data.getBigUint64(this.view.valueStart + COUNT_AT, true);
  }

  /** Caches what `count` returned. An infinite count stays stale. */
  set cachedCount(count: number) {
    const { data, valueStart } = this.view;
    const at = valueStart + COUNT_AT;
    data.setUint32(at, count % 2 ** 32, true);
    data.setInt32(at + 4, Math.floor(count / 2 ** 32), true);
  }

  private raiseDense(index: number, value: number): 1 | 0 {
    const { bytes } = this.view;
    const at = this.registersAt;
    if (denseRegister(bytes, at, index) >= value) return 0;
    setDenseRegister(bytes, at, index, value);
    return 1;
  }

  // Carries out the plan, and joins what can be joined.
  private splice(growth: number): void {
    const { view } = this;
    const length = view.valueLength;
    const at = plan.at - view.valueStart;
    const joinFrom = plan.joinFrom - view.valueStart;
    if (growth > 0) this.owner.resize(view, length + growth);
    const { bytes, valueStart } = view;
    const tail = at + plan.removed;
    if (growth !== 0 && tail < length) {
      bytes.copyWithin(valueStart + tail + growth, valueStart + tail, valueStart + length);
    }
    const count = Math.min(plan.count, length + growth - at);
    for (let i = 0; i < count; i++) bytes[valueStart + at + i] = plan.runs[i] as number;
    const end = joinRuns(bytes, valueStart + joinFrom, valueStart + length + growth);
    if (end < view.valueEnd) this.owner.resize(view, end - valueStart);
  }
}

/** How many different elements the registers, a byte each, have seen. */
export function countRegisters(registers: Uint8Array): number {
  histogram.fill(0);
  for (let i = 0; i < REGISTERS; i++) {
    const value = registers[i] as number;
    histogram[value] = (histogram[value] as number) + 1;
  }
  return estimate(histogram);
}
