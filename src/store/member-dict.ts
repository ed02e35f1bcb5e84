// Member dict: the members of one large set, hash or sorted set, by extendible hashing.
//
// As dict.ts, whose header explains the scheme, with these differences: everything stands in the arena, so that
// no JavaScript object exists per collection; tables have one of six sizes, so that small dicts take little and
// large ones are well filled; and what a slot names is a member cell (member-cell.ts).
//
//   root, 16 bytes at the start of the collection's root cell:
//   | kind u8 | depth u8 | lead u8 | 0 | size u32 | directory ref, or the table's when depth is 0 | tables at depth |
//
//   directory: 2^depth table references
//   table:     member-table.ts
//
// An object of this class is a view of one dict at a time (`open`) and holds nothing of it but its place: any
// number of views may look at the same dict, and changes made through one are seen by all.
// Invariants:
//   - members are unique; size counts them.
//   - a table splits only when it has the most slots.
//   - work per insert or delete is at most one table's rebuild, split or merge.

import { assert } from "../lib/assert.ts";
import { halfSipHash13 } from "../lib/half-siphash.ts";
import type { Rng } from "../lib/rng.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import type { HashSeed } from "./dict.ts";
import { readVarint, varintBytesAt } from "./entry.ts";
import { memberLengthAt } from "./member-cell.ts";
import {
  clearSlot,
  countOf,
  depthOf,
  firstOfHome,
  GRAVE,
  gather,
  gravesOf,
  homeOf,
  initTable,
  newTable,
  nextSize,
  place,
  previousSize,
  refInSlot,
  refsStart,
  SLOTS_MAX,
  SLOTS_MIN,
  sizeFor,
  slotOf,
  slotsOf,
  TAGS_AT,
  tagOf,
} from "./member-table.ts";

/** Bytes of the root that belong to the dict. */
export const DICT_ROOT_BYTES = 16;

const MERGE_COUNT = 76; // two halves that fit in 0.3 of a table join
const DEPTH_MAX = 24;
const RANDOM_TRIES = 256;
const SHRINK_SHARE = 8; // a table with less than one in eight slots in use gets the next smaller size

// Words of the root.
const SIZE = 1;
const DIRECTORY = 2;
const AT_DEPTH = 3;

// Entries of a table being rebuilt. Shared: no rebuild begins within another.
const scratch = new Int32Array(SLOTS_MAX * 2);
const scratchHashes = new Int32Array(SLOTS_MAX * 2);

export class MemberDict {
  private arena: Arena;
  private k0: number;
  private k1: number;
  private lead = 0;
  private words: Int32Array = new Int32Array(4);
  private at = 0;
  // The walk: a directory cell and a slot of its table.
  private walkCell = 0;
  private walkSlot = 0;

  constructor(arena: Arena, seed: HashSeed) {
    this.arena = arena;
    this.k0 = seed.k0;
    this.k1 = seed.k1;
  }

  /** Makes a root cell's first words an empty dict. `lead`: see memberLengthAt. */
  static init(arena: Arena, root: Ref, kind: number, lead: number): void {
    const words = arena.i32[segmentOf(root)] as Int32Array;
    const at = byteOffset(root) >>> 2;
    words[at] = kind | (lead << 16);
    words[at + SIZE] = 0;
    words[at + DIRECTORY] = 0;
    words[at + AT_DEPTH] = 0;
  }

  /** Points this view at the dict in `root`; `seed` must be the one its members were placed by. */
  open(arena: Arena, root: Ref, seed: HashSeed): this {
    this.arena = arena;
    this.k0 = seed.k0;
    this.k1 = seed.k1;
    this.words = arena.i32[segmentOf(root)] as Int32Array;
    this.at = byteOffset(root) >>> 2;
    this.lead = ((this.words[this.at] as number) >>> 16) & 0xff;
    return this;
  }

  get size(): number {
    return this.words[this.at + SIZE] as number;
  }

  /** The hash of a member, the same for all dicts. */
  hash(bytes: Uint8Array, start: number, end: number): number {
    return halfSipHash13(bytes, start, end, this.k0, this.k1);
  }

  /** The cell of this member, or 0. `data`: a view of `member`'s buffer. */
  find(hash: number, member: Uint8Array, start: number, end: number, data?: DataView): Ref {
    const table = this.tableOf(hash);
    if (table === 0) return 0;
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const slots = u8[base + 1] as number;
    const tags = base + TAGS_AT;
    const tag = tagOf(hash);
    let slot = homeOf(hash, u8[base] as number, slots);
    for (;;) {
      const found = u8[tags + slot] as number;
      if (found === tag) {
        const ref = (this.arena.i32[segmentOf(table)] as Int32Array)[((tags + slots) >>> 2) + slot] as number;
        if (this.isMember(ref, member, start, end, data)) return ref;
      } else if (found === 0) return 0;
      if (++slot === slots) slot = 0;
    }
  }

  /** Adds a cell whose member is known to be absent. */
  insert(hash: number, ref: Ref): void {
    let table = this.tableOf(hash);
    if (table === 0) {
      table = newTable(this.arena, 0, SLOTS_MIN);
      this.words[this.at + DIRECTORY] = table;
      this.words[this.at + AT_DEPTH] = 1;
    }
    for (;;) {
      const slots = slotsOf(this.arena, table);
      // 0.8 of the slots: at 0.85 a miss probes twice as far.
      if (countOf(this.arena, table) < (slots * 205) >> 8 || depthOf(this.arena, table) >= DEPTH_MAX) break;
      if (slots < SLOTS_MAX) this.resize(table, hash, nextSize(slots));
      else this.split(hash);
      table = this.tableOf(hash);
    }
    const slots = slotsOf(this.arena, table);
    if (countOf(this.arena, table) + gravesOf(this.arena, table) >= (slots * 232) >> 8) this.rebuild(table);
    place(this.arena, table, hash, ref);
    this.words[this.at + SIZE] = this.size + 1;
  }

  /** Makes the slot that named `from` name `to`. */
  replace(hash: number, from: Ref, to: Ref): void {
    const table = this.tableOf(hash);
    const slot = slotOf(this.arena, table, hash, from);
    (this.arena.i32[segmentOf(table)] as Int32Array)[refsStart(this.arena, table) + slot] = to;
  }

  /** Removes a cell known to be present; the cell is the caller's to free. */
  remove(hash: number, ref: Ref): void {
    const table = this.tableOf(hash);
    const slot = slotOf(this.arena, table, hash, ref);
    const count = clearSlot(this.arena, table, slot);
    this.words[this.at + SIZE] = this.size - 1;
    if (count < MERGE_COUNT >>> 1 && this.depth > 0 && this.maybeMerge(hash)) return;
    const slots = slotsOf(this.arena, table);
    if (slots > SLOTS_MIN && count * SHRINK_SHARE < slots) this.resize(table, hash, previousSize(slots));
  }

  /** Begins a walk over all cells, in ascending order of hash by table. */
  rewind(): void {
    this.walkCell = 0;
    this.walkSlot = 0;
  }

  /** The next cell of the walk, or 0 at its end. The dict may not change meanwhile. */
  next(): Ref {
    const cells = 1 << this.depth;
    while (this.walkCell < cells) {
      const table = this.tableIn(this.walkCell);
      if (table === 0) return 0;
      const slots = slotsOf(this.arena, table);
      const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
      const tags = byteOffset(table) + TAGS_AT;
      for (let slot = this.walkSlot; slot < slots; slot++) {
        if ((u8[tags + slot] as number) <= GRAVE) continue;
        this.walkSlot = slot + 1;
        return (this.arena.i32[segmentOf(table)] as Int32Array)[
          refsStart(this.arena, table) + slot
        ] as number;
      }
      this.walkSlot = 0;
      this.walkCell += 1 << (this.depth - depthOf(this.arena, table));
    }
    return 0;
  }

  /**
   * Calls `visit` for cells in ascending order of hash from `cursor` (uint32) until at least `countMin` were
   * visited at the end of a home slot. Returns the next cursor, or 0 at the end. `visit` may not change the dict.
   */
  scan(cursor: number, countMin: number, visit: (ref: Ref) => void): number {
    let at = cursor >>> 0;
    let visited = 0;
    while (this.size > 0) {
      const table = this.tableOf(at);
      const depth = depthOf(this.arena, table);
      const slots = slotsOf(this.arena, table);
      const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
      const refs = this.arena.i32[segmentOf(table)] as Int32Array;
      const tags = byteOffset(table) + TAGS_AT;
      const refsAt = refsStart(this.arena, table);
      let home = homeOf(at, depth, slots);
      while (home < slots) {
        const until = Math.min(slots, home + Math.max(1, Math.min(slots, countMin - visited)));
        for (let step = 0; step < slots; step++) {
          const slot = home + step < slots ? home + step : home + step - slots;
          const tag = u8[tags + slot] as number;
          if (tag === 0) {
            if (home + step >= until - 1) break;
            continue;
          }
          if (tag === GRAVE) continue;
          const ref = refs[refsAt + slot] as number;
          const itsHome = homeOf(this.hashOf(ref), depth, slots);
          if (itsHome >= home && itsHome < until) {
            visit(ref);
            visited++;
          }
        }
        home = until;
        if (visited >= countMin) break;
      }
      const span = 2 ** (32 - depth);
      const tableStart = Math.floor(at / span) * span;
      const next = home === slots ? tableStart + span : tableStart + firstOfHome(home, depth, slots);
      if (next >= 2 ** 32) return 0;
      at = next;
      if (visited >= countMin) return at;
    }
    return 0;
  }

  /** A cell, each as likely as any other; 0 when there is none. */
  random(rng: Rng): Ref {
    if (this.size === 0) return 0;
    const cells = 1 << this.depth;
    // A table is drawn by a cell of the directory and kept as often as it has members for its cells: so neither its depth
    // nor its load favours them.
    for (let tries = 0; tries < RANDOM_TRIES; tries++) {
      const table = this.tableIn(rng.u32() & (cells - 1));
      const share = SLOTS_MAX << (this.depth - depthOf(this.arena, table));
      if (cells > 1 && scaled(rng.u32(), share) >= countOf(this.arena, table)) continue;
      const slots = slotsOf(this.arena, table);
      for (;;) {
        const ref = refInSlot(this.arena, table, scaled(rng.u32(), slots));
        if (ref !== 0) return ref;
      }
    }
    let cell = rng.u32() & (cells - 1);
    for (;;) {
      const table = this.tableIn(cell);
      const count = countOf(this.arena, table);
      if (count > 0) {
        let skip = rng.below(count);
        for (let slot = 0; ; slot++) {
          const ref = refInSlot(this.arena, table, slot);
          if (ref !== 0 && skip-- === 0) return ref;
        }
      }
      const span = 1 << (this.depth - depthOf(this.arena, table));
      cell = (cell - (cell % span) + span) & (cells - 1);
    }
  }

  /**
   * Takes the dict apart: frees cells and tables until about `count` are gone; true when nothing is left but the
   * root. Between two calls the dict may be used for nothing else.
   */
  freeSome(count: number): boolean {
    const { arena, words, at } = this;
    const directory = words[at + DIRECTORY] as number;
    if (directory === 0) return true;
    const { depth } = this;
    const cells = 1 << depth;
    // A dict that is taken apart says so by a size of -1; then the last word counts the cells that are done.
    if ((words[at + SIZE] as number) >= 0) {
      words[at + SIZE] = -1;
      words[at + AT_DEPTH] = 0;
    }
    let freed = 0;
    let cell = words[at + AT_DEPTH] as number;
    while (cell < cells && freed < count) {
      const table = this.tableIn(cell);
      cell += 1 << (depth - depthOf(this.arena, table));
      const members = gather(this.arena, table, scratch, 0);
      for (let i = 0; i < members; i++) arena.free(scratch[i] as number);
      freed += members + 1;
      arena.free(table);
    }
    words[at + AT_DEPTH] = cell;
    if (cell < cells) return false;
    if (depth > 0) arena.free(directory);
    words[at + DIRECTORY] = 0;
    return true;
  }

  /**
   * Moves the table that holds `cursor` (a uint32 hash) and its cells out of segments being emptied; `moved` hears
   * of each cell that gets a new name while it still has both. Returns the first hash of the next table, 2^32 after the last.
   */
  relocate(cursor: number, moved: (from: Ref, to: Ref) => void): number {
    const { arena, words, at, depth } = this;
    const directory = words[at + DIRECTORY] as number;
    if (directory === 0) return 2 ** 32;
    if (cursor === 0 && depth > 0 && arena.shouldMove(directory))
      words[at + DIRECTORY] = arena.move(directory);
    let table = this.tableOf(cursor);
    const itsDepth = depthOf(this.arena, table);
    if (arena.shouldMove(table)) {
      table = arena.move(table);
      this.name(table, cursor, itsDepth);
    }
    const u8 = arena.u8[segmentOf(table)] as Uint8Array;
    const refs = arena.i32[segmentOf(table)] as Int32Array;
    const tags = byteOffset(table) + TAGS_AT;
    const refsAt = refsStart(this.arena, table);
    const slots = slotsOf(this.arena, table);
    for (let slot = 0; slot < slots; slot++) {
      if ((u8[tags + slot] as number) <= GRAVE) continue;
      const ref = refs[refsAt + slot] as number;
      if (!arena.shouldMove(ref)) continue;
      const to = arena.copy(ref);
      refs[refsAt + slot] = to;
      moved(ref, to);
      arena.free(ref);
    }
    const span = 2 ** (32 - itsDepth);
    return (Math.floor(cursor / span) + 1) * span;
  }

  /** Bytes of the directory and the tables. O(tables). */
  get tableBytes(): number {
    const directory = this.words[this.at + DIRECTORY] as number;
    if (directory === 0) return 0;
    let bytes = this.depth === 0 ? 0 : this.arena.capacityOf(directory);
    for (let cell = 0; cell < 1 << this.depth; ) {
      const table = this.tableIn(cell);
      bytes += this.arena.capacityOf(table);
      cell += 1 << (this.depth - depthOf(this.arena, table));
    }
    return bytes;
  }

  /**
   * Begins to read what finding or removing a cell's member will need of its table. Returns something of it, to be kept
   * somewhere lest the reads be optimised away.
   */
  warm(cell: Ref): number {
    const hash = this.hashOf(cell);
    const table = this.tableOf(hash);
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const slots = u8[base + 1] as number;
    const slot = homeOf(hash, u8[base] as number, slots);
    const refs = this.arena.i32[segmentOf(table)] as Int32Array;
    return (u8[base + TAGS_AT + slot] as number) + (refs[((base + TAGS_AT + slots) >>> 2) + slot] as number);
  }

  /** The hash of a cell's member. */
  hashOf(ref: Ref): number {
    const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const at = memberLengthAt(u8, byteOffset(ref), this.lead);
    const start = at + varintBytesAt(u8, at);
    return halfSipHash13(u8, start, start + readVarint(u8, at), this.k0, this.k1);
  }

  private isMember(
    ref: Ref,
    member: Uint8Array,
    start: number,
    end: number,
    data: DataView | undefined,
  ): boolean {
    const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
    let at = memberLengthAt(u8, byteOffset(ref), this.lead);
    const length = end - start;
    if (length < 0x80) {
      if (u8[at] !== length) return false;
      at++;
    } else {
      if (readVarint(u8, at) !== length) return false;
      at += varintBytesAt(u8, at);
    }
    let from = start;
    if (data !== undefined) {
      const mine = this.arena.data[segmentOf(ref)] as DataView;
      for (const wordsEnd = end - 3; from < wordsEnd; from += 4, at += 4) {
        if (mine.getInt32(at, true) !== data.getInt32(from, true)) return false;
      }
    }
    for (; from < end; from++, at++) if (u8[at] !== member[from]) return false;
    return true;
  }

  private get depth(): number {
    return ((this.words[this.at] as number) >>> 8) & 0xff;
  }

  private setDepth(depth: number): void {
    this.words[this.at] = ((this.words[this.at] as number) & ~0xff00) | (depth << 8);
  }

  // The table that a hash belongs to, 0 in a dict that never had a member.
  private tableOf(hash: number): Ref {
    const { depth } = this;
    const directory = this.words[this.at + DIRECTORY] as number;
    if (depth === 0) return directory;
    const cells = this.arena.i32[segmentOf(directory)] as Int32Array;
    return cells[(byteOffset(directory) >>> 2) + (hash >>> (32 - depth))] as number;
  }

  private tableIn(cell: number): Ref {
    const directory = this.words[this.at + DIRECTORY] as number;
    if (this.depth === 0) return directory;
    return (this.arena.i32[segmentOf(directory)] as Int32Array)[
      (byteOffset(directory) >>> 2) + cell
    ] as number;
  }

  // Makes the directory's cells for `hash` at a depth name a table.
  private name(table: Ref, hash: number, depth: number): void {
    const directory = this.words[this.at + DIRECTORY] as number;
    if (this.depth === 0) {
      this.words[this.at + DIRECTORY] = table;
      return;
    }
    const cells = this.arena.i32[segmentOf(directory)] as Int32Array;
    const count = 1 << (this.depth - depth);
    const index = hash >>> (32 - this.depth);
    const first = (byteOffset(directory) >>> 2) + index - (index % count);
    cells.fill(table, first, first + count);
  }

  private placeScratch(table: Ref, count: number): void {
    for (let i = 0; i < count; i++) {
      const ref = scratch[i] as number;
      place(this.arena, table, this.hashOf(ref), ref);
    }
  }

  private rebuild(table: Ref): void {
    const count = gather(this.arena, table, scratch, 0);
    // Only a table that may not split can be this full, and only members chosen to collide fill one.
    if (count >= slotsOf(this.arena, table) - 1)
      assert(false, `a table of depth ${depthOf(this.arena, table)} is full`);
    initTable(this.arena, table, depthOf(this.arena, table), slotsOf(this.arena, table));
    this.placeScratch(table, count);
  }

  // The table that holds `hash` gets another size.
  private resize(table: Ref, hash: number, slots: number): void {
    const count = gather(this.arena, table, scratch, 0);
    const depth = depthOf(this.arena, table);
    this.arena.free(table);
    const to = newTable(this.arena, depth, slots);
    this.name(to, hash, depth);
    this.placeScratch(to, count);
  }

  private split(hash: number): void {
    const table = this.tableOf(hash);
    const depth = depthOf(this.arena, table) + 1;
    if (depth > this.depth) this.doubleDirectory();
    const count = gather(this.arena, table, scratch, 0);
    const bit = 1 << (32 - depth);
    let upper = 0;
    for (let i = 0; i < count; i++) {
      const itsHash = this.hashOf(scratch[i] as number);
      scratchHashes[i] = itsHash;
      if ((itsHash & bit) !== 0) upper++;
    }
    this.arena.free(table);
    const low = newTable(this.arena, depth, sizeFor(count - upper));
    const high = newTable(this.arena, depth, sizeFor(upper));
    this.name(low, (hash & ~bit) >>> 0, depth);
    this.name(high, (hash | bit) >>> 0, depth);
    if (depth === this.depth) this.words[this.at + AT_DEPTH] = (this.words[this.at + AT_DEPTH] as number) + 2;
    for (let i = 0; i < count; i++) {
      const itsHash = scratchHashes[i] as number;
      place(this.arena, (itsHash & bit) === 0 ? low : high, itsHash, scratch[i] as number);
    }
  }

  private doubleDirectory(): void {
    const { arena, words, at, depth } = this;
    const old = words[at + DIRECTORY] as number;
    const size = 1 << depth;
    const wider = arena.alloc(size * 8);
    const to = arena.i32[segmentOf(wider)] as Int32Array;
    const toAt = byteOffset(wider) >>> 2;
    if (depth === 0) {
      to[toAt] = old;
      to[toAt + 1] = old;
    } else {
      const from = arena.i32[segmentOf(old)] as Int32Array;
      const fromAt = byteOffset(old) >>> 2;
      for (let i = 0; i < size; i++) {
        const table = from[fromAt + i] as number;
        to[toAt + 2 * i] = table;
        to[toAt + 2 * i + 1] = table;
      }
      arena.free(old);
    }
    words[at + DIRECTORY] = wider;
    this.setDepth(depth + 1);
    words[at + AT_DEPTH] = 0;
  }

  private maybeMerge(hash: number): boolean {
    const { arena, words, at } = this;
    for (let isDone = false; ; isDone = true) {
      const depth = depthOf(this.arena, this.tableOf(hash));
      if (depth === 0) return isDone;
      const bit = 1 << (32 - depth);
      const low = this.tableOf((hash & ~bit) >>> 0);
      const high = this.tableOf((hash | bit) >>> 0);
      if (depthOf(this.arena, low) !== depth || depthOf(this.arena, high) !== depth) return isDone;
      if (countOf(this.arena, low) + countOf(this.arena, high) > MERGE_COUNT) return isDone;
      const count = gather(this.arena, high, scratch, gather(this.arena, low, scratch, 0));
      if (depth === this.depth) words[at + AT_DEPTH] = (words[at + AT_DEPTH] as number) - 2;
      arena.free(low);
      arena.free(high);
      const joined = newTable(this.arena, depth - 1, sizeFor(count));
      this.name(joined, hash, depth - 1);
      this.placeScratch(joined, count);
      while (words[at + AT_DEPTH] === 0 && this.depth > 0) this.halveDirectory();
    }
  }

  private halveDirectory(): void {
    const { arena, words, at } = this;
    const depth = this.depth - 1;
    const old = words[at + DIRECTORY] as number;
    const from = arena.i32[segmentOf(old)] as Int32Array;
    const fromAt = byteOffset(old) >>> 2;
    let deepest = 0;
    if (depth === 0) {
      words[at + DIRECTORY] = from[fromAt] as number;
      deepest = 1;
    } else {
      const narrow = arena.alloc(4 << depth);
      const to = arena.i32[segmentOf(narrow)] as Int32Array;
      const toAt = byteOffset(narrow) >>> 2;
      for (let i = 0; i < 1 << depth; i++) {
        const table = from[fromAt + 2 * i] as number;
        to[toAt + i] = table;
        if (depthOf(this.arena, table) === depth) deepest++;
      }
      words[at + DIRECTORY] = narrow;
    }
    arena.free(old);
    this.setDepth(depth);
    words[at + AT_DEPTH] = deepest;
  }
}

// A uint32 scaled to 0 .. bound - 1; with bounds this small none is favoured by more than one in 2^24.
function scaled(drawn: number, bound: number): number {
  return Math.floor((drawn * bound) / 2 ** 32);
}
