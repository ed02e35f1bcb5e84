// Stream structure: what a stream owns beside its entry, and how it is freed, copied, moved and measured.
//
//   root cell   | type u8 | 0 | nodes: tree 12 | groups: tree 12 | 0 u32 | length f64 | entries ever added int64 |
//               | first id 16 | last id 16 | greatest deleted id 16 |
//   nodes       id tree: id of the node's first entry -> block of a listpack        (store/stream-node.ts)
//   groups      name tree of group cells                                            (store/name-tree.ts)
//     group     | consumers: tree 12 | pending: tree 12 | slots ref | 0 | last id 16 | entries read int64 | name |
//       slots      | slots u32 | first free slot u32 | consumer cell, or next free slot ... |
//     consumer  | own pending: tree 12 | slot u32 | seen at f64 | name |
//
// A pending entry names its consumer by a slot of the group, so that a consumer's cell can move without them.
// A free slot holds the number of the next one; 0 ends the chain: the slots begin with number 1.

import { StreamId } from "../lib/stream-id.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { CountedTree, TREE_ROOT_BYTES } from "../store/counted-tree.ts";
import { TYPE_STREAM } from "../store/entry.ts";
import { IdTree } from "../store/id-tree.ts";
import { NameTree } from "../store/name-tree.ts";
import { OwnTree, PendingTree } from "../store/pending-trees.ts";
import { StreamNode } from "../store/stream-node.ts";
import type { Structure } from "./structures.ts";

export const NODES_AT = 4;
export const GROUPS_AT = NODES_AT + TREE_ROOT_BYTES;
export const LENGTH_AT = 32;
export const ADDED_AT = 40;
export const FIRST_ID_AT = 48;
export const LAST_ID_AT = 64;
export const DELETED_ID_AT = 80;
const ROOT_BYTES = 96;

export const CONSUMERS_AT = 0;
export const PENDING_AT = TREE_ROOT_BYTES;
const SLOTS_AT = 24;
export const GROUP_ID_AT = 32;
export const READ_AT = 48;
export const GROUP_BYTES = 56;

export const OWN_AT = 0;
const SLOT_AT = 12;
export const SEEN_AT = 16;
export const CONSUMER_BYTES = 24;

const FREE_SLOT_AT = 4;
const SLOTS_HEADER_BYTES = 8;

// Cursors of `relocate`: below the first bound a node's position, then group by group.
const GROUP_STEP = 2 ** 32;
const CONSUMERS_FROM = 2 ** 31;
/** With more groups a stream is not small, whatever they hold. */
const GROUPS_LOOKED_AT = 64;

export class NodeTree extends IdTree {
  constructor(arena: Arena) {
    super(arena, 4, 0);
  }

  /** The block of the node at the path. */
  get block(): Ref {
    return this.payloadData.getInt32(this.payloadAt, true);
  }
  set block(block: Ref) {
    this.payloadData.setInt32(this.payloadAt, block, true);
  }
}

export class StreamStructure implements Structure {
  private readonly nodes: NodeTree;
  private readonly groups: NameTree;
  private readonly consumers: NameTree;
  private readonly pending: PendingTree;
  private readonly own: OwnTree;

  constructor(arena: Arena) {
    this.nodes = new NodeTree(arena);
    this.groups = new NameTree(arena, GROUP_BYTES);
    this.consumers = new NameTree(arena, CONSUMER_BYTES);
    this.pending = new PendingTree(arena);
    this.own = new OwnTree(arena);
  }

  create(arena: Arena): Ref {
    const root = arena.alloc(ROOT_BYTES);
    const base = byteOffset(root);
    (arena.u8[segmentOf(root)] as Uint8Array).fill(0, base, base + ROOT_BYTES);
    (arena.i32[segmentOf(root)] as Int32Array)[base >>> 2] = TYPE_STREAM;
    return root;
  }

  /** Blocks and pending entries rather than entries: it tells how long freeing takes. */
  size(arena: Arena, root: Ref): number {
    let size = this.nodes.open(arena, root, NODES_AT).size;
    const groups = this.groups.open(arena, root, GROUPS_AT);
    size += groups.size;
    for (let i = 0; i < Math.min(groups.size, GROUPS_LOOKED_AT); i++) {
      groups.seekPosition(i);
      size += this.pending.open(arena, groups.cell, PENDING_AT).size;
      size += this.consumers.open(arena, groups.cell, CONSUMERS_AT).size;
    }
    return size;
  }

  freeSome(arena: Arena, root: Ref, count: number): boolean {
    const { groups } = this;
    if (!this.nodes.open(arena, root, NODES_AT).freeSome(count)) return false;
    groups.open(arena, root, GROUPS_AT);
    if (!groups.seekLast()) return true;
    if (this.freeGroup(arena, groups.cell, count)) {
      groups.seekLast();
      groups.remove();
    }
    return groups.size === 0;
  }

  /** Frees about `count` blocks of a group that is in no tree any more, or in none that is used; true at its end. */
  freeGroup(arena: Arena, group: Ref, count: number): boolean {
    const { consumers } = this;
    if (!this.pending.open(arena, group, PENDING_AT).freeSome(Math.max(1, count >>> 4))) return false;
    consumers.open(arena, group, CONSUMERS_AT);
    for (let left = count; consumers.seekLast(); left--) {
      if (left <= 0) return false;
      const { cell } = consumers;
      if (!this.own.open(arena, cell, OWN_AT).freeSome(Math.max(1, left >>> 4))) return false;
      consumers.remove();
      arena.free(cell);
    }
    const slots = slotsOf(arena, group);
    if (slots !== 0) arena.free(slots);
    arena.free(group);
    return true;
  }

  copy(arena: Arena, root: Ref, to: Arena): Ref {
    const copied = copyCell(arena, root, to);
    CountedTree.init(to, copied, NODES_AT);
    CountedTree.init(to, copied, GROUPS_AT);
    const id = new StreamId();
    const nodes = this.nodes.open(arena, root, NODES_AT);
    const target = new NodeTree(to).open(to, copied, NODES_AT);
    for (let more = nodes.seekFirst(); more; more = nodes.next()) {
      nodes.readId(id);
      const block = new StreamNode(arena).open(arena, nodes.block).copyTo(to);
      target.seek(id);
      target.insert(id);
      target.block = block;
    }
    const groups = this.groups.open(arena, root, GROUPS_AT);
    const targets = new NameTree(to, GROUP_BYTES).open(to, copied, GROUPS_AT);
    for (let i = 0; i < groups.size; i++) {
      groups.seekPosition(i);
      this.copyGroup(arena, groups.cell, to, targets);
    }
    return copied;
  }

  relocate(arena: Arena, root: Ref, cursor: number): number {
    if (cursor < GROUP_STEP) {
      const next = this.nodes.open(arena, root, NODES_AT).relocate(cursor);
      return next === Number.POSITIVE_INFINITY ? GROUP_STEP : next;
    }
    const groups = this.groups.open(arena, root, GROUPS_AT);
    const index = Math.floor(cursor / GROUP_STEP) - 1;
    const place = cursor % GROUP_STEP;
    if (index >= groups.size) return Number.POSITIVE_INFINITY;
    if (place === 0) groups.relocate(index);
    const group = groups.relocateCell(index);
    if (place < CONSUMERS_FROM) {
      const next = this.pending.open(arena, group, PENDING_AT).relocate(place);
      return cursor - place + Math.min(next, CONSUMERS_FROM);
    }
    const at = place - CONSUMERS_FROM;
    const consumers = this.consumers.open(arena, group, CONSUMERS_AT);
    if (at >= consumers.size) return (index + 2) * GROUP_STEP;
    if (at === 0) relocateSlots(arena, group);
    consumers.relocate(at);
    const consumer = consumers.relocateCell(at);
    setConsumerOf(arena, group, slotOf(arena, consumer), consumer);
    const own = this.own.open(arena, consumer, OWN_AT);
    for (let next = 0; next !== Number.POSITIVE_INFINITY; ) next = own.relocate(next);
    return cursor + 1;
  }

  bytes(arena: Arena, root: Ref, samples: number): number {
    let bytes = arena.capacityOf(root);
    const nodes = this.nodes.open(arena, root, NODES_AT);
    bytes += nodes.nodeBytes;
    let seen = 0;
    let seenBytes = 0;
    for (let more = nodes.seekFirst(); more && (samples === 0 || seen < samples); more = nodes.next()) {
      seenBytes += arena.capacityOf(nodes.block);
      seen++;
    }
    bytes += seen === 0 ? 0 : Math.ceil((seenBytes / seen) * nodes.size);
    const groups = this.groups.open(arena, root, GROUPS_AT);
    bytes += groups.nodeBytes;
    for (let i = 0; i < groups.size; i++) {
      groups.seekPosition(i);
      bytes += this.groupBytes(arena, groups.cell);
    }
    return bytes;
  }

  private groupBytes(arena: Arena, group: Ref): number {
    const consumers = this.consumers.open(arena, group, CONSUMERS_AT);
    const slots = slotsOf(arena, group);
    let bytes = arena.capacityOf(group) + consumers.nodeBytes + (slots === 0 ? 0 : arena.capacityOf(slots));
    bytes += this.pending.open(arena, group, PENDING_AT).nodeBytes;
    for (let i = 0; i < consumers.size; i++) {
      consumers.seekPosition(i);
      bytes += arena.capacityOf(consumers.cell) + this.own.open(arena, consumers.cell, OWN_AT).nodeBytes;
    }
    return bytes;
  }

  private copyGroup(arena: Arena, group: Ref, to: Arena, groups: NameTree): void {
    const copied = copyNamed(arena, group, this.groups, to, groups, GROUP_BYTES);
    CountedTree.init(to, copied, CONSUMERS_AT);
    CountedTree.init(to, copied, PENDING_AT);
    const slots = slotsOf(arena, group);
    if (slots !== 0) setSlots(to, copied, copyCell(arena, slots, to));
    copyIds(this.pending.open(arena, group, PENDING_AT), new PendingTree(to).open(to, copied, PENDING_AT));
    const consumers = this.consumers.open(arena, group, CONSUMERS_AT);
    const targets = new NameTree(to, CONSUMER_BYTES).open(to, copied, CONSUMERS_AT);
    for (let i = 0; i < consumers.size; i++) {
      consumers.seekPosition(i);
      const consumer = copyNamed(arena, consumers.cell, consumers, to, targets, CONSUMER_BYTES);
      CountedTree.init(to, consumer, OWN_AT);
      setConsumerOf(to, copied, slotOf(to, consumer), consumer);
      copyIds(this.own.open(arena, consumers.cell, OWN_AT), new OwnTree(to).open(to, consumer, OWN_AT));
    }
  }
}

/** Puts the id at byte `offset` of a cell into `target`. */
export function readStreamId(arena: Arena, cell: Ref, offset: number, target: StreamId): void {
  const data = arena.data[segmentOf(cell)] as DataView;
  const at = byteOffset(cell) + offset;
  target.w0 = data.getInt32(at, true);
  target.w1 = data.getInt32(at + 4, true);
  target.w2 = data.getInt32(at + 8, true);
  target.w3 = data.getInt32(at + 12, true);
}

export function writeStreamId(arena: Arena, cell: Ref, offset: number, id: StreamId): void {
  const data = arena.data[segmentOf(cell)] as DataView;
  const at = byteOffset(cell) + offset;
  data.setInt32(at, id.w0, true);
  data.setInt32(at + 4, id.w1, true);
  data.setInt32(at + 8, id.w2, true);
  data.setInt32(at + 12, id.w3, true);
}

/** The slot number of a consumer. */
export function slotOf(arena: Arena, consumer: Ref): number {
  return (arena.data[segmentOf(consumer)] as DataView).getUint32(byteOffset(consumer) + SLOT_AT, true);
}

/** The consumer with a slot number. */
export function consumerOf(arena: Arena, group: Ref, slot: number): Ref {
  const slots = slotsOf(arena, group);
  return (arena.data[segmentOf(slots)] as DataView).getInt32(slotAt(slots, slot), true);
}

function setConsumerOf(arena: Arena, group: Ref, slot: number, consumer: Ref): void {
  const slots = slotsOf(arena, group);
  (arena.data[segmentOf(slots)] as DataView).setInt32(slotAt(slots, slot), consumer, true);
}

/** Gives a new consumer a slot. */
export function takeSlot(arena: Arena, group: Ref, consumer: Ref): void {
  let slots = slotsOf(arena, group);
  let free = slots === 0 ? 0 : freeSlot(arena, slots);
  if (free === 0) {
    slots = growSlots(arena, group, slots);
    free = freeSlot(arena, slots);
  }
  const data = arena.data[segmentOf(slots)] as DataView;
  const at = slotAt(slots, free);
  data.setUint32(byteOffset(slots) + FREE_SLOT_AT, data.getUint32(at, true), true);
  data.setInt32(at, consumer, true);
  (arena.data[segmentOf(consumer)] as DataView).setUint32(byteOffset(consumer) + SLOT_AT, free, true);
}

/** Takes the slot of a consumer that goes. */
export function giveSlot(arena: Arena, group: Ref, slot: number): void {
  const slots = slotsOf(arena, group);
  const data = arena.data[segmentOf(slots)] as DataView;
  data.setUint32(slotAt(slots, slot), freeSlot(arena, slots), true);
  data.setUint32(byteOffset(slots) + FREE_SLOT_AT, slot, true);
}

function growSlots(arena: Arena, group: Ref, slots: Ref): Ref {
  const before =
    slots === 0 ? 0 : (arena.data[segmentOf(slots)] as DataView).getUint32(byteOffset(slots), true);
  const count = before === 0 ? 2 : before * 2;
  const grown = arena.alloc(SLOTS_HEADER_BYTES + 4 * count);
  const data = arena.data[segmentOf(grown)] as DataView;
  data.setUint32(byteOffset(grown), count, true);
  data.setUint32(byteOffset(grown) + FREE_SLOT_AT, before + 1, true);
  for (let slot = 1; slot <= before; slot++) {
    data.setInt32(slotAt(grown, slot), consumerOf(arena, group, slot), true);
  }
  for (let slot = before + 1; slot <= count; slot++) {
    data.setUint32(slotAt(grown, slot), slot === count ? 0 : slot + 1, true);
  }
  if (slots !== 0) arena.free(slots);
  setSlots(arena, group, grown);
  return grown;
}

function relocateSlots(arena: Arena, group: Ref): void {
  const slots = slotsOf(arena, group);
  if (slots !== 0 && arena.shouldMove(slots)) setSlots(arena, group, arena.move(slots));
}

function slotsOf(arena: Arena, group: Ref): Ref {
  return (arena.data[segmentOf(group)] as DataView).getInt32(byteOffset(group) + SLOTS_AT, true);
}

function setSlots(arena: Arena, group: Ref, slots: Ref): void {
  (arena.data[segmentOf(group)] as DataView).setInt32(byteOffset(group) + SLOTS_AT, slots, true);
}

function freeSlot(arena: Arena, slots: Ref): number {
  return (arena.data[segmentOf(slots)] as DataView).getUint32(byteOffset(slots) + FREE_SLOT_AT, true);
}

function slotAt(slots: Ref, slot: number): number {
  return byteOffset(slots) + SLOTS_HEADER_BYTES + 4 * (slot - 1);
}

function copyCell(arena: Arena, cell: Ref, to: Arena): Ref {
  const bytes = arena.capacityOf(cell);
  const copied = to.alloc(bytes);
  const from = byteOffset(cell);
  const source = arena.u8[segmentOf(cell)] as Uint8Array;
  (to.u8[segmentOf(copied)] as Uint8Array).set(source.subarray(from, from + bytes), byteOffset(copied));
  return copied;
}

// Copies a cell with its name; names come in order, so each goes behind the others.
function copyNamed(
  arena: Arena,
  cell: Ref,
  names: NameTree,
  to: Arena,
  targets: NameTree,
  fixedBytes: number,
): Ref {
  const u8 = arena.u8[segmentOf(cell)] as Uint8Array;
  targets.seek(u8, names.nameStart(cell), names.nameEnd(cell));
  const copied = targets.insert(u8, names.nameStart(cell), names.nameEnd(cell));
  const from = byteOffset(cell);
  (to.u8[segmentOf(copied)] as Uint8Array).set(u8.subarray(from, from + fixedBytes), byteOffset(copied));
  return copied;
}

function copyIds(from: IdTree, to: IdTree): void {
  const id = new StreamId();
  const bytes = from.payloadBytes;
  for (let more = from.seekFirst(); more; more = from.next()) {
    from.readId(id);
    to.seek(id);
    to.insert(id);
    for (let i = 0; i < bytes; i += 4) {
      to.payloadData.setInt32(to.payloadAt + i, from.payloadData.getInt32(from.payloadAt + i, true), true);
    }
  }
}
