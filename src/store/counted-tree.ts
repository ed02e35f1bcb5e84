// Counted tree: a B+tree of fixed-size entries in arena blocks, each subtree with the sum of its weights.
//
//   node   | count u16 | level u8 | 0 | capacity u16 | 0 u16 | entries |          level 0 is a leaf
//   leaf entry    | key | value |
//   inner entry   | key of the child's first entry | child ref i32 | weight u32 |
//
//   header, 12 bytes in the collection's root cell:   | root node ref | level of the root | weight |
//
// Four trees are made of it, which differ in key and value: blocks of a list by position (block-list.ts: no key,
// the weight is the block's element count), members of a sorted set by score (score-tree.ts), anything by a
// 128-bit id (id-tree.ts), cells by name (name-tree.ts). Each has one of these inside (tree-view.ts) rather than being
// one: then all that is here is compiled for one class, and only `TreeKey.compare`, which knows the key that is looked
// for, is chosen while running.
//
// One path, from the root to a place in a leaf, is both the result of a search and the cursor of a walk. An object
// of this class is a view (`open`): it holds nothing of the tree but that path.
// Invariants:
//   - an inner entry's key equals the first key of its child, except on the way to the tree's very first entry, where no
//     search looks at it; its weight is the sum of the child's weights.
//   - no node but the root is empty; two neighbours under one parent hold together more than half a node.
//   - after an insert or a removal the path means nothing until the next seek.
//   - entries appended at the end leave full nodes behind; any other split leaves halves.

import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";

/** Bytes of the header in the root cell. */
export const TREE_ROOT_BYTES = 12;

const NODE_BYTES = 1024;
const FIRST_NODE_BYTES = 64; // of a lone leaf; it doubles
const ENTRIES_AT = 8;
const HEIGHT_MAX = 12;
const CHILD_BYTES = 8;

// Words of the header.
const ROOT = 0;
const LEVEL = 1;
const WEIGHT = 2;

/** The key that is looked for. */
export type TreeKey = {
  /** Negative, zero or positive as it is less than, equal to or greater than the one at `at`. */
  compare(data: DataView, at: number): number;
};

/** What a leaf entry is made of, in bytes. */
export type TreeLayout = {
  readonly keyBytes: number;
  readonly valueBytes: number;
  /** Where the weight stands; else each entry weighs 1. */
  readonly weightAt?: number;
  /** Where the entry names a block that is its own: freed and moved with it. */
  readonly blockAt?: number;
};

export class CountedTree {
  arena: Arena;
  /** The leaf entry to be inserted: filled by the owner. */
  readonly entry: Uint8Array;
  readonly entryData: DataView;

  private words: Int32Array = new Int32Array(3);
  private at = 0;
  private readonly key: TreeKey;
  private readonly keyBytes: number;
  private readonly leafStride: number;
  private readonly innerStride: number;
  private readonly weightAt: number; // in a leaf entry; -1: each weighs 1
  private readonly blockAt: number; // in a leaf entry; -1: none
  // The path, by level: nodes[0] is the leaf.
  private readonly nodes = new Int32Array(HEIGHT_MAX);
  private readonly indexes = new Int32Array(HEIGHT_MAX);

  constructor(arena: Arena, layout: TreeLayout, key: TreeKey) {
    this.arena = arena;
    this.key = key;
    this.keyBytes = layout.keyBytes;
    this.leafStride = layout.keyBytes + layout.valueBytes;
    this.innerStride = layout.keyBytes + CHILD_BYTES;
    this.weightAt = layout.weightAt ?? -1;
    this.blockAt = layout.blockAt ?? -1;
    this.entry = new Uint8Array(this.leafStride);
    this.entryData = new DataView(this.entry.buffer);
  }

  /** Makes the header at byte `offset` of a root cell an empty tree. */
  static init(arena: Arena, root: Ref, offset: number): void {
    const words = arena.i32[segmentOf(root)] as Int32Array;
    const at = (byteOffset(root) + offset) >>> 2;
    words[at + ROOT] = 0;
    words[at + LEVEL] = 0;
    words[at + WEIGHT] = 0;
  }

  /** Points this view at the tree whose header stands at byte `offset` of `root`. */
  open(arena: Arena, root: Ref, offset: number): void {
    this.arena = arena;
    this.words = arena.i32[segmentOf(root)] as Int32Array;
    this.at = (byteOffset(root) + offset) >>> 2;
  }

  /** The sum of all weights: for most trees the number of entries. */
  get weight(): number {
    return (this.words[this.at + WEIGHT] as number) >>> 0;
  }

  /** Finds the first entry not less than the key looked for; true when it is equal. May stand past the last. */
  seekKey(): boolean {
    const { key } = this;
    const root = this.words[this.at + ROOT] as number;
    if (root === 0) return false;
    let node = root;
    for (let level = this.words[this.at + LEVEL] as number; level > 0; level--) {
      const data = this.arena.data[segmentOf(node)] as DataView;
      const first = byteOffset(node) + ENTRIES_AT;
      // The last child that begins at or before the key; the first one when none does.
      let low = 1;
      let high = data.getUint16(first - ENTRIES_AT, true);
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (key.compare(data, first + middle * this.innerStride) >= 0) low = middle + 1;
        else high = middle;
      }
      this.nodes[level] = node;
      this.indexes[level] = low - 1;
      node = data.getInt32(first + (low - 1) * this.innerStride + this.keyBytes, true);
    }
    const data = this.arena.data[segmentOf(node)] as DataView;
    const first = byteOffset(node) + ENTRIES_AT;
    const count = data.getUint16(first - ENTRIES_AT, true);
    let low = 0;
    let high = count;
    let isEqual = false;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = key.compare(data, first + middle * this.leafStride);
      if (order > 0) low = middle + 1;
      else {
        high = middle;
        if (order === 0) isEqual = true;
      }
    }
    this.nodes[0] = node;
    this.indexes[0] = low;
    return isEqual;
  }

  /**
   * Finds the entry that covers `position` (0 .. weight - 1) and returns how far into it that is. At `weight` or
   * beyond, the path ends past the last entry.
   */
  seekPosition(position: number): number {
    let node = this.words[this.at + ROOT] as number;
    if (node === 0) return 0;
    let left = position;
    let total = this.weight; // of the node
    for (let level = this.words[this.at + LEVEL] as number; level > 0; level--) {
      const data = this.arena.data[segmentOf(node)] as DataView;
      const base = byteOffset(node);
      const { innerStride } = this;
      const last = data.getUint16(base, true) - 1;
      let at = base + ENTRIES_AT + this.keyBytes;
      let index = 0;
      let weight = 0;
      if (left * 2 < total) {
        for (; ; index++, at += innerStride) {
          weight = data.getUint32(at + 4, true);
          if (left < weight || index === last) break;
          left -= weight;
        }
      } else {
        // From the end: `total` becomes what stands before the entry looked at.
        index = last;
        at += last * innerStride;
        for (; ; index--, at -= innerStride) {
          weight = data.getUint32(at + 4, true);
          total -= weight;
          if (left >= total || index === 0) break;
        }
        left -= total;
      }
      total = weight;
      this.nodes[level] = node;
      this.indexes[level] = index;
      node = data.getInt32(at, true);
    }
    this.nodes[0] = node;
    const data = this.arena.data[segmentOf(node)] as DataView;
    const base = byteOffset(node);
    const count = data.getUint16(base, true);
    if (this.weightAt < 0) {
      this.indexes[0] = Math.min(left, count);
      return 0;
    }
    if (left >= total) {
      this.indexes[0] = count;
      return left - total;
    }
    const { leafStride } = this;
    const first = base + ENTRIES_AT + this.weightAt;
    let index = 0;
    if (left * 2 < total) {
      for (let at = first; ; index++, at += leafStride) {
        const weight = data.getUint32(at, true);
        if (left < weight) break;
        left -= weight;
      }
    } else {
      index = count;
      for (let at = first + count * leafStride; left < total; ) {
        index--;
        at -= leafStride;
        total -= data.getUint32(at, true);
      }
      left -= total;
    }
    this.indexes[0] = index;
    return left;
  }

  /** Goes to the last entry; false when there is none. */
  seekLast(): boolean {
    let node = this.words[this.at + ROOT] as number;
    if (node === 0) return false;
    for (let level = this.words[this.at + LEVEL] as number; ; level--) {
      const data = this.arena.data[segmentOf(node)] as DataView;
      const last = data.getUint16(byteOffset(node), true) - 1;
      this.nodes[level] = node;
      this.indexes[level] = last;
      if (level === 0) return last >= 0;
      node = data.getInt32(byteOffset(node) + ENTRIES_AT + last * this.innerStride + this.keyBytes, true);
    }
  }

  /** The sum of the weights before the path's entry. */
  get rank(): number {
    if (this.words[this.at + ROOT] === 0) return 0;
    let rank = 0;
    for (let level = this.words[this.at + LEVEL] as number; level > 0; level--) {
      rank += this.weightBefore(this.nodes[level] as number, level, this.indexes[level] as number);
    }
    return rank + this.weightBefore(this.nodes[0] as number, 0, this.indexes[0] as number);
  }

  /** True while the path stands at an entry. A path past a leaf's last entry goes on to the next leaf. */
  get isAtEntry(): boolean {
    if (this.words[this.at + ROOT] === 0) return false;
    return (this.indexes[0] as number) < this.countOf(this.nodes[0] as number) || this.stepLeaf();
  }

  /** Goes one entry on; false past the last. */
  next(): boolean {
    const index = (this.indexes[0] as number) + 1;
    this.indexes[0] = index;
    return index < this.countOf(this.nodes[0] as number) || this.stepLeaf();
  }

  /** Goes one entry back; false, and the path stays, at the first. */
  previous(): boolean {
    if ((this.indexes[0] as number) > 0) {
      this.indexes[0] = (this.indexes[0] as number) - 1;
      return true;
    }
    const top = this.words[this.at + LEVEL] as number;
    let level = 1;
    while (level <= top && this.indexes[level] === 0) level++;
    if (level > top) return false;
    this.indexes[level] = (this.indexes[level] as number) - 1;
    this.descend(level, true);
    return true;
  }

  /** The segment's view and the offset (`entryAt`) of the path's leaf entry. */
  get leafData(): DataView {
    return this.arena.data[segmentOf(this.nodes[0] as number)] as DataView;
  }

  get entryAt(): number {
    return byteOffset(this.nodes[0] as number) + ENTRIES_AT + (this.indexes[0] as number) * this.leafStride;
  }

  /** Where the entry `step` places on from the path's stands, if that is in the same leaf; else -1. */
  entryBeside(step: number): number {
    const node = this.nodes[0] as number;
    const index = (this.indexes[0] as number) + step;
    if (index < 0 || index >= this.countOf(node)) return -1;
    return byteOffset(node) + ENTRIES_AT + index * this.leafStride;
  }

  /** Puts `entry`, which weighs `weight`, before the place where the path stands. */
  insertEntry(weight: number): void {
    const { words, at, arena } = this;
    if (words[at + ROOT] === 0) {
      words[at + ROOT] = this.newNode(0, FIRST_NODE_BYTES);
      words[at + LEVEL] = 0;
      this.nodes[0] = words[at + ROOT] as number;
      this.indexes[0] = 0;
    }
    this.makeRoom(0, this.indexes[0] as number);
    const node = this.nodes[0] as number;
    const index = this.indexes[0] as number;
    const u8 = arena.u8[segmentOf(node)] as Uint8Array;
    const place = this.openGap(node, index, this.leafStride);
    for (let i = 0; i < this.leafStride; i++) u8[place + i] = this.entry[i] as number;
    if (index === 0) this.renewSeparators(0);
    this.addToAncestors(weight);
  }

  /** Removes the path's entry. */
  removeEntry(): void {
    const node = this.nodes[0] as number;
    const index = this.indexes[0] as number;
    this.addToAncestors(-this.weightOf(node, 0, index));
    this.closeGap(node, index, this.leafStride);
    if (index === 0 && this.countOf(node) > 0) this.renewSeparators(0);
    this.maybeShrink(0);
  }

  /** Changes the weight of the path's entry. */
  addWeight(change: number): void {
    const data = this.leafData;
    const at = this.entryAt + this.weightAt;
    data.setUint32(at, data.getUint32(at, true) + change, true);
    this.addToAncestors(change);
  }

  /**
   * Takes the tree apart from its end until about `count` blocks are freed; true when nothing is left. Between
   * two calls the tree may be used for nothing else.
   */
  freeSome(count: number): boolean {
    const { words, at, arena } = this;
    let freed = 0;
    while (words[at + ROOT] !== 0 && freed < count) {
      const top = words[at + LEVEL] as number;
      this.seekLastChild(top);
      const leaf = this.nodes[0] as number;
      const data = this.leafData;
      const first = byteOffset(leaf) + ENTRIES_AT;
      let left = this.countOf(leaf);
      if (this.blockAt < 0) left = 0;
      for (; left > 0 && freed < count; freed++) {
        arena.free(data.getInt32(first + --left * this.leafStride + this.blockAt, true));
      }
      this.setCount(leaf, left);
      if (left > 0) break;
      // The leaf goes, and every ancestor that has no other child.
      let level = 0;
      for (;;) {
        arena.free(this.nodes[level] as number);
        freed++;
        level++;
        if (level > top) {
          words[at + ROOT] = 0;
          words[at + WEIGHT] = 0;
          break;
        }
        const rest = this.countOf(this.nodes[level] as number) - 1;
        this.setCount(this.nodes[level] as number, rest);
        if (rest > 0) break;
      }
    }
    return words[at + ROOT] === 0;
  }

  /**
   * Moves the nodes on the way to `position`, its leaf and what the leaf's entries name out of segments being
   * emptied. Returns the position after that leaf, or Infinity after the last.
   */
  relocate(position: number): number {
    const { words, at, arena } = this;
    if (words[at + ROOT] === 0 || position >= this.weight) return Number.POSITIVE_INFINITY;
    this.seekPosition(position);
    const top = words[at + LEVEL] as number;
    for (let level = top; level >= 0; level--) {
      const node = this.nodes[level] as number;
      if (!arena.shouldMove(node)) continue;
      const to = arena.move(node);
      this.nodes[level] = to;
      if (level === top) words[at + ROOT] = to;
      else {
        const parent = this.nodes[level + 1] as number;
        const place = this.childAt(parent, this.indexes[level + 1] as number);
        (arena.data[segmentOf(parent)] as DataView).setInt32(place, to, true);
      }
    }
    const leaf = this.nodes[0] as number;
    const count = this.countOf(leaf);
    const data = this.leafData;
    for (let i = 0; i < count && this.blockAt >= 0; i++) {
      const place = byteOffset(leaf) + ENTRIES_AT + i * this.leafStride + this.blockAt;
      const block = data.getInt32(place, true);
      if (arena.shouldMove(block)) data.setInt32(place, arena.move(block), true);
    }
    this.indexes[0] = count;
    const after = this.rank;
    return after >= this.weight ? Number.POSITIVE_INFINITY : after;
  }

  /** Bytes of the nodes, not of what the entries name. O(nodes). */
  get nodeBytes(): number {
    const root = this.words[this.at + ROOT] as number;
    return root === 0 ? 0 : this.bytesBelow(root, this.words[this.at + LEVEL] as number);
  }

  /** Renews the key bytes of the path's entry, which must compare as before, here and in all ancestors. */
  rewriteKey(offset: number, value: number): void {
    const data = this.leafData;
    data.setInt32(this.entryAt + offset, value, true);
    if (this.indexes[0] === 0) this.renewSeparators(0);
  }

  private bytesBelow(node: Ref, level: number): number {
    let bytes = this.arena.capacityOf(node);
    if (level === 0) return bytes;
    const data = this.arena.data[segmentOf(node)] as DataView;
    for (let i = this.countOf(node) - 1; i >= 0; i--) {
      bytes += this.bytesBelow(data.getInt32(this.childAt(node, i), true), level - 1);
    }
    return bytes;
  }

  // As seekLast, but for a tree that is being taken apart, whose last leaf may be without entries.
  private seekLastChild(top: number): void {
    this.nodes[top] = this.words[this.at + ROOT] as number;
    for (let level = top; level > 0; level--) {
      const node = this.nodes[level] as number;
      const data = this.arena.data[segmentOf(node)] as DataView;
      this.nodes[level - 1] = data.getInt32(this.childAt(node, this.countOf(node) - 1), true);
    }
  }

  private stepLeaf(): boolean {
    const top = this.words[this.at + LEVEL] as number;
    let level = 1;
    while (level <= top && (this.indexes[level] as number) + 1 >= this.countOf(this.nodes[level] as number)) {
      level++;
    }
    if (level > top) return false;
    this.indexes[level] = (this.indexes[level] as number) + 1;
    this.descend(level, false);
    return true;
  }

  // From the child that the path names at `level`, down to its first or last entry.
  private descend(from: number, toLast: boolean): void {
    for (let level = from; level > 0; level--) {
      const node = this.nodes[level] as number;
      const data = this.arena.data[segmentOf(node)] as DataView;
      const child = data.getInt32(this.childAt(node, this.indexes[level] as number), true);
      this.nodes[level - 1] = child;
      this.indexes[level - 1] = toLast ? this.countOf(child) - 1 : 0;
    }
  }

  private addToAncestors(change: number): void {
    const { words, at } = this;
    for (let level = words[at + LEVEL] as number; level > 0; level--) {
      const node = this.nodes[level] as number;
      const data = this.arena.data[segmentOf(node)] as DataView;
      const place = this.childAt(node, this.indexes[level] as number) + 4;
      data.setUint32(place, data.getUint32(place, true) + change, true);
    }
    words[at + WEIGHT] = (words[at + WEIGHT] as number) + change;
  }

  // Writes the first key of the path's node at `level` into its parent, and further up while it is first there.
  private renewSeparators(from: number): void {
    if (this.keyBytes === 0) return;
    const { arena } = this;
    const top = this.words[this.at + LEVEL] as number;
    let above = from + 1;
    while (above <= top && this.indexes[above] === 0) above++;
    if (above > top) return; // On the way to the very first entry.
    for (let level = from; level < above; level++) {
      const node = this.nodes[level] as number;
      const parent = this.nodes[level + 1] as number;
      const index = this.indexes[level + 1] as number;
      const source = arena.u8[segmentOf(node)] as Uint8Array;
      const target = arena.u8[segmentOf(parent)] as Uint8Array;
      const at = byteOffset(parent) + ENTRIES_AT + index * this.innerStride;
      const first = byteOffset(node) + ENTRIES_AT;
      for (let i = 0; i < this.keyBytes; i++) target[at + i] = source[first + i] as number;
    }
  }

  // Sees to it that the path's node at `level` can take one more entry at `insertAt`; the path follows its entry.
  private makeRoom(level: number, insertAt: number): void {
    const { arena, words, at } = this;
    const node = this.nodes[level] as number;
    const count = this.countOf(node);
    const data = arena.data[segmentOf(node)] as DataView;
    if (count < data.getUint16(byteOffset(node) + 4, true)) return;
    const top = words[at + LEVEL] as number;
    const stride = level === 0 ? this.leafStride : this.innerStride;
    const bytes = arena.capacityOf(node);
    if (level === top && bytes < NODE_BYTES) {
      const wider = this.newNode(level, bytes * 2);
      this.copyEntries(node, 0, wider, 0, count, stride);
      this.setCount(wider, count);
      arena.free(node);
      words[at + ROOT] = wider;
      this.nodes[level] = wider;
      return;
    }
    if (level === top) {
      const root = this.newNode(level + 1, NODE_BYTES);
      this.setCount(root, 1);
      const rootData = arena.data[segmentOf(root)] as DataView;
      rootData.setInt32(this.childAt(root, 0), node, true);
      rootData.setUint32(this.childAt(root, 0) + 4, words[at + WEIGHT] as number, true);
      words[at + ROOT] = root;
      words[at + LEVEL] = level + 1;
      this.nodes[level + 1] = root;
      this.indexes[level + 1] = 0;
      this.renewSeparators(level);
    } else {
      this.makeRoom(level + 1, (this.indexes[level + 1] as number) + 1);
    }
    const isAppend = insertAt === count && this.isLastAbove(level);
    // An inner node keeps the child that the path goes through beside the one that is to come.
    const kept = isAppend ? (level === 0 ? count : count - 1) : count >>> 1;
    const right = this.newNode(level, NODE_BYTES);
    this.copyEntries(node, kept, right, 0, count - kept, stride);
    this.setCount(right, count - kept);
    const moved = this.weightBefore(right, level, count - kept);
    this.setCount(node, kept);

    const parent = this.nodes[level + 1] as number;
    const index = this.indexes[level + 1] as number;
    const parentData = arena.data[segmentOf(parent)] as DataView;
    this.openGap(parent, index + 1, this.innerStride);
    const left = this.childAt(parent, index);
    parentData.setUint32(left + 4, parentData.getUint32(left + 4, true) - moved, true);
    parentData.setInt32(this.childAt(parent, index + 1), right, true);
    parentData.setUint32(this.childAt(parent, index + 1) + 4, moved, true);
    const own = this.indexes[level] as number;
    this.nodes[level] = right;
    this.indexes[level + 1] = index + 1;
    if (count > kept) this.renewSeparators(level);
    const staysLeft = level === 0 ? !isAppend && own <= kept : own < kept;
    if (staysLeft) {
      this.nodes[level] = node;
      this.indexes[level + 1] = index;
    } else {
      this.indexes[level] = own - kept;
    }
  }

  private isLastAbove(level: number): boolean {
    const top = this.words[this.at + LEVEL] as number;
    for (let above = level + 1; above <= top; above++) {
      if ((this.indexes[above] as number) + 1 < this.countOf(this.nodes[above] as number)) return false;
    }
    return true;
  }

  // After a removal from the path's node at `level`: joins it with a neighbour, or takes it away.
  private maybeShrink(level: number): void {
    const { arena, words, at } = this;
    const top = words[at + LEVEL] as number;
    const node = this.nodes[level] as number;
    const count = this.countOf(node);
    if (level === top) {
      if (count === 0) {
        arena.free(node);
        words[at + ROOT] = 0;
        words[at + LEVEL] = 0;
      } else if (level > 0 && count === 1) {
        words[at + ROOT] = (arena.data[segmentOf(node)] as DataView).getInt32(this.childAt(node, 0), true);
        words[at + LEVEL] = top - 1;
        arena.free(node);
      }
      return;
    }
    const parent = this.nodes[level + 1] as number;
    const index = this.indexes[level + 1] as number;
    if (count === 0) {
      arena.free(node);
      this.closeGap(parent, index, this.innerStride);
      if (index === 0 && this.countOf(parent) > 0) this.renewSeparators(level + 1);
      this.maybeShrink(level + 1);
      return;
    }
    const stride = level === 0 ? this.leafStride : this.innerStride;
    const capacity = Math.floor((NODE_BYTES - ENTRIES_AT) / stride);
    if (count > capacity >>> 2) return;
    const data = arena.data[segmentOf(parent)] as DataView;
    const limit = capacity >>> 1;
    if (index + 1 < this.countOf(parent)) {
      const sibling = data.getInt32(this.childAt(parent, index + 1), true);
      if (count + this.countOf(sibling) <= limit) this.join(level, index, node, sibling);
    } else if (index > 0) {
      const sibling = data.getInt32(this.childAt(parent, index - 1), true);
      if (count + this.countOf(sibling) <= limit) this.join(level, index - 1, sibling, node);
    }
  }

  private join(level: number, index: number, left: Ref, right: Ref): void {
    const parent = this.nodes[level + 1] as number;
    const data = this.arena.data[segmentOf(parent)] as DataView;
    const stride = level === 0 ? this.leafStride : this.innerStride;
    const count = this.countOf(left);
    const more = this.countOf(right);
    this.copyEntries(right, 0, left, count, more, stride);
    this.setCount(left, count + more);
    const place = this.childAt(parent, index) + 4;
    const gained = data.getUint32(this.childAt(parent, index + 1) + 4, true);
    data.setUint32(place, data.getUint32(place, true) + gained, true);
    this.arena.free(right);
    this.closeGap(parent, index + 1, this.innerStride);
    this.maybeShrink(level + 1);
  }

  private newNode(level: number, bytes: number): Ref {
    const node = this.arena.alloc(bytes);
    const data = this.arena.data[segmentOf(node)] as DataView;
    const base = byteOffset(node);
    const stride = level === 0 ? this.leafStride : this.innerStride;
    data.setUint32(base, level << 16, true);
    data.setUint32(base + 4, Math.floor((bytes - ENTRIES_AT) / stride), true);
    return node;
  }

  private countOf(node: Ref): number {
    return (this.arena.data[segmentOf(node)] as DataView).getUint16(byteOffset(node), true);
  }

  private setCount(node: Ref, count: number): void {
    (this.arena.data[segmentOf(node)] as DataView).setUint16(byteOffset(node), count, true);
  }

  private childAt(node: Ref, index: number): number {
    return byteOffset(node) + ENTRIES_AT + index * this.innerStride + this.keyBytes;
  }

  private weightOf(node: Ref, level: number, index: number): number {
    const data = this.arena.data[segmentOf(node)] as DataView;
    if (level > 0) return data.getUint32(this.childAt(node, index) + 4, true);
    if (this.weightAt < 0) return 1;
    return data.getUint32(byteOffset(node) + ENTRIES_AT + index * this.leafStride + this.weightAt, true);
  }

  private weightBefore(node: Ref, level: number, index: number): number {
    if (level === 0 && this.weightAt < 0) return index;
    const data = this.arena.data[segmentOf(node)] as DataView;
    const stride = level === 0 ? this.leafStride : this.innerStride;
    const first = byteOffset(node) + ENTRIES_AT + (level === 0 ? this.weightAt : this.keyBytes + 4);
    let weight = 0;
    for (let at = first, end = first + index * stride; at < end; at += stride) {
      weight += data.getUint32(at, true);
    }
    return weight;
  }

  // Makes place for one entry at `index` and counts it; returns where it goes.
  private openGap(node: Ref, index: number, stride: number): number {
    const u8 = this.arena.u8[segmentOf(node)] as Uint8Array;
    const count = this.countOf(node);
    const at = byteOffset(node) + ENTRIES_AT + index * stride;
    if (index < count) u8.copyWithin(at + stride, at, at + (count - index) * stride);
    this.setCount(node, count + 1);
    return at;
  }

  private closeGap(node: Ref, index: number, stride: number): void {
    const u8 = this.arena.u8[segmentOf(node)] as Uint8Array;
    const count = this.countOf(node);
    const at = byteOffset(node) + ENTRIES_AT + index * stride;
    if (index + 1 < count) u8.copyWithin(at, at + stride, at + (count - index) * stride);
    this.setCount(node, count - 1);
  }

  private copyEntries(
    from: Ref,
    fromIndex: number,
    to: Ref,
    toIndex: number,
    count: number,
    stride: number,
  ): void {
    const source = this.arena.u8[segmentOf(from)] as Uint8Array;
    const target = this.arena.u8[segmentOf(to)] as Uint8Array;
    let at = byteOffset(from) + ENTRIES_AT + fromIndex * stride;
    const end = at + count * stride;
    let place = byteOffset(to) + ENTRIES_AT + toIndex * stride;
    while (at < end) target[place++] = source[at++] as number;
  }
}
