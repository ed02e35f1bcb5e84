// Stream node: up to about a hundred entries of a stream in one listpack (listpack.ts), as Redis lays them out.
//
//   | count | deleted | number of fields | field ... | 0 |      the master: fields of the first entry
//   | flags | ms | seq | value ... | size |                       an entry with the master's fields, or
//   | flags | ms | seq | number of fields | field | value | ... | size |
//
// Every item is a listpack element. ms and seq are differences to the node's id, which is that of its first entry;
// size is the number of elements in front of it, so that entries can be walked backwards.
// Role: a view of one node (`open`) with a place at one entry, and the changes that streams make: append an entry,
// mark one as deleted.
// Invariants:
//   - entries are never taken out of a node, only marked; a node goes as a whole.
//   - a change may move the node to another block: `block` then names it, and the owner must note it.

import type { StreamId } from "../lib/stream-id.ts";
import { Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import type { Element } from "./element.ts";
import {
  countElements,
  ELEMENT_OVERHEAD_MAX,
  elementAfter,
  elementBefore,
  integerBytes,
  isElement,
  isWideInteger,
  LISTPACK_END,
  LISTPACK_HEADER_BYTES,
  readElement,
  readInteger,
  readWords,
  setTotalBytes,
  totalBytes,
  words,
  writeInteger,
  writeText,
} from "./listpack.ts";

const DELETED = 1;
const SAME_FIELDS = 2;
const FIXED_ELEMENTS = 3; // flags, ms, seq
const FLAGS_BYTES = 2; // a small integer's element
const DOUBLING_BYTES_MAX = 4096;

/** Fields and values in turn: byte ranges of one buffer. Request arguments have this shape. */
export type FieldSource = {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
};

export class StreamNode {
  block: Ref = 0;
  /** Entries that are there, and entries marked as deleted. */
  count = 0;
  deleted = 0;
  /** Number of fields of the entry at the place. */
  fieldCount = 0;
  isDeleted = false;
  private arena: Arena;
  private u8: Uint8Array = new Uint8Array(0);
  private data: DataView = new DataView(this.u8.buffer);
  private base = 0;
  private masterCount = 0;
  private masterAt = 0; // the master's first field
  private firstAt = 0; // the first entry
  private at = 0; // the entry at the place
  private bodyAt = 0; // its first field or value
  private hasOwnFields = false;
  // Where `readField` and `readValue` go on.
  private fieldAt = 0;
  private valueAt = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  /** Looks at the node in `block`. */
  open(arena: Arena, block: Ref): this {
    this.arena = arena;
    this.use(block);
    const { u8, data } = this;
    let at = this.base + LISTPACK_HEADER_BYTES;
    this.count = readInteger(u8, data, at);
    at = elementAfter(u8, at);
    this.deleted = readInteger(u8, data, at);
    at = elementAfter(u8, at);
    this.masterCount = readInteger(u8, data, at);
    at = elementAfter(u8, at);
    this.masterAt = at;
    for (let i = 0; i < this.masterCount; i++) at = elementAfter(u8, at);
    this.firstAt = elementAfter(u8, at);
    return this;
  }

  /** Makes a node, in a block of at least `capacity` bytes, for entries of `count` fields as the one to be added has. */
  create(arena: Arena, source: FieldSource, first: number, count: number, capacity = 0): void {
    this.arena = arena;
    const most = entryBytesMax(source, first, count);
    const need = LISTPACK_HEADER_BYTES + 1 + (FIXED_ELEMENTS + 1) * ELEMENT_OVERHEAD_MAX + most * 2;
    this.use(arena.alloc(Math.max(need, capacity)));
    const { u8, data, base } = this;
    data.setUint16(base + 4, 0, true);
    let at = base + LISTPACK_HEADER_BYTES;
    at = writeInteger(u8, data, at, 0, 0);
    at = writeInteger(u8, data, at, 0, 0);
    at = writeInteger(u8, data, at, 0, count);
    this.masterAt = at;
    for (let i = 0; i < count; i++) at = writeArgument(u8, data, at, source, first + 2 * i);
    at = writeInteger(u8, data, at, 0, 0);
    this.firstAt = at;
    this.masterCount = count;
    this.count = 0;
    this.deleted = 0;
    this.end(at, FIXED_ELEMENTS + 1 + count);
  }

  /** Bytes of the listpack. */
  get bytes(): number {
    return totalBytes(this.data, this.base);
  }

  /** The listpack's bytes, where they stand: bytesOf[start, start + bytes). */
  get source(): Uint8Array {
    return this.u8;
  }
  get start(): number {
    return this.base;
  }

  /** Adds an entry of `count` fields, from argument `first` of `source` on, to the node of id `master`. */
  append(master: StreamId, id: StreamId, source: FieldSource, first: number, count: number): void {
    this.makeRoom((FIXED_ELEMENTS + 3) * ELEMENT_OVERHEAD_MAX + entryBytesMax(source, first, count));
    this.setCount(this.count + 1);
    const { u8, data } = this;
    const isSame = this.hasMasterFields(source, first, count);
    let at = this.base + this.bytes - 1;
    at = writeInteger(u8, data, at, 0, isSame ? SAME_FIELDS : 0);
    at = writeDifference(u8, data, at, id.w0, id.w1, master.w0, master.w1);
    at = writeDifference(u8, data, at, id.w2, id.w3, master.w2, master.w3);
    if (!isSame) at = writeInteger(u8, data, at, 0, count);
    for (let i = first; i < first + 2 * count; i++) {
      if (!isSame || ((i - first) & 1) === 1) at = writeArgument(u8, data, at, source, i);
    }
    const elements = FIXED_ELEMENTS + count + (isSame ? 0 : count + 1);
    at = writeInteger(u8, data, at, 0, elements);
    this.end(at, elements + 1);
  }

  /** Gives a node that nothing is added to any more a block no longer than it needs. */
  seal(): void {
    if (Arena.roundUp(this.bytes) < this.arena.capacityOf(this.block)) this.recast(this.bytes);
  }

  /** Makes a node of a listpack that has been checked. */
  restore(arena: Arena, bytes: Uint8Array): void {
    const block = arena.alloc(bytes.length);
    (arena.u8[segmentOf(block)] as Uint8Array).set(bytes, byteOffset(block));
    this.open(arena, block);
  }

  /** Copies the node to a block of an arena. */
  copyTo(to: Arena): Ref {
    const { u8, base, bytes } = this;
    const copied = to.alloc(bytes);
    (to.u8[segmentOf(copied)] as Uint8Array).set(u8.subarray(base, base + bytes), byteOffset(copied));
    return copied;
  }

  /** Goes to the first entry, deleted or not; false when there is none. */
  first(): boolean {
    this.at = this.firstAt;
    return this.load();
  }

  /** Goes to the last entry, deleted or not; false when there is none. */
  last(): boolean {
    this.at = this.base + this.bytes - 1;
    return this.previous();
  }

  /** Goes one entry on; false past the last. */
  next(): boolean {
    let at = this.bodyAt;
    const elements = this.hasOwnFields ? 2 * this.fieldCount : this.fieldCount;
    for (let i = 0; i < elements; i++) at = elementAfter(this.u8, at);
    this.at = elementAfter(this.u8, at);
    return this.load();
  }

  /** Goes one entry back; false before the first. */
  previous(): boolean {
    const { u8 } = this;
    let at = elementBefore(u8, this.at);
    const elements = readInteger(u8, this.data, at);
    if (elements === 0) return false;
    for (let i = 0; i < elements; i++) at = elementBefore(u8, at);
    this.at = at;
    return this.load();
  }

  /** Copies the place from a view of the same node. */
  goTo(other: StreamNode): void {
    this.at = other.at;
    this.load();
  }

  /**
   * From the place on, goes to the first entry that may have an id of at least `id`; false when there is none. It may
   * stop early, since it only compares differences to `master`, the node's id, that are small.
   */
  skipBelow(master: StreamId, id: StreamId): boolean {
    const { u8, data } = this;
    const ms = smallDifference(id.w0, id.w1, master.w0, master.w1);
    const seq = smallDifference(id.w2, id.w3, master.w2, master.w3);
    if (Number.isNaN(ms)) return true;
    for (;;) {
      const msAt = this.at + FLAGS_BYTES;
      if (isWideInteger(u8, msAt)) return true;
      // Below 0 stands what is greater than any difference that is compared here.
      const ownMs = readInteger(u8, data, msAt);
      if (ownMs > ms || ownMs < 0) return true;
      if (ownMs === ms) {
        const seqAt = elementAfter(u8, msAt);
        const ownSeq = isWideInteger(u8, seqAt) ? -1 : readInteger(u8, data, seqAt);
        if (ownSeq < 0 || !(ownSeq < seq)) return true;
      }
      if (!this.next()) return false;
    }
  }

  /** Puts the id of the entry at the place into `target`, of the node with id `master`. */
  readId(master: StreamId, target: StreamId): void {
    const { u8, data } = this;
    const msAt = this.at + FLAGS_BYTES;
    readWords(u8, data, msAt);
    let low = (master.w1 >>> 0) + (words.low >>> 0);
    target.w1 = low | 0;
    target.w0 = (master.w0 + words.high + (low >= 2 ** 32 ? 1 : 0)) | 0;
    readWords(u8, data, elementAfter(u8, msAt));
    low = (master.w3 >>> 0) + (words.low >>> 0);
    target.w3 = low | 0;
    target.w2 = (master.w2 + words.high + (low >= 2 ** 32 ? 1 : 0)) | 0;
  }

  /** Fills `target` with the next field of the entry at the place; then comes its value. */
  readField(target: Element): void {
    if (this.hasOwnFields) this.valueAt = readElement(this.u8, this.data, this.valueAt, target);
    else this.fieldAt = readElement(this.u8, this.data, this.fieldAt, target);
  }

  readValue(target: Element): void {
    this.valueAt = readElement(this.u8, this.data, this.valueAt, target);
  }

  /** Makes `readField` begin with the first field again. */
  rewindFields(): void {
    this.fieldAt = this.masterAt;
    this.valueAt = this.bodyAt;
  }

  /** Marks the entry at the place as deleted; it must not be yet. The counts are left to `countDeleted`. */
  mark(): void {
    // Flags are below 128 and so one byte.
    this.u8[this.at] = (this.u8[this.at] as number) | DELETED;
    this.isDeleted = true;
  }

  /** Counts entries that have been marked. The place is lost. */
  countDeleted(more: number): void {
    this.setCount(this.count - more);
    this.makeRoom(2);
    const at = elementAfter(this.u8, this.base + LISTPACK_HEADER_BYTES);
    this.deleted += more;
    this.replaceInteger(at, this.deleted);
  }

  private load(): boolean {
    const { u8, data } = this;
    let at = this.at;
    if (u8[at] === LISTPACK_END) return false;
    const flags = u8[at] as number;
    at = elementAfter(u8, elementAfter(u8, at + FLAGS_BYTES));
    this.isDeleted = (flags & DELETED) !== 0;
    this.hasOwnFields = (flags & SAME_FIELDS) === 0;
    if (this.hasOwnFields) {
      this.fieldCount = readInteger(u8, data, at);
      at = elementAfter(u8, at);
    } else {
      this.fieldCount = this.masterCount;
    }
    this.bodyAt = at;
    return true;
  }

  private hasMasterFields(source: FieldSource, first: number, count: number): boolean {
    if (count !== this.masterCount) return false;
    const { u8, data } = this;
    let at = this.masterAt;
    for (let i = first; i < first + 2 * count; i += 2) {
      const start = source.starts[i] as number;
      if (!isElement(u8, data, at, source.bytes, start, source.ends[i] as number)) return false;
      at = elementAfter(u8, at);
    }
    return true;
  }

  private setCount(count: number): void {
    this.count = count;
    this.replaceInteger(this.base + LISTPACK_HEADER_BYTES, count);
  }

  // Writes another integer over the one at `at`, in front of all entries. There must be room for two more bytes.
  private replaceInteger(at: number, value: number): void {
    const { u8, data, base, bytes } = this;
    const before = elementAfter(u8, at);
    const more = integerBytes(0, value) - (before - at);
    if (more !== 0) {
      u8.copyWithin(before + more, before, base + bytes);
      setTotalBytes(data, base, bytes + more);
      this.masterAt += more;
      this.firstAt += more;
    }
    writeInteger(u8, data, at, 0, value);
  }

  private end(at: number, moreElements: number): void {
    this.u8[at] = LISTPACK_END;
    setTotalBytes(this.data, this.base, at + 1 - this.base);
    countElements(this.data, this.base, moreElements);
  }

  private makeRoom(more: number): void {
    const need = this.bytes + more;
    const capacity = this.arena.capacityOf(this.block);
    if (need <= capacity) return;
    const grown =
      capacity < DOUBLING_BYTES_MAX
        ? Math.min(capacity * 2, DOUBLING_BYTES_MAX)
        : capacity + (capacity >>> 2);
    this.recast(Math.max(need, grown));
  }

  private recast(capacity: number): void {
    const { arena, u8, base, block, bytes } = this;
    const to = arena.alloc(capacity);
    (arena.u8[segmentOf(to)] as Uint8Array).set(u8.subarray(base, base + bytes), byteOffset(to));
    arena.free(block);
    this.use(to);
    this.masterAt += this.base - base;
    this.firstAt += this.base - base;
  }

  private use(block: Ref): void {
    this.block = block;
    this.u8 = this.arena.u8[segmentOf(block)] as Uint8Array;
    this.data = this.arena.data[segmentOf(block)] as DataView;
    this.base = byteOffset(block);
  }
}

/** Bytes of the fields and values of an entry to be added, without what stands around them. */
export function textBytes(source: FieldSource, first: number, count: number): number {
  let bytes = 0;
  for (let i = first; i < first + 2 * count; i++) {
    bytes += (source.ends[i] as number) - (source.starts[i] as number);
  }
  return bytes;
}

function entryBytesMax(source: FieldSource, first: number, count: number): number {
  return textBytes(source, first, count) + 2 * count * ELEMENT_OVERHEAD_MAX;
}

function writeArgument(u8: Uint8Array, data: DataView, at: number, source: FieldSource, i: number): number {
  return writeText(u8, data, at, source.bytes, source.starts[i] as number, source.ends[i] as number);
}

// The difference of two unsigned numbers of 64 bits when it is at least 0 and below 2^31, else NaN.
function smallDifference(high: number, low: number, fromHigh: number, fromLow: number): number {
  const lowDifference = (low >>> 0) - (fromLow >>> 0);
  const difference = ((high >>> 0) - (fromHigh >>> 0)) * 2 ** 32 + lowDifference;
  return difference >= 0 && difference < 2 ** 31 ? difference : Number.NaN;
}

function writeDifference(
  u8: Uint8Array,
  data: DataView,
  at: number,
  high: number,
  low: number,
  fromHigh: number,
  fromLow: number,
): number {
  const borrow = low >>> 0 < fromLow >>> 0 ? 1 : 0;
  return writeInteger(u8, data, at, (high - fromHigh - borrow) | 0, (low - fromLow) | 0);
}
