// Stream view: one stream, as commands see it (collection-view.ts).
//
//   large    nodes of entries by id, and consumer groups (stream-structure.ts); there is no packed form
//
// A stream may be empty and still be there: `create` makes it, and only `removeKey` takes it away.
// One place, an entry, is what `openRange`, `nextInRange` and `locate` set; `id` is its id and `node` shows its
// fields. The place is lost by changes.
// Where nodes begin and end is Redis's to the byte, because trimming by "~" drops whole nodes.

import type { Rng } from "../lib/rng.ts";
import { StreamId } from "../lib/stream-id.ts";
import { Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { ENCODING_COMPACT, TYPE_STREAM } from "../store/entry.ts";
import { type FieldSource, StreamNode, textBytes } from "../store/stream-node.ts";
import { CollectionView } from "./collection-view.ts";
import { StreamGroups } from "./stream-groups.ts";
import {
  ADDED_AT,
  DELETED_ID_AT,
  FIRST_ID_AT,
  LAST_ID_AT,
  LENGTH_AT,
  NODES_AT,
  NodeTree,
  readStreamId,
  writeStreamId,
} from "./stream-structure.ts";

/** No node grows longer, whatever the configuration says, and no entry. */
const NODE_BYTES_MAX = 2 ** 30;
/** No node is given more room than this before it has grown into it. */
const NODE_BYTES_AHEAD_MAX = 4096;

/** How far a stream is to be trimmed: to a length, or to the entries from an id on. */
export type Trim = {
  readonly byId: boolean;
  readonly length: number;
  readonly minId: StreamId;
  /** Only whole nodes go. */
  readonly isApproximate: boolean;
  /** How many entries may go; 0: any number. */
  readonly limit: number;
};

const ID_BYTES = 16;

// What trees and nodes look at before they are opened.
const nowhere = new Arena();
const minId = new StreamId();
const maxId = new StreamId().setMax();

export class StreamView extends CollectionView {
  /** Of the entry at the place. */
  readonly id = new StreamId();
  readonly node = new StreamNode(nowhere);
  readonly groups = new StreamGroups(nowhere);
  /** Of the first entry, 0-0 when there is none; `setFirstId` is for who restores a stream. */
  readonly firstId = new StreamId();
  /** The last id that was given; `setLastId` changes it. */
  readonly lastId = new StreamId();
  /** The greatest id that was deleted; `setMaxDeletedId` changes it. */
  readonly maxDeletedId = new StreamId();

  private readonly nodes = new NodeTree(nowhere);
  // A second place, to count with.
  private readonly walk = new NodeTree(nowhere);
  private readonly scout = new StreamNode(nowhere);
  private readonly nodeId = new StreamId();
  private readonly master = new StreamId();
  private readonly other = new StreamId();
  // The range that is walked.
  private readonly from = new StreamId();
  private readonly to = new StreamId();
  private isReversed = false;

  constructor() {
    super(TYPE_STREAM);
  }

  override opened(): this {
    if (this.entry.root !== 0) this.openLarge();
    return this;
  }

  override get length(): number {
    if (this.entry.root === 0) return 0;
    return this.rootData.getFloat64(this.rootAt + LENGTH_AT, true);
  }

  /** Makes the key, an empty stream. */
  create(): void {
    this.createPacked(ENCODING_COMPACT);
    this.enlarge();
  }

  /** Number of nodes. */
  get nodeCount(): number {
    return this.entry.exists ? this.nodes.size : 0;
  }

  /** How many entries were ever added, an int64 as two words. */
  get addedHigh(): number {
    return this.rootData.getInt32(this.rootAt + ADDED_AT + 4, true);
  }
  get addedLow(): number {
    return this.rootData.getInt32(this.rootAt + ADDED_AT, true);
  }

  setAdded(high: number, low: number): void {
    this.rootData.setInt32(this.rootAt + ADDED_AT, low, true);
    this.rootData.setInt32(this.rootAt + ADDED_AT + 4, high, true);
  }

  setFirstId(id: StreamId): void {
    this.firstId.copy(id);
    writeStreamId(this.entry.arena, this.entry.root, FIRST_ID_AT, id);
  }

  setLastId(id: StreamId): void {
    this.lastId.copy(id);
    writeStreamId(this.entry.arena, this.entry.root, LAST_ID_AT, id);
  }

  setMaxDeletedId(id: StreamId): void {
    this.maxDeletedId.copy(id);
    writeStreamId(this.entry.arena, this.entry.root, DELETED_ID_AT, id);
  }

  /** Tells those who watch the key that it was made: INFO counts what is done to it next. */
  countCreation(): void {
    this.entry.touched(0);
  }

  /** Removes the chosen group. Counts as one change. */
  removeGroup(): void {
    this.groups.remove(this.entry.databases.collections);
    this.countChange();
  }

  /**
   * Nodes of the radix tree in which Redis would keep this stream's nodes, of the bytes of their ids: one for each
   * leaf, for each place where ids part, and for each run of bytes between two of those. O(nodes).
   */
  radixNodeCount(): number {
    const { nodes, master, other } = this;
    if (!this.entry.exists || !nodes.seekFirst()) return 1;
    let count = 0;
    // The places where the ids so far part, as depths in bytes; the last one is the deepest.
    const forks: number[] = [];
    // Closes the forks below `depth`: what leads down to `from` hangs from the next one above.
    const close = (depth: number, from: number): void => {
      let below = from;
      while ((forks.at(-1) ?? -1) > depth) {
        const fork = forks.pop() as number;
        if (below - fork > 1) count++;
        count++;
        below = fork;
      }
      if ((forks.at(-1) ?? -1) < depth) {
        forks.push(depth);
      }
      if (below - depth > 1) count++;
    };
    nodes.readId(other);
    count++;
    while (nodes.next()) {
      nodes.readId(master);
      count++;
      close(sharedBytes(other, master), ID_BYTES);
      other.copy(master);
    }
    // The last id's leaf, and all forks up to the root.
    close(-1, ID_BYTES);
    return count;
  }

  /** Counts a change that those who watch the key are not told of: of groups, or of what is known beside entries. */
  countChange(changes = 1): void {
    this.entry.databases.dirty += changes;
  }

  /** Whether the fields and values from argument `first` on are too long for one entry. */
  isTooLong(source: FieldSource, first: number, count: number): boolean {
    return textBytes(source, first, count) > NODE_BYTES_MAX;
  }

  /** Adds an entry of `count` fields, from argument `first` on; `id` must be greater than `lastId`. */
  append(id: StreamId, source: FieldSource, first: number, count: number): void {
    this.entry.touched();
    const { nodes, node, master } = this;
    const { arena } = this.entry;
    let isFull = true;
    let capacity = 0;
    if (nodes.seekLast()) {
      node.open(arena, nodes.block);
      isFull = this.isNodeFull(textBytes(source, first, count));
      if (isFull) {
        // The next node will most likely become as long as this one.
        capacity = Math.min(arena.capacityOf(node.block), NODE_BYTES_AHEAD_MAX);
        node.seal();
        nodes.block = node.block;
      }
    }
    if (isFull) {
      node.create(arena, source, first, count, capacity);
      node.append(id, id, source, first, count);
      nodes.seek(id);
      nodes.insert(id);
    } else {
      nodes.readId(master);
      node.append(master, id, source, first, count);
    }
    nodes.block = node.block;
    const { rootData, rootAt } = this;
    const length = rootData.getFloat64(rootAt + LENGTH_AT, true) + 1;
    rootData.setFloat64(rootAt + LENGTH_AT, length, true);
    const low = (rootData.getInt32(rootAt + ADDED_AT, true) + 1) | 0;
    rootData.setInt32(rootAt + ADDED_AT, low, true);
    if (low === 0) this.setAdded((this.addedHigh + 1) | 0, low);
    this.setLastId(id);
    if (length === 1) this.setFirstId(id);
  }

  /** Goes to the first entry of [from, to], or to the last; false when there is none. */
  openRange(from: StreamId, to: StreamId, isReversed = false): boolean {
    const { nodes, node } = this;
    const { arena } = this.entry;
    this.from.copy(from);
    this.to.copy(to);
    this.isReversed = isReversed;
    if (!this.entry.exists || nodes.size === 0) return false;
    if (!nodes.seekAtOrBefore(isReversed ? to : from)) {
      if (isReversed) return false;
      nodes.seekFirst();
    }
    nodes.readId(this.master);
    node.open(arena, nodes.block);
    const hasEntry = isReversed ? node.last() : node.first() && node.skipBelow(this.master, from);
    return hasEntry ? this.isInRange() : this.enterNext();
  }

  /** Goes to the next entry of the range, or the one before when it is walked backwards; false at its end. */
  nextInRange(): boolean {
    const { node } = this;
    if (!(this.isReversed ? node.previous() : node.next())) return this.enterNext();
    return this.isInRange();
  }

  /** Goes to the entry with this id; false when there is none. */
  locate(id: StreamId): boolean {
    return this.openRange(id, id);
  }

  /** How many entries [from, to] has, `limit` when it has more. The place is lost. */
  countRange(from: StreamId, to: StreamId, limit: number): number {
    return this.openRange(from, to) ? this.countHere(limit) : 0;
  }

  /** How many entries of the range are left from the place on, that one included; `limit` when there are more. */
  countHere(limit: number): number {
    const { walk, scout, nodeId, other, to } = this;
    const { arena } = this.entry;
    const isOpen = to.compare(this.lastId) >= 0;
    if (isOpen && this.id.compare(this.firstId) === 0) return Math.min(limit, this.length);
    let count = 0;
    nodeId.copy(this.master);
    scout.open(arena, this.nodes.block);
    scout.goTo(this.node);
    for (let has = true; has && count < limit; has = scout.next()) {
      if (scout.isDeleted) continue;
      if (!isOpen && !this.isScoutBefore(to)) return count;
      count++;
    }
    if (count >= limit) return limit;
    walk.open(arena, this.entry.root, NODES_AT).seek(nodeId);
    while (count < limit && walk.next()) {
      walk.readId(nodeId);
      if (nodeId.compare(to) > 0) break;
      scout.open(arena, walk.block);
      if (isOpen || !scout.last() || this.isScoutBefore(to)) {
        count += scout.count;
        continue;
      }
      for (let has = scout.first(); has && count < limit; has = scout.next()) {
        if (scout.isDeleted) continue;
        scout.readId(nodeId, other);
        if (other.compare(to) > 0) break;
        count++;
      }
    }
    return Math.min(count, limit);
  }

  /** Puts the id of the last entry into `target`; false when there is none. */
  readLastEntry(target: StreamId): boolean {
    if (this.length === 0 || !this.openRange(minId, maxId, true)) return false;
    target.copy(this.id);
    return true;
  }

  /**
   * Marks the entry with this id as deleted; false when there is none. After the last one `finishDeletes` must
   * follow, with their number.
   */
  delete(id: StreamId): boolean {
    if (!this.locate(id)) return false;
    const { nodes, node } = this;
    const { arena } = this.entry;
    node.mark();
    if (node.count === 1) {
      arena.free(node.block);
      nodes.remove();
    } else {
      node.countDeleted(1);
      nodes.block = node.block;
    }
    this.setLength(this.length - 1);
    if (id.compare(this.maxDeletedId) > 0) this.setMaxDeletedId(id);
    return true;
  }

  /** Counts the entries that `delete` has marked as changes. */
  finishDeletes(count: number): void {
    if (count === 0) return;
    this.entry.touched(count);
    this.renewFirstId();
  }

  /** Drops entries from the beginning; returns how many. With `isCounted` they count as changes. */
  trim(trim: Trim, isCounted: boolean): number {
    const { nodes, node, master, other } = this;
    const { arena } = this.entry;
    let dropped = 0;
    while (nodes.seekFirst() && (trim.byId || this.length > trim.length)) {
      nodes.readId(master);
      node.open(arena, nodes.block);
      const { count } = node;
      if (trim.limit !== 0 && dropped + count > trim.limit) break;
      let isWhole = this.length - count >= trim.length;
      if (trim.byId) {
        node.last();
        node.readId(master, other);
        isWhole = other.compare(trim.minId) < 0;
      }
      if (!isWhole) {
        if (!trim.isApproximate) dropped += this.trimNode(trim);
        break;
      }
      arena.free(node.block);
      nodes.remove();
      this.setLength(this.length - count);
      dropped += count;
    }
    if (dropped > 0) {
      if (isCounted) this.entry.touched(dropped);
      this.renewFirstId();
    }
    return dropped;
  }

  /** For what reads and restores whole streams: goes to the first or next node; false when there is none. */
  firstNode(): boolean {
    return this.entry.exists && this.nodes.seekFirst() && this.openNode();
  }
  nextNode(): boolean {
    return this.nodes.next() && this.openNode();
  }
  /** The id of that node; `node` shows its bytes. */
  get nodeIdHere(): StreamId {
    return this.master;
  }

  /** Puts in a node whose listpack is `bytes`; its id must be greater than those of the others. */
  addNode(id: StreamId, bytes: Uint8Array): void {
    const { nodes, node } = this;
    const { arena } = this.entry;
    node.restore(arena, bytes);
    nodes.seek(id);
    nodes.insert(id);
    nodes.block = node.block;
    this.setLength(this.length + node.count);
  }

  /** Sets the id of the first entry from the entries. */
  renewFirstId(): void {
    if (this.length > 0 && this.openRange(minId, maxId)) this.setFirstId(this.id);
    else this.setFirstId(minId);
  }

  override random(_rng: Rng): void {
    this.begin();
  }

  override next(): boolean {
    return this.nextInRange();
  }

  protected override begin(): boolean {
    return this.openRange(minId, maxId);
  }

  // No command draws several entries of a stream.
  protected override get cellHere(): Ref {
    return 0;
  }

  protected override openLarge(): void {
    const { arena, root } = this.entry;
    this.nodes.open(arena, root, NODES_AT);
    this.groups.open(arena, root);
    readStreamId(arena, root, FIRST_ID_AT, this.firstId);
    readStreamId(arena, root, LAST_ID_AT, this.lastId);
    readStreamId(arena, root, DELETED_ID_AT, this.maxDeletedId);
  }

  protected override unpackInto(): void {}

  private get rootData(): DataView {
    return this.entry.arena.data[segmentOf(this.entry.root)] as DataView;
  }
  private get rootAt(): number {
    return byteOffset(this.entry.root);
  }

  private setLength(length: number): void {
    this.rootData.setFloat64(this.rootAt + LENGTH_AT, length, true);
  }

  private openNode(): true {
    this.nodes.readId(this.master);
    this.node.open(this.entry.arena, this.nodes.block);
    return true;
  }

  private isNodeFull(moreBytes: number): boolean {
    const { streamNodeMaxBytes, streamNodeMaxEntries } = this.entry.databases.limits;
    const { node } = this;
    const isBounded = streamNodeMaxBytes > 0 && streamNodeMaxBytes <= NODE_BYTES_MAX;
    if (node.bytes + moreBytes >= (isBounded ? streamNodeMaxBytes : NODE_BYTES_MAX)) return true;
    return streamNodeMaxEntries > 0 && node.count + node.deleted >= streamNodeMaxEntries;
  }

  // From the place on, goes to the first entry that is there and in the range.
  private isInRange(): boolean {
    const { node, id, from, to, master, isReversed } = this;
    for (;;) {
      if (!node.isDeleted) {
        node.readId(master, id);
        if (isReversed) {
          if (id.compare(to) <= 0) return id.compare(from) >= 0;
        } else if (id.compare(from) >= 0) {
          return id.compare(to) <= 0;
        }
      }
      if (!(isReversed ? node.previous() : node.next())) return this.enterNext();
    }
  }

  // Goes on in the next node that has an entry in the range.
  private enterNext(): boolean {
    const { nodes, node, isReversed } = this;
    const { arena } = this.entry;
    for (;;) {
      if (!(isReversed ? nodes.previous() : nodes.next())) return false;
      nodes.readId(this.master);
      node.open(arena, nodes.block);
      if (isReversed ? node.last() : node.first()) return this.isInRange();
    }
  }

  private isScoutBefore(to: StreamId): boolean {
    this.scout.readId(this.nodeId, this.other);
    return this.other.compare(to) <= 0;
  }

  // Marks entries at the beginning of the node as deleted; returns how many.
  private trimNode(trim: Trim): number {
    const { nodes, node, master, other } = this;
    let marked = 0;
    for (let more = node.first(); more; more = node.next()) {
      if (trim.byId) {
        node.readId(master, other);
        if (other.compare(trim.minId) >= 0) break;
      } else if (this.length - marked <= trim.length) {
        break;
      }
      if (node.isDeleted) continue;
      node.mark();
      marked++;
    }
    this.setLength(this.length - marked);
    node.countDeleted(marked);
    nodes.block = node.block;
    return marked;
  }
}

// How many bytes two ids have in common from the beginning.
function sharedBytes(a: StreamId, b: StreamId): number {
  if (a.w0 !== b.w0) return Math.clz32(a.w0 ^ b.w0) >>> 3;
  if (a.w1 !== b.w1) return 4 + (Math.clz32(a.w1 ^ b.w1) >>> 3);
  if (a.w2 !== b.w2) return 8 + (Math.clz32(a.w2 ^ b.w2) >>> 3);
  return 12 + (Math.clz32(a.w3 ^ b.w3) >>> 3);
}
