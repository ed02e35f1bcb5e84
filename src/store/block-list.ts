// Block list: the elements of a large list, in packed blocks that hang from a counted tree.
//
//   block       | start u32 | end u32 | count u32 | room | elements from start to end | room |
//   leaf entry  | block ref | count |            (counted-tree.ts; its weight is the count)
//
// Offsets count from the block's first byte. Room may be at both ends, so that a push or pop at either end of the
// list moves nothing. A block grows by doubling up to BLOCK_BYTES_MAX, and no further once it has ENOUGH elements:
// a walk to an element inside a block is then short, and full blocks are of exact size classes. An element longer
// than that has a block of its own.
// Invariants:
//   - no block is empty, none has more than COUNT_MAX elements.
//   - a push or pop at an end costs O(height of the tree); the tree of 10^6 elements has two or three levels.
//   - one place, set by `seek`, is where reads and changes happen; it survives `replace`, not inserts or removals.

import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import type { Element, ElementSink } from "./element.ts";
import { elementEnd, type PackedInput, readElement, skipElements, writeElements } from "./packed-block.ts";
import { TreeView } from "./tree-view.ts";

const HEADER_BYTES = 12;
const BLOCK_BYTES_MAX = 4096;
const BLOCK_BYTES_MIN = 256;
const ENOUGH = 96;
const COUNT_MAX = 256;
const JOIN_COUNT = 16; // a block with fewer looks whether its neighbour takes them
const JOIN_BYTES_MAX = 1024;
const REF_BYTES = 4;
const NO_KEY = { compare: (): number => 0 };

export class BlockList extends TreeView {
  /** The place: a position in the list, -1 while there is none. */
  position = -1;
  private block: Ref = 0;
  private u8: Uint8Array = new Uint8Array(0);
  private data: DataView = new DataView(this.u8.buffer);
  private base = 0;
  private index = 0; // within the block
  private offset = 0; // of the element, in its segment
  // Offsets of the block's elements, known while walking backwards.
  private readonly offsets = new Int32Array(COUNT_MAX + 1);
  private offsetsKnown = false;

  constructor(arena: Arena) {
    super(arena, { keyBytes: 0, valueBytes: 8, weightAt: REF_BYTES, blockAt: 0 }, NO_KEY);
  }

  get length(): number {
    return this.tree.weight;
  }

  /** As in the base; the place is lost, for whatever happened to the list meanwhile. */
  override open(arena: Arena, root: Ref, offset: number): this {
    this.position = -1;
    this.tree.open(arena, root, offset);
    return this;
  }

  /** Goes to the element at `position`, 0 .. length - 1. */
  seek(position: number): void {
    const index = this.tree.seekPosition(position);
    this.position = position;
    this.enter();
    this.index = index;
    this.offset = skipElements(this.u8, this.base + this.start, index);
  }

  /** Fills `target` with the element at the place. */
  read(target: Element): void {
    readElement(this.u8, this.data, this.offset, target);
  }

  /** Writes the `count` elements from `position` on, which must be there, to `sink`. The place is lost. */
  writeRange(position: number, count: number, scratch: Element, sink: ElementSink): void {
    this.seek(position);
    for (let left = count; ; ) {
      const some = Math.min(left, this.count - this.index);
      writeElements(this.u8, this.data, this.offset, some, scratch, sink);
      left -= some;
      if (left === 0) break;
      this.tree.next();
      this.enter();
      this.index = 0;
      this.offset = this.base + this.start;
    }
    this.position = -1;
  }

  /** True when the element at the place equals `input`. */
  matches(input: PackedInput): boolean {
    return input.matches(this.u8, this.data, this.offset);
  }

  /** Goes to the next element; false at the end. */
  advance(): boolean {
    this.position++;
    if (++this.index < this.count) {
      this.offset = elementEnd(this.u8, this.offset);
      return true;
    }
    if (!this.tree.next()) return false;
    this.enter();
    this.index = 0;
    this.offset = this.base + this.start;
    return true;
  }

  /** Goes to the previous element; false at the beginning. */
  retreat(): boolean {
    if (this.index === 0) {
      if (!this.tree.previous()) return false;
      this.enter();
      this.index = this.count;
    }
    if (!this.offsetsKnown) this.noteOffsets();
    this.position--;
    this.index--;
    this.offset = this.offsets[this.index] as number;
    return true;
  }

  /** Adds an element at the end. */
  pushTail(input: PackedInput): void {
    this.position = -1;
    if (!this.tree.seekLast()) {
      this.putBlockAlone(input, false);
      return;
    }
    this.enter();
    this.index = this.count;
    this.offset = this.base + this.end;
    const size = input.sizeBytes;
    if (this.count < COUNT_MAX && (this.roomBehind >= size || this.makeRoomBehind(size))) {
      this.offset = this.base + this.end;
      this.end = this.end + size;
      this.write(input);
      return;
    }
    const capacity = this.tree.arena.capacityOf(this.block);
    this.seal();
    this.tree.seekPosition(this.tree.weight);
    this.putBlockAlone(input, false, capacity);
  }

  /** Adds an element at the beginning. */
  pushHead(input: PackedInput): void {
    this.position = -1;
    this.tree.seekPosition(0);
    if (this.tree.weight === 0) {
      this.putBlockAlone(input, true);
      return;
    }
    this.enter();
    this.index = 0;
    this.offset = this.base + this.start;
    const size = input.sizeBytes;
    if (this.count < COUNT_MAX && (this.start - HEADER_BYTES >= size || this.makeRoomInFront(size))) {
      this.start = this.start - size;
      this.offset = this.base + this.start;
      this.write(input);
      return;
    }
    const capacity = this.tree.arena.capacityOf(this.block);
    this.seal();
    this.tree.seekPosition(0);
    this.putBlockAlone(input, true, capacity);
  }

  /** Puts an element before the place. The place is lost. */
  insert(input: PackedInput): void {
    const { position } = this;
    this.position = -1;
    for (;;) {
      const { count } = this;
      if (count < COUNT_MAX && this.fit(0, input.sizeBytes)) {
        this.write(input);
        return;
      }
      if (this.index === 0) break;
      // A long element parts the block where it stands, others part it in the middle.
      const isLong = input.sizeBytes > BLOCK_BYTES_MAX >>> 2 || count < 4;
      this.part(isLong ? this.index : count >>> 1);
      this.seek(position);
      this.position = -1;
    }
    this.putBlockAlone(input, false);
  }

  /** Replaces the element at the place; the place stays. */
  replace(input: PackedInput): void {
    const size = elementEnd(this.u8, this.offset) - this.offset;
    if (size === input.sizeBytes || this.fit(size, input.sizeBytes)) {
      input.write(this.u8, this.data, this.offset);
      this.offsetsKnown = false;
      return;
    }
    const { position } = this;
    this.insert(input);
    this.seek(position + 1);
    this.remove();
    this.seek(position);
  }

  /** Removes the element at the place. The place is lost. */
  remove(): void {
    this.position = -1;
    const { u8, base, offset: at } = this;
    const end = elementEnd(u8, at);
    const count = this.count - 1;
    if (count === 0) {
      this.removeBlock();
      return;
    }
    const first = base + this.start;
    const last = base + this.end;
    if (at - first < last - end) {
      if (at > first) u8.copyWithin(first + end - at, first, at);
      this.start = this.start + end - at;
    } else {
      if (end < last) u8.copyWithin(at, end, last);
      this.end = this.end - (end - at);
    }
    this.count = count;
    this.tree.addWeight(-1);
    if (this.index > 0 && this.index < count) this.maybeSlim();
  }

  /** Removes `count` elements from `position` on. */
  removeRange(position: number, count: number): void {
    for (let left = count; left > 0; ) {
      this.seek(position);
      const inBlock = this.count;
      if (this.index === 0 && left >= inBlock) {
        left -= inBlock;
        this.removeBlock();
        continue;
      }
      const some = Math.min(left, inBlock - this.index);
      const end = skipElements(this.u8, this.offset, some);
      if (this.index === 0) this.start = end - this.base;
      else {
        const last = this.base + this.end;
        if (end < last) this.u8.copyWithin(this.offset, end, last);
        this.end = this.end - (end - this.offset);
      }
      this.count = inBlock - some;
      this.tree.addWeight(-some);
      this.maybeSlim();
      left -= some;
    }
    this.position = -1;
  }

  /** Bytes of the blocks and nodes. O(blocks). */
  get bytes(): number {
    let bytes = this.tree.nodeBytes;
    this.tree.seekPosition(0);
    for (let more = this.tree.isAtEntry; more; more = this.tree.next()) {
      bytes += this.tree.arena.capacityOf(this.tree.leafData.getInt32(this.tree.entryAt, true));
    }
    return bytes;
  }

  // The block's header.
  private get start(): number {
    return this.data.getUint32(this.base, true);
  }
  private set start(value: number) {
    this.data.setUint32(this.base, value, true);
  }
  private get end(): number {
    return this.data.getUint32(this.base + 4, true);
  }
  private set end(value: number) {
    this.data.setUint32(this.base + 4, value, true);
  }
  private get count(): number {
    return this.data.getUint32(this.base + 8, true);
  }
  private set count(value: number) {
    this.data.setUint32(this.base + 8, value, true);
  }

  // Looks at the block of the path's entry.
  private enter(): void {
    this.use(this.tree.leafData.getInt32(this.tree.entryAt, true));
  }

  private use(block: Ref): void {
    this.block = block;
    this.u8 = this.tree.arena.u8[segmentOf(block)] as Uint8Array;
    this.data = this.tree.arena.data[segmentOf(block)] as DataView;
    this.base = byteOffset(block);
    this.offsetsKnown = false;
  }

  private noteOffsets(): void {
    let at = this.base + this.start;
    const { count, u8 } = this;
    for (let i = 0; i < count; i++) {
      this.offsets[i] = at;
      at = elementEnd(u8, at);
    }
    this.offsetsKnown = true;
  }

  // Writes an element into the gap at the place that `fit` made.
  private write(input: PackedInput): void {
    input.write(this.u8, this.data, this.offset);
    this.count = this.count + 1;
    this.tree.addWeight(1);
  }

  // Makes the `oldBytes` at the place `newBytes` long, in this block or a larger one; false when it may not grow so
  // far. Afterwards `offset` is where they are.
  private fit(oldBytes: number, newBytes: number): boolean {
    const { u8, base, start, end, offset: at } = this;
    const change = newBytes - oldBytes;
    const capacity = this.tree.arena.capacityOf(this.block);
    const first = base + start;
    const last = base + end;
    const used = end - start;
    if (change <= 0) {
      if (at + oldBytes < last) u8.copyWithin(at + newBytes, at + oldBytes, last);
      this.end = end + change;
      return true;
    }
    const frontRoom = start - HEADER_BYTES;
    const backRoom = capacity - end;
    const isNearFront = at - first < last - at - oldBytes;
    if (backRoom >= change && !(isNearFront && frontRoom >= change)) {
      if (at + oldBytes < last) u8.copyWithin(at + newBytes, at + oldBytes, last);
      this.end = end + change;
      return true;
    }
    if (frontRoom >= change) {
      if (at > first) u8.copyWithin(first - change, first, at);
      this.start = start - change;
      this.offset = at - change;
      return true;
    }
    const need = HEADER_BYTES + used + change;
    if (need <= capacity) return this.recast(capacity, oldBytes, newBytes);
    if (need > BLOCK_BYTES_MAX || this.count >= ENOUGH) return false;
    return this.recast(grownBytes(capacity, need), oldBytes, newBytes);
  }

  private get roomBehind(): number {
    return this.tree.arena.capacityOf(this.block) - this.end;
  }

  // For a push at the end when the room behind is too short: a quarter of the block or more in front is worth moving
  // the elements for; else the block grows, or is full (false).
  private makeRoomBehind(size: number): boolean {
    const { u8, base, start, end, block } = this;
    const capacity = this.tree.arena.capacityOf(block);
    const room = start - HEADER_BYTES;
    if (room >= size && room >= capacity >>> 2) {
      u8.copyWithin(base + HEADER_BYTES, base + start, base + end);
      this.start = HEADER_BYTES;
      this.end = end - room;
      return true;
    }
    const need = end - room + size;
    if (need > BLOCK_BYTES_MAX || this.count >= ENOUGH || capacity >= BLOCK_BYTES_MAX) return false;
    return this.recast(grownBytes(capacity, need), 0, 0);
  }

  // As makeRoomBehind, for a push at the beginning.
  private makeRoomInFront(size: number): boolean {
    const { u8, base, start, end } = this;
    const capacity = this.tree.arena.capacityOf(this.block);
    const room = capacity - end;
    if (room >= size && room >= capacity >>> 2) {
      u8.copyWithin(base + start + room, base + start, base + end);
      this.start = start + room;
      this.end = capacity;
      return true;
    }
    const need = HEADER_BYTES + end - start + size;
    if (need > BLOCK_BYTES_MAX || this.count >= ENOUGH || capacity >= BLOCK_BYTES_MAX) return false;
    this.recast(grownBytes(capacity, need), 0, 0);
    const shift = this.tree.arena.capacityOf(this.block) - this.end;
    this.u8.copyWithin(this.base + this.start + shift, this.base + this.start, this.base + this.end);
    this.start = this.start + shift;
    this.end = this.end + shift;
    return true;
  }

  // Copies the block to one of `bytes`, all room behind, the `oldBytes` at the place `newBytes` long.
  private recast(bytes: number, oldBytes: number, newBytes: number): boolean {
    const { u8, base, start, end, offset, block, count } = this;
    const { arena } = this.tree;
    const head = offset - base - start;
    const to = arena.alloc(bytes);
    const target = arena.u8[segmentOf(to)] as Uint8Array;
    const place = byteOffset(to) + HEADER_BYTES;
    if (head > 0) target.set(u8.subarray(base + start, offset), place);
    if (offset + oldBytes < base + end) {
      target.set(u8.subarray(offset + oldBytes, base + end), place + head + newBytes);
    }
    arena.free(block);
    this.tree.leafData.setInt32(this.tree.entryAt, to, true);
    this.use(to);
    this.start = HEADER_BYTES;
    this.end = HEADER_BYTES + end - start + newBytes - oldBytes;
    this.count = count;
    this.offset = place + head;
    return true;
  }

  // A block that will not be pushed to any more keeps no size class more than it needs.
  private seal(): void {
    const need = HEADER_BYTES + this.end - this.start;
    if (this.tree.arena.capacityOf(this.block) - need < need >>> 4) return;
    this.offset = this.base + this.end;
    this.recast(need, 0, 0);
  }

  // A block less than half full moves to a smaller one, or to its next neighbour.
  private maybeSlim(): void {
    if (this.count < JOIN_COUNT && this.maybeJoin()) return;
    const need = HEADER_BYTES + this.end - this.start;
    const capacity = this.tree.arena.capacityOf(this.block);
    if (capacity > BLOCK_BYTES_MIN && need < capacity >>> 1) {
      this.offset = this.base + this.end;
      this.recast(need, 0, 0);
    }
  }

  // Moves the elements of the next block into this one, if both are small.
  private maybeJoin(): boolean {
    const { block, u8, base, start, end, count } = this;
    const position = this.tree.rank;
    if (position + count >= this.tree.weight) return false;
    this.tree.next();
    this.enter();
    const used = end - start + this.end - this.start;
    const total = count + this.count;
    if (HEADER_BYTES + used > JOIN_BYTES_MAX || total > ENOUGH) {
      this.tree.seekPosition(position);
      this.use(block);
      return false;
    }
    const to = this.tree.arena.alloc(HEADER_BYTES + used);
    const target = this.tree.arena.u8[segmentOf(to)] as Uint8Array;
    const place = byteOffset(to) + HEADER_BYTES;
    target.set(u8.subarray(base + start, base + end), place);
    target.set(this.u8.subarray(this.base + this.start, this.base + this.end), place + end - start);
    this.removeBlock();
    this.tree.seekPosition(position);
    this.tree.arena.free(block);
    this.tree.leafData.setInt32(this.tree.entryAt, to, true);
    this.use(to);
    this.start = HEADER_BYTES;
    this.end = HEADER_BYTES + used;
    this.count = total;
    this.tree.addWeight(total - count);
    return true;
  }

  private removeBlock(): void {
    this.tree.arena.free(this.block);
    this.tree.removeEntry();
  }

  // Makes a new block with this element alone, before the path's entry; `atEnd` leaves the room in front. Next to a full
  // block of `capacity` it is as large from the beginning, since what is pushed is mostly alike.
  private putBlockAlone(input: PackedInput, atEnd: boolean, capacity = BLOCK_BYTES_MIN): void {
    const size = HEADER_BYTES + input.sizeBytes;
    const { arena } = this.tree;
    const to = arena.alloc(Math.max(size, Math.min(capacity, BLOCK_BYTES_MAX)));
    this.use(to);
    this.end = atEnd ? arena.capacityOf(to) : size;
    this.start = this.end - input.sizeBytes;
    this.count = 1;
    input.write(this.u8, this.data, this.base + this.start);
    this.putBlock(to, 1);
  }

  private putBlock(block: Ref, count: number): void {
    this.tree.entryData.setInt32(0, block, true);
    this.tree.entryData.setUint32(REF_BYTES, count, true);
    this.tree.insertEntry(count);
  }

  // The elements from `index` on go to a new block behind this one.
  private part(index: number): void {
    const { u8, base, count } = this;
    const { arena } = this.tree;
    const from = skipElements(u8, base + this.start, index);
    const bytes = base + this.end - from;
    const to = arena.alloc(Math.max(HEADER_BYTES + bytes + (bytes >>> 2), BLOCK_BYTES_MIN));
    const target = arena.u8[segmentOf(to)] as Uint8Array;
    target.set(u8.subarray(from, from + bytes), byteOffset(to) + HEADER_BYTES);
    this.end = from - base;
    this.count = index;
    this.tree.addWeight(index - count);
    const after = this.tree.rank + index;
    this.use(to);
    this.start = HEADER_BYTES;
    this.end = HEADER_BYTES + bytes;
    this.count = count - index;
    this.tree.seekPosition(after);
    this.putBlock(to, count - index);
  }
}

// The size after `capacity` by doubling that holds `need`, up to the longest.
function grownBytes(capacity: number, need: number): number {
  let bytes = Math.max(capacity, BLOCK_BYTES_MIN);
  while (bytes < need) bytes *= 2;
  return Math.min(bytes, BLOCK_BYTES_MAX);
}
