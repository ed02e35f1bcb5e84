// Stream groups: the consumer groups of one stream, as commands see them.
//
// Role: a part of StreamView. `find`, `seek` and `add` choose a group, `findConsumer`, `seekConsumer` and
// `addConsumer` one of its consumers; all else is about those two. stream-structure.ts draws how they are kept.
// Invariants:
//   - a pending entry stands in the group's tree and in the tree of exactly one of its consumers.
//   - nothing here counts as a change of the key: the stream's view does that.

import { StreamId } from "../lib/stream-id.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { TYPE_STREAM } from "../store/entry.ts";
import { NameTree } from "../store/name-tree.ts";
import { OwnTree, PendingTree } from "../store/pending-trees.ts";
import type { Collections } from "./collections.ts";
import {
  CONSUMER_BYTES,
  CONSUMERS_AT,
  consumerOf,
  GROUP_BYTES,
  GROUP_ID_AT,
  GROUPS_AT,
  giveSlot,
  OWN_AT,
  PENDING_AT,
  READ_AT,
  readStreamId,
  SEEN_AT,
  slotOf,
  takeSlot,
  writeStreamId,
} from "./stream-structure.ts";

const FREED_AT_ONCE = 1024;

export class StreamGroups {
  /** The last id that the group has delivered; `setLastId` changes it. */
  readonly lastId = new StreamId();
  /** How many entries the group has read, an int64 as two words, -1 when that is not known; `setRead` changes it. */
  readHigh = 0;
  readLow = 0;
  /** The group's pending entries, to be walked. */
  readonly pending: PendingTree;
  /** Those of the consumer. */
  readonly own: OwnTree;

  private arena: Arena;
  private root: Ref = 0;
  private group: Ref = 0;
  private consumer: Ref = 0;
  private readonly groups: NameTree;
  private readonly consumers: NameTree;
  private readonly others: OwnTree;

  constructor(arena: Arena) {
    this.arena = arena;
    this.groups = new NameTree(arena, GROUP_BYTES);
    this.consumers = new NameTree(arena, CONSUMER_BYTES);
    this.pending = new PendingTree(arena);
    this.own = new OwnTree(arena);
    this.others = new OwnTree(arena);
  }

  open(arena: Arena, root: Ref): void {
    this.arena = arena;
    this.root = root;
    this.groups.open(arena, root, GROUPS_AT);
  }

  /** Number of groups. */
  get count(): number {
    return this.groups.size;
  }

  /** Chooses the group of this name; false when there is none. */
  find(name: Uint8Array, start: number, end: number): boolean {
    if (!this.groups.seek(name, start, end)) return false;
    this.choose(this.groups.cell);
    return true;
  }

  /** Chooses the `index`-th group by name. */
  seek(index: number): void {
    this.groups.seekPosition(index);
    this.choose(this.groups.cell);
  }

  /** Makes a group that is not there, and chooses it. */
  add(
    name: Uint8Array,
    start: number,
    end: number,
    lastId: StreamId,
    readHigh: number,
    readLow: number,
  ): void {
    this.groups.seek(name, start, end);
    this.choose(this.groups.insert(name, start, end));
    this.setLastId(lastId);
    this.setRead(readHigh, readLow);
  }

  /** Removes the group with all that it holds. */
  remove(collections: Collections): void {
    const { group, groups, arena, root } = this;
    groups.seek(this.groupBytes, this.groupStart, this.groupEnd);
    groups.remove();
    // It becomes the only group of a stream that nobody knows, which is freed as any other.
    const doomed = collections.create(TYPE_STREAM);
    groups.open(arena, doomed, GROUPS_AT).adopt(group);
    collections.releaseRoot(doomed);
    groups.open(arena, root, GROUPS_AT);
  }

  setLastId(id: StreamId): void {
    this.lastId.copy(id);
    writeStreamId(this.arena, this.group, GROUP_ID_AT, id);
  }

  setRead(high: number, low: number): void {
    this.readHigh = high;
    this.readLow = low;
    const data = this.dataOf(this.group);
    const at = byteOffset(this.group) + READ_AT;
    data.setInt32(at, low, true);
    data.setInt32(at + 4, high, true);
  }

  get isReadKnown(): boolean {
    return (this.readHigh & this.readLow) !== -1;
  }

  /** Counts one entry more that was read. */
  countRead(): void {
    const low = (this.readLow + 1) | 0;
    this.setRead(low === 0 ? (this.readHigh + 1) | 0 : this.readHigh, low);
  }

  /** The group's name: groupBytes[groupStart, groupEnd). */
  get groupBytes(): Uint8Array {
    return this.arena.u8[segmentOf(this.group)] as Uint8Array;
  }
  get groupStart(): number {
    return this.groups.nameStart(this.group);
  }
  get groupEnd(): number {
    return this.groups.nameEnd(this.group);
  }

  /** Number of consumers of the group. */
  get consumerCount(): number {
    return this.consumers.size;
  }

  /** Chooses the consumer of this name; false when there is none. */
  findConsumer(name: Uint8Array, start: number, end: number): boolean {
    if (!this.consumers.seek(name, start, end)) return false;
    this.chooseConsumer(this.consumers.cell);
    return true;
  }

  /** Chooses the `index`-th consumer by name. */
  seekConsumer(index: number): void {
    this.consumers.seekPosition(index);
    this.chooseConsumer(this.consumers.cell);
  }

  /** Chooses the consumer in a slot (PendingTree.slot). */
  seekSlot(slot: number): void {
    this.chooseConsumer(consumerOf(this.arena, this.group, slot));
  }

  /** Makes a consumer that is not there, and chooses it. */
  addConsumer(name: Uint8Array, start: number, end: number, seenMs: number): void {
    this.consumers.seek(name, start, end);
    const consumer = this.consumers.insert(name, start, end);
    takeSlot(this.arena, this.group, consumer);
    this.chooseConsumer(consumer);
    this.seenMs = seenMs;
  }

  /** Removes the consumer and its pending entries. O(their number). */
  removeConsumer(): void {
    const { own, pending, consumers, arena, consumer } = this;
    const id = new StreamId();
    for (let more = own.seekFirst(); more; more = own.next()) {
      own.readId(id);
      if (pending.seek(id)) pending.remove();
    }
    while (!own.freeSome(FREED_AT_ONCE));
    giveSlot(arena, this.group, slotOf(arena, consumer));
    consumers.seek(this.consumerBytes, this.consumerStart, this.consumerEnd);
    consumers.remove();
    arena.free(consumer);
    this.consumer = 0;
  }

  /** When the consumer was seen last, wall-clock ms. */
  get seenMs(): number {
    return this.dataOf(this.consumer).getFloat64(byteOffset(this.consumer) + SEEN_AT, true);
  }
  set seenMs(ms: number) {
    this.dataOf(this.consumer).setFloat64(byteOffset(this.consumer) + SEEN_AT, ms, true);
  }

  /** The consumer's name: consumerBytes[consumerStart, consumerEnd). */
  get consumerBytes(): Uint8Array {
    return this.arena.u8[segmentOf(this.consumer)] as Uint8Array;
  }
  get consumerStart(): number {
    return this.consumers.nameStart(this.consumer);
  }
  get consumerEnd(): number {
    return this.consumers.nameEnd(this.consumer);
  }

  /** The entry `id` was delivered to the consumer, for the first time as far as it can tell. */
  deliver(id: StreamId, nowMs: number): void {
    const { pending } = this;
    if (pending.seek(id)) this.give(id);
    else this.addPending(id);
    pending.deliveredMs = nowMs;
    pending.setDeliveries(0, 1);
  }

  /** Makes a pending entry of the consumer that is not there, at which `pending` then stands. */
  addPending(id: StreamId): void {
    const { pending, own } = this;
    pending.seek(id);
    pending.insert(id);
    pending.slot = slotOf(this.arena, this.consumer);
    own.seek(id);
    own.insert(id);
  }

  /** Makes the entry `id`, at which `pending` stands, the consumer's. */
  give(id: StreamId): void {
    const { arena, own, pending } = this;
    const slot = slotOf(arena, this.consumer);
    if (pending.slot === slot) return;
    this.disown(id);
    pending.slot = slot;
    own.seek(id);
    own.insert(id);
  }

  /** Removes the pending entry `id`, at which `pending` stands. */
  settle(id: StreamId): void {
    this.disown(id);
    this.pending.remove();
  }

  // Takes an entry from the consumer that has it.
  private disown(id: StreamId): void {
    const { arena, group, others } = this;
    others.open(arena, consumerOf(arena, group, this.pending.slot), OWN_AT);
    if (others.seek(id)) others.remove();
  }

  private choose(group: Ref): void {
    const { arena } = this;
    this.group = group;
    this.consumer = 0;
    this.consumers.open(arena, group, CONSUMERS_AT);
    this.pending.open(arena, group, PENDING_AT);
    readStreamId(arena, group, GROUP_ID_AT, this.lastId);
    const data = this.dataOf(group);
    const at = byteOffset(group) + READ_AT;
    this.readLow = data.getInt32(at, true);
    this.readHigh = data.getInt32(at + 4, true);
  }

  private chooseConsumer(consumer: Ref): void {
    this.consumer = consumer;
    this.own.open(this.arena, consumer, OWN_AT);
  }

  private dataOf(cell: Ref): DataView {
    return this.arena.data[segmentOf(cell)] as DataView;
  }
}
