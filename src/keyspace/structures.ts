// Structures: what each type of large collection consists of, and how it is freed, copied, moved and measured.
//
//   root cell                                                    the first byte is the TYPE_ code of its type
//     list        | type u8 | 0 | tree 12 |
//     set         | dict 16 |
//     hash        | dict 16 | timetable ref, 0 while no field expires | 0 |                     (timetable.ts)
//     sorted set  | dict 16 | tree 12 | 0 |
//     stream      see stream-structure.ts
//
// A further type of large collection is one more class here and one line in `structuresOf`; nothing else in the
// keyspace knows what a root cell holds.

import { assert } from "../lib/assert.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { BlockList } from "../store/block-list.ts";
import { CountedTree, TREE_ROOT_BYTES } from "../store/counted-tree.ts";
import type { HashSeed } from "../store/dict.ts";
import { Element } from "../store/element.ts";
import { TYPE_HASH, TYPE_LIST, TYPE_SET, TYPE_STREAM, TYPE_ZSET } from "../store/entry.ts";
import { fieldExpiry, SCORE_BYTES, TIMED_BYTES } from "../store/member-cell.ts";
import { DICT_ROOT_BYTES, MemberDict } from "../store/member-dict.ts";
import { PackedInput } from "../store/packed-block.ts";
import { ScoreTree } from "../store/score-tree.ts";
import { StreamStructure } from "./stream-structure.ts";
import { HASH_TIMETABLE_AT, makeTimetable, nameTimetable, TIMES_TREE_AT, timetableOf } from "./timetable.ts";

export const LIST_TREE_AT = 4;
export const ZSET_TREE_AT = DICT_ROOT_BYTES;

const LIST_ROOT_BYTES = LIST_TREE_AT + TREE_ROOT_BYTES;
const SET_ROOT_BYTES = DICT_ROOT_BYTES;
const HASH_ROOT_BYTES = HASH_TIMETABLE_AT + 8;
const ZSET_ROOT_BYTES = ZSET_TREE_AT + TREE_ROOT_BYTES;

export interface Structure {
  /** Makes an empty one; returns its root cell. */
  create(arena: Arena): Ref;
  /** Number of elements. */
  size(arena: Arena, root: Ref): number;
  /** Frees about `count` blocks; true when only the root cell is left. It may be used for nothing else meanwhile. */
  freeSome(arena: Arena, root: Ref, count: number): boolean;
  /** Makes a copy in `to`, which may be the same arena; returns its root cell. O(size). */
  copy(arena: Arena, root: Ref, to: Arena): Ref;
  /**
   * Moves some blocks out of segments being emptied, the root cell aside: those that `cursor` (0 to begin) leads to.
   * Returns the next cursor, Infinity at the end. The collection may change between two calls.
   */
  relocate(arena: Arena, root: Ref, cursor: number): number;
  /** Bytes, judged by `samples` of the elements (0: all). */
  bytes(arena: Arena, root: Ref, samples: number): number;
}

/** The structures by TYPE_ code. Each shard has its own: they hold places in its arena while they work. */
export function structuresOf(arena: Arena, seed: HashSeed): readonly (Structure | undefined)[] {
  const structures: (Structure | undefined)[] = [];
  structures[TYPE_LIST] = new ListStructure(arena);
  structures[TYPE_SET] = new SetStructure(arena, seed);
  structures[TYPE_ZSET] = new SortedSetStructure(arena, seed);
  structures[TYPE_HASH] = new HashStructure(arena, seed);
  structures[TYPE_STREAM] = new StreamStructure(arena);
  return structures;
}

class ListStructure implements Structure {
  private readonly list: BlockList;

  constructor(arena: Arena) {
    this.list = new BlockList(arena);
  }

  create(arena: Arena): Ref {
    const root = arena.alloc(LIST_ROOT_BYTES);
    (arena.i32[segmentOf(root)] as Int32Array)[byteOffset(root) >>> 2] = TYPE_LIST;
    CountedTree.init(arena, root, LIST_TREE_AT);
    return root;
  }

  size(arena: Arena, root: Ref): number {
    return this.list.open(arena, root, LIST_TREE_AT).length;
  }

  freeSome(arena: Arena, root: Ref, count: number): boolean {
    return this.list.open(arena, root, LIST_TREE_AT).freeSome(count);
  }

  copy(arena: Arena, root: Ref, to: Arena): Ref {
    const copied = this.create(to);
    const target = new BlockList(to).open(to, copied, LIST_TREE_AT);
    const element = new Element();
    const input = new PackedInput();
    this.list.open(arena, root, LIST_TREE_AT);
    if (this.list.length === 0) return copied;
    this.list.seek(0);
    do {
      this.list.read(element);
      target.pushTail(input.setElement(element));
    } while (this.list.advance());
    return copied;
  }

  relocate(arena: Arena, root: Ref, cursor: number): number {
    return this.list.open(arena, root, LIST_TREE_AT).relocate(cursor);
  }

  bytes(arena: Arena, root: Ref): number {
    return arena.capacityOf(root) + this.list.open(arena, root, LIST_TREE_AT).bytes;
  }
}

/** What sets, hashes and sorted sets have in common: a dict of member cells. */
abstract class DictStructure implements Structure {
  protected readonly dict: MemberDict;
  protected readonly seed: HashSeed;
  private readonly type: number;
  private readonly lead: number;
  private readonly rootBytes: number;

  constructor(arena: Arena, seed: HashSeed, layout: { type: number; lead: number; rootBytes: number }) {
    this.dict = new MemberDict(arena, seed);
    this.seed = seed;
    this.type = layout.type;
    this.lead = layout.lead;
    this.rootBytes = layout.rootBytes;
  }

  create(arena: Arena): Ref {
    const root = arena.alloc(this.rootBytes);
    (arena.u8[segmentOf(root)] as Uint8Array).fill(0, byteOffset(root), byteOffset(root) + this.rootBytes);
    MemberDict.init(arena, root, this.type, this.lead);
    return root;
  }

  size(arena: Arena, root: Ref): number {
    return this.dict.open(arena, root, this.seed).size;
  }

  freeSome(arena: Arena, root: Ref, count: number): boolean {
    return this.dict.open(arena, root, this.seed).freeSome(count);
  }

  copy(arena: Arena, root: Ref, to: Arena): Ref {
    const copied = this.create(to);
    const target = new MemberDict(to, this.seed).open(to, copied, this.seed);
    const { dict } = this;
    dict.open(arena, root, this.seed).rewind();
    for (let ref = dict.next(); ref !== 0; ref = dict.next()) {
      const cell = copyBlock(arena, ref, to);
      target.insert(target.hashOf(cell), cell);
      this.copied(to, copied, cell);
    }
    return copied;
  }

  relocate(arena: Arena, root: Ref, cursor: number): number {
    const next = this.dict
      .open(arena, root, this.seed)
      .relocate(cursor, (from, to) => this.moved(arena, root, from, to));
    return next < 2 ** 32 ? next : Number.POSITIVE_INFINITY;
  }

  bytes(arena: Arena, root: Ref, samples: number): number {
    const { dict } = this;
    dict.open(arena, root, this.seed).rewind();
    let cellBytes = 0;
    let seen = 0;
    for (let ref = dict.next(); ref !== 0 && (samples === 0 || seen < samples); ref = dict.next()) {
      cellBytes += arena.capacityOf(ref);
      seen++;
    }
    const allBytes = seen === dict.size ? cellBytes : Math.ceil((cellBytes / seen) * dict.size);
    return arena.capacityOf(root) + dict.tableBytes + allBytes;
  }

  /** A cell was added to a copy. */
  protected copied(_arena: Arena, _root: Ref, _cell: Ref): void {}

  /** A cell got a new name. */
  protected moved(_arena: Arena, _root: Ref, _from: Ref, _to: Ref): void {}
}

class SetStructure extends DictStructure {
  constructor(arena: Arena, seed: HashSeed) {
    super(arena, seed, { type: TYPE_SET, lead: 0, rootBytes: SET_ROOT_BYTES });
  }
}

/** What has a tree beside its dict that orders all cells, or some. */
abstract class OrderedStructure extends DictStructure {
  protected readonly tree: ScoreTree;

  constructor(
    arena: Arena,
    seed: HashSeed,
    layout: { type: number; lead: number; rootBytes: number; cellLead: number },
  ) {
    super(arena, seed, layout);
    this.tree = new ScoreTree(arena, layout.cellLead);
  }

  override freeSome(arena: Arena, root: Ref, count: number): boolean {
    // The tree first: while members are freed nothing may look at them through it.
    if (this.openTree(arena, root) && !this.tree.freeSome(Math.max(1, count >>> 4))) return false;
    return super.freeSome(arena, root, count);
  }

  override relocate(arena: Arena, root: Ref, cursor: number): number {
    // Cursors below 2^32 are hashes of the dict; then come positions in the tree.
    if (cursor < 2 ** 32) {
      const next = super.relocate(arena, root, cursor);
      return next === Number.POSITIVE_INFINITY ? 2 ** 32 : next;
    }
    if (!this.openTree(arena, root)) return Number.POSITIVE_INFINITY;
    return 2 ** 32 + this.tree.relocate(cursor - 2 ** 32);
  }

  override bytes(arena: Arena, root: Ref, samples: number): number {
    const bytes = super.bytes(arena, root, samples);
    return this.openTree(arena, root) ? bytes + this.tree.nodeBytes : bytes;
  }

  protected override moved(arena: Arena, root: Ref, _from: Ref, to: Ref): void {
    const order = this.orderOf(arena, to);
    if (Number.isNaN(order) || !this.openTree(arena, root)) return;
    // Both blocks say the same: the search for one finds the tree's entry of the other.
    const isThere = this.tree.seekCell(order, to);
    if (!isThere) assert(false, `member cell ${to} is not in its tree`);
    this.tree.rename(to);
  }

  /** Opens the tree; false when there is none. */
  protected abstract openTree(arena: Arena, root: Ref): boolean;
  /** What the tree orders a cell by; NaN when it is not in there. */
  protected abstract orderOf(arena: Arena, cell: Ref): number;
}

class HashStructure extends OrderedStructure {
  constructor(arena: Arena, seed: HashSeed) {
    super(arena, seed, { type: TYPE_HASH, lead: 0, rootBytes: HASH_ROOT_BYTES, cellLead: TIMED_BYTES });
  }

  override freeSome(arena: Arena, root: Ref, count: number): boolean {
    if (!super.freeSome(arena, root, count)) return false;
    const timetable = timetableOf(arena, root);
    if (timetable !== 0) arena.free(timetable);
    nameTimetable(arena, root, 0);
    return true;
  }

  override bytes(arena: Arena, root: Ref, samples: number): number {
    const timetable = timetableOf(arena, root);
    return super.bytes(arena, root, samples) + (timetable === 0 ? 0 : arena.capacityOf(timetable));
  }

  // The copy's timetable is listed when an entry owns it.
  protected override copied(arena: Arena, root: Ref, cell: Ref): void {
    const atMs = this.orderOf(arena, cell);
    if (Number.isNaN(atMs)) return;
    if (timetableOf(arena, root) === 0) makeTimetable(arena, root);
    this.openTree(arena, root);
    this.tree.insert(atMs, cell);
  }

  protected override openTree(arena: Arena, root: Ref): boolean {
    const timetable = timetableOf(arena, root);
    if (timetable !== 0) this.tree.open(arena, timetable, TIMES_TREE_AT);
    return timetable !== 0;
  }

  protected override orderOf(arena: Arena, cell: Ref): number {
    return fieldExpiry(arena, cell) || Number.NaN;
  }
}

class SortedSetStructure extends OrderedStructure {
  constructor(arena: Arena, seed: HashSeed) {
    const layout = { type: TYPE_ZSET, lead: SCORE_BYTES, rootBytes: ZSET_ROOT_BYTES, cellLead: SCORE_BYTES };
    super(arena, seed, layout);
  }

  override create(arena: Arena): Ref {
    const root = super.create(arena);
    CountedTree.init(arena, root, ZSET_TREE_AT);
    return root;
  }

  protected override copied(arena: Arena, root: Ref, cell: Ref): void {
    this.openTree(arena, root);
    this.tree.insert(scoreOf(arena, cell), cell);
  }

  protected override openTree(arena: Arena, root: Ref): boolean {
    this.tree.open(arena, root, ZSET_TREE_AT);
    return true;
  }

  protected override orderOf(arena: Arena, cell: Ref): number {
    return scoreOf(arena, cell);
  }
}

/** The score in a sorted set's member cell. */
export function scoreOf(arena: Arena, cell: Ref): number {
  return (arena.f64[segmentOf(cell)] as Float64Array)[byteOffset(cell) >>> 3] as number;
}

export function setScoreOf(arena: Arena, cell: Ref, score: number): void {
  (arena.f64[segmentOf(cell)] as Float64Array)[byteOffset(cell) >>> 3] = score;
}

function copyBlock(arena: Arena, ref: Ref, to: Arena): Ref {
  const bytes = arena.capacityOf(ref);
  const copied = to.alloc(bytes);
  const from = byteOffset(ref);
  const source = arena.u8[segmentOf(ref)] as Uint8Array;
  (to.u8[segmentOf(copied)] as Uint8Array).set(source.subarray(from, from + bytes), byteOffset(copied));
  return copied;
}
