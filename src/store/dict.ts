// Dict: keys to entries, by extendible hashing. A directory of small tables, each splitting alone.
//
//   hash  31        32-d 31-d      24-d          7      0
//        | directory    | home slot | ...        | tag   |
//         d = depth of the table     8 bits
//
//   table (one arena block): | depth u8 | pad | count u16 | graves u16 | pad | 256 tags | 256 refs |
//
// Directory and home slot are the top bits of the hash, so walking the tables in directory order and
// each table by home slot visits keys by ascending hash. A SCAN cursor is a hash: keys with a smaller
// one have been returned, however tables split or merge meanwhile.
// Collisions probe linearly (wrapping). A tag is 0 for a free slot, 1 for a grave, else hash bits.
//
// Invariants:
//   - the key of each entry is unique; `size` counts entries.
//   - each table's `count` <= SPLIT_COUNT after an insert, unless its depth is DEPTH_MAX.
//   - 2^(depth of directory - depth of table) consecutive directory cells name the same table.
//   - work per insert or delete is at most one table's split or merge: never the whole dict.

import { assert } from "../lib/assert.ts";
import { halfSipHash13 } from "../lib/half-siphash.ts";
import { type Probe, silentProbe } from "../lib/probe.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";
import { keyLengthAt, readVarint, varintBytesAt } from "./entry.ts";

export const SLOTS = 256;
const SLOT_MASK = SLOTS - 1;
const TAGS_AT = 8;
const REFS_AT = TAGS_AT + SLOTS; // bytes; a multiple of 4
const TABLE_BYTES = REFS_AT + SLOTS * 4;
const COUNT_AT = 1; // as uint16 index within the table: bytes 2..3
const GRAVES_AT = 2; // bytes 4..5
const SPLIT_COUNT = 204; // 0.8 of the slots: at 0.85 a miss probes twice as far
/** Where a simulation asks for it: many tables for few entries, and still more in one than in two that join. */
const SPLIT_EARLY_COUNT = 10;
const MERGE_EARLY_COUNT = 8;
const MERGE_COUNT = 76; // two halves that fit in 0.3 of a table join
const FILLED_MAX = 232; // entries and graves: a search ends at a free slot, and should meet one soon
const DEPTH_MAX = 24;
const GRAVE = 1;
const RANDOM_TRIES = 256; // four in five draws are rejected on average, so running out is rare
const SAMPLE_TRIES = 16;

/** The two secret words of the key hash. */
export type HashSeed = { readonly k0: number; readonly k1: number };

export class Dict {
  /** Entries in the dict. */
  size = 0;

  private readonly arena: Arena;
  private readonly seed: HashSeed;
  private readonly probe: Probe;
  private readonly splitCount: number;
  private readonly mergeCount: number;
  private directory: Int32Array;
  private depths = new Uint8Array(1); // of each cell's table: a search need not read the table's header
  private depth = 0;
  private tablesAtDepth = 0; // tables as deep as the directory: when none is, it halves
  private tables = 0;
  /** Keeps reads ahead from being optimised away. */
  touched = 0;
  private readonly scratch = new Int32Array(SLOTS); // entries of a table being split or merged

  constructor(arena: Arena, seed: HashSeed, probe: Probe = silentProbe) {
    this.arena = arena;
    this.seed = seed;
    this.probe = probe;
    const isEarly = probe.buggify("dict.split-early");
    this.splitCount = isEarly ? SPLIT_EARLY_COUNT : SPLIT_COUNT;
    this.mergeCount = isEarly ? MERGE_EARLY_COUNT : MERGE_COUNT;
    this.directory = new Int32Array(1);
  }

  /** The hash (int32: its bits count, not its sign) of a key, the same in every dict with this seed. */
  hash(bytes: Uint8Array, start: number, end: number): number {
    return halfSipHash13(bytes, start, end, this.seed.k0, this.seed.k1);
  }

  /** The entry with this key, or 0. `data`: a view of `key`'s buffer, where the caller has one; it is faster. */
  find(hash: number, key: Uint8Array, start: number, end: number, data?: DataView): Ref {
    const cell = this.depth === 0 ? 0 : hash >>> (32 - this.depth);
    const table = this.directory[cell] as number;
    if (table === 0) return 0;
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const tags = base + TAGS_AT;
    const tag = tagOf(hash);
    let slot = homeOf(hash, this.depths[cell] as number);
    for (;;) {
      const found = u8[tags + slot] as number;
      if (found === tag) {
        const ref = (this.arena.i32[segmentOf(table)] as Int32Array)[
          ((base + REFS_AT) >>> 2) + slot
        ] as number;
        if (data === undefined) {
          if (this.keyEquals(ref, key, start, end)) return ref;
        } else if (this.keyEqualsWords(ref, data, start, end)) return ref;
      } else if (found === 0) {
        return 0;
      }
      slot = (slot + 1) & SLOT_MASK;
    }
  }

  /** The entry `find` would look at first, its key not compared, or 0. */
  candidate(hash: number): Ref {
    const cell = this.directoryIndex(hash);
    const table = this.directory[cell] as number;
    if (table === 0) return 0;
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const tag = tagOf(hash);
    let slot = homeOf(hash, this.depths[cell] as number);
    for (;;) {
      const found = u8[base + TAGS_AT + slot] as number;
      if (found === tag) break;
      if (found === 0) return 0;
      slot = (slot + 1) & SLOT_MASK;
    }
    return (this.arena.i32[segmentOf(table)] as Int32Array)[((base + REFS_AT) >>> 2) + slot] as number;
  }

  /** Adds an entry whose key is known to be absent. */
  insert(hash: number, ref: Ref): void {
    let table = this.directory[this.directoryIndex(hash)] as number;
    if (table === 0) table = this.addFirstTable();
    while (this.countOf(table) >= this.splitCount && this.depthOf(table) < DEPTH_MAX) {
      this.split(hash);
      table = this.directory[this.directoryIndex(hash)] as number;
    }
    if (this.countOf(table) + this.gravesOf(table) >= FILLED_MAX) this.rebuild(table);
    this.place(table, hash, ref);
    this.size++;
  }

  /** Makes the slot that named `from` name `to`: the entry moved. */
  replace(hash: number, from: Ref, to: Ref): void {
    const table = this.directory[this.directoryIndex(hash)] as number;
    const slot = this.slotOf(table, hash, from);
    (this.arena.i32[segmentOf(table)] as Int32Array)[((byteOffset(table) + REFS_AT) >>> 2) + slot] = to;
  }

  /** Removes an entry known to be present; the block itself is the caller's to free. */
  remove(hash: number, ref: Ref): void {
    const table = this.directory[this.directoryIndex(hash)] as number;
    const slot = this.slotOf(table, hash, ref);
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const tags = base + TAGS_AT;
    if (u8[tags + ((slot + 1) & SLOT_MASK)] === 0) {
      // Nothing probes past here: this slot and the graves before it become free.
      let clear = slot;
      u8[tags + clear] = 0;
      for (;;) {
        clear = (clear - 1) & SLOT_MASK;
        if (u8[tags + clear] !== GRAVE) break;
        u8[tags + clear] = 0;
        this.setGraves(table, this.gravesOf(table) - 1);
      }
    } else {
      u8[tags + slot] = GRAVE;
      this.setGraves(table, this.gravesOf(table) + 1);
    }
    this.setCount(table, this.countOf(table) - 1);
    this.size--;
    if (this.size === 0 && this.depth > 0) this.clearTables();
    else if (this.countOf(table) < this.mergeCount >>> 1) this.maybeMerge(hash);
  }

  /**
   * Calls `visit` for entries in ascending order of hash from `cursor` (uint32) until at least
   * `countMin` were visited at the end of a home slot. Returns the next cursor, or 0 at the end.
   * `visit` may not change the dict.
   */
  scan(cursor: number, countMin: number, visit: (ref: Ref) => void): number {
    let at = cursor >>> 0;
    let visited = 0;
    while (this.size > 0) {
      const index = this.directoryIndex(at);
      const table = this.directory[index] as number;
      const depth = this.depthOf(table);
      const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
      const refs = this.arena.i32[segmentOf(table)] as Int32Array;
      const tags = byteOffset(table) + TAGS_AT;
      const refsAt = (byteOffset(table) + REFS_AT) >>> 2;
      let home = homeOf(at, depth);
      while (home < SLOTS) {
        // Entries of the homes [home, until) stand between `home` and the first free slot at or
        // after `until - 1`. The stretch is taken as long as the count asks for.
        const until = Math.min(SLOTS, home + Math.max(1, Math.min(SLOTS, countMin - visited)));
        for (let step = 0; step < SLOTS; step++) {
          const slot = (home + step) & SLOT_MASK;
          const tag = u8[tags + slot] as number;
          if (tag === 0) {
            if (home + step >= until - 1) break;
            continue;
          }
          if (tag === GRAVE) continue;
          const ref = refs[refsAt + slot] as number;
          const itsHome = homeOf(this.hashOfEntry(ref), depth);
          if (itsHome >= home && itsHome < until) {
            visit(ref);
            visited++;
          }
        }
        home = until;
        if (visited >= countMin) break;
      }
      const span = 2 ** (32 - depth);
      const tableStart = depth === 0 ? 0 : ((at >>> (32 - depth)) << (32 - depth)) >>> 0;
      const next = home === SLOTS ? tableStart + span : tableStart + home * (span / SLOTS);
      if (next >= 2 ** 32) return 0;
      at = next;
      if (visited >= countMin) return at;
    }
    return 0;
  }

  /**
   * Calls `visit` for each entry whose hash (as uint32) lies in [from, to), `to` at most 2^32, and gives it that hash.
   * `visit` may not change the dict.
   */
  scanRange(from: number, to: number, visit: (ref: Ref, hash: number) => void): void {
    let at = from;
    while (this.size > 0 && at < to) {
      const index = this.directoryIndex(at);
      const table = this.directory[index] as number;
      const depth = this.depthOf(table);
      const span = 2 ** (32 - depth);
      const end = Math.min(to, Math.floor(at / span) * span + span);
      // Each will be hashed, and those of the range visited: the waits for their memory overlap (see `gather`).
      const count = this.gather(table, 0, homeOf(at, depth), homeOf(end - 1, depth));
      for (let i = 0; i < count; i++) {
        const ref = this.scratch[i] as number;
        const hash = this.hashOfEntry(ref) >>> 0;
        if (hash >= at && hash < end) visit(ref, hash);
      }
      at = end;
    }
  }

  /** An entry, each as likely as any other (nearly so in a very uneven dict); 0 when the dict is empty. */
  random(randomU32: () => number): Ref {
    if (this.size === 0) return 0;
    // A directory cell and a slot are drawn; all draws but those of a table's first cell and of a
    // filled slot are rejected, so that neither the table's depth nor its load favours its entries.
    for (let tries = 0; this.depth > 0 && tries < RANDOM_TRIES; tries++) {
      const hash = randomU32();
      const cell = this.directoryIndex(hash);
      const table = this.directory[cell] as number;
      if ((cell & ((1 << (this.depth - this.depthOf(table))) - 1)) !== 0) continue;
      const ref = this.refInSlot(table, hash & SLOT_MASK);
      if (ref !== 0) return ref;
    }
    for (let cell = this.directoryIndex(randomU32()); ; ) {
      const table = this.directory[cell] as number;
      const count = this.countOf(table);
      if (count === 0) {
        const cells = 1 << (this.depth - this.depthOf(table));
        cell = (cell - (cell % cells) + cells) % this.directory.length;
        continue;
      }
      let skip = randomU32() % count;
      for (let slot = 0; slot < SLOTS; slot++) {
        const ref = this.refInSlot(table, slot);
        if (ref !== 0 && skip-- === 0) return ref;
      }
    }
  }

  /**
   * Visits up to `countMax` entries, drawn in runs of neighbours by hash from random places: cheaper than
   * as many `random`, and hashes know nothing of the keys' use. May visit an entry twice.
   * Returns how many were visited. `visit` may not change the dict.
   */
  sample(countMax: number, randomU32: () => number, visit: (ref: Ref) => void): number {
    let visited = 0;
    // A few empty stretches are to be expected in a sparse dict; a bound keeps the cost known.
    for (let tries = 0; this.size > 0 && visited < countMax && tries < SAMPLE_TRIES; tries++) {
      const hash = randomU32();
      const table = this.directory[this.directoryIndex(hash)] as number;
      for (let step = 0; step < SLOTS && visited < countMax; step++) {
        const ref = this.refInSlot(table, (hash + step) & SLOT_MASK);
        if (ref === 0) continue;
        visit(ref);
        visited++;
      }
    }
    return visited;
  }

  /** An entry with this hash, or 0: for whoever kept the hash and not the key. */
  findByHash(hash: number): Ref {
    const table = this.directory[this.directoryIndex(hash)] as number;
    if (table === 0) return 0;
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const tag = tagOf(hash);
    let slot = homeOf(hash, u8[base] as number);
    for (;;) {
      const found = u8[base + TAGS_AT + slot] as number;
      if (found === 0) return 0;
      if (found === tag) {
        const ref = this.refInSlot(table, slot);
        if ((this.hashOfEntry(ref) ^ hash) === 0) return ref;
      }
      slot = (slot + 1) & SLOT_MASK;
    }
  }

  /** Bytes of the directory; the tables are blocks of the arena and counted there. */
  get directoryBytes(): number {
    return this.directory.byteLength + this.depths.byteLength;
  }

  /** Slots in all tables, for reports of the load. */
  get slotCount(): number {
    return this.tables * SLOTS;
  }

  /**
   * Visits the entries of the table that holds `cursor` (uint32, a hash) and moves the table itself when
   * the arena asks for it. `visit` returns the entry's present name: itself, or its new one when the
   * caller moved it. Returns the first hash of the next table, or 2^32 after the last one: so a walk
   * stays complete although tables split, merge or the directory changes its size between two calls.
   */
  relocate(cursor: number, visit: (ref: Ref) => Ref): number {
    // The table that an emptied dict keeps would hold its segment for nothing.
    if (this.size === 0) this.clearTables();
    const cell = this.directoryIndex(cursor);
    let table = this.directory[cell] as number;
    if (table === 0) return 2 ** 32;
    const depth = this.depthOf(table);
    if (this.arena.shouldMove(table)) {
      const cells = 1 << (this.depth - depth);
      const first = cell - (cell % cells);
      table = this.arena.move(table);
      this.directory.fill(table, first, first + cells);
    }
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const refs = this.arena.i32[segmentOf(table)] as Int32Array;
    const tags = byteOffset(table) + TAGS_AT;
    const refsAt = (byteOffset(table) + REFS_AT) >>> 2;
    for (let slot = 0; slot < SLOTS; slot++) {
      if ((u8[tags + slot] as number) <= GRAVE) continue;
      const ref = refs[refsAt + slot] as number;
      const to = visit(ref);
      if (to !== ref) refs[refsAt + slot] = to;
    }
    const span = 2 ** (32 - depth);
    return (Math.floor(cursor / span) + 1) * span;
  }

  /**
   * Takes the entries of the table in one directory cell and gives the table itself back; returns how
   * many entries there were. For a dict that is being emptied: nothing else may use it any more.
   */
  takeTable(cell: number, take: (ref: Ref) => void): number {
    const table = this.directory[cell] as number;
    if (table === 0) return 0;
    const cells = 1 << (this.depth - this.depthOf(table));
    const first = cell - (cell % cells);
    const count = this.gather(table, 0);
    for (let i = 0; i < count; i++) take(this.scratch[i] as number);
    this.directory.fill(0, first, first + cells);
    this.arena.free(table);
    this.tables--;
    this.size -= count;
    return count;
  }

  /** The hash of an entry's own key. */
  hashOfEntry(ref: Ref): number {
    const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const base = byteOffset(ref);
    const at = base + keyLengthAt(u8[base] as number);
    const start = at + varintBytesAt(u8, at);
    return halfSipHash13(u8, start, start + readVarint(u8, at), this.seed.k0, this.seed.k1);
  }

  /** Gives the tables back. The entries must be gone, or be freed by other means. */
  clearTables(): void {
    for (let cell = 0; cell < this.directory.length; ) {
      const table = this.directory[cell] as number;
      cell += table === 0 ? 1 : 1 << (this.depth - this.depthOf(table));
      if (table !== 0) this.arena.free(table);
    }
    this.reset();
  }

  /** Forgets everything without freeing: for a dict whose arena was thrown away. */
  reset(): void {
    this.directory = new Int32Array(1);
    this.depths = new Uint8Array(1);
    this.depth = 0;
    this.tablesAtDepth = 0;
    this.tables = 0;
    this.size = 0;
  }

  private keyEquals(ref: Ref, key: Uint8Array, start: number, end: number): boolean {
    const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
    const base = byteOffset(ref);
    let at = base + keyLengthAt(u8[base] as number);
    const length = end - start;
    if (length < 0x80) {
      if (u8[at] !== length) return false;
      at++;
    } else {
      if (readVarint(u8, at) !== length) return false;
      at += varintBytesAt(u8, at);
    }
    for (let i = start; i < end; i++, at++) if (u8[at] !== key[i]) return false;
    return true;
  }

  // As `keyEquals`, four bytes at a time at any alignment.
  private keyEqualsWords(ref: Ref, key: DataView, start: number, end: number): boolean {
    const mine = this.arena.data[segmentOf(ref)] as DataView;
    const base = byteOffset(ref);
    let at = base + keyLengthAt(mine.getUint8(base));
    const length = end - start;
    if (length < 0x80) {
      if (mine.getUint8(at) !== length) return false;
      at++;
    } else {
      const u8 = this.arena.u8[segmentOf(ref)] as Uint8Array;
      if (readVarint(u8, at) !== length) return false;
      at += varintBytesAt(u8, at);
    }
    let from = start;
    for (const wordsEnd = end - 3; from < wordsEnd; from += 4, at += 4) {
      if (mine.getInt32(at, true) !== key.getInt32(from, true)) return false;
    }
    for (; from < end; from++, at++) if (mine.getUint8(at) !== key.getUint8(from)) return false;
    return true;
  }

  private refInSlot(table: Ref, slot: number): Ref {
    const base = byteOffset(table);
    const tag = (this.arena.u8[segmentOf(table)] as Uint8Array)[base + TAGS_AT + slot] as number;
    if (tag <= GRAVE) return 0;
    return (this.arena.i32[segmentOf(table)] as Int32Array)[((base + REFS_AT) >>> 2) + slot] as number;
  }

  private directoryIndex(hash: number): number {
    return this.depth === 0 ? 0 : hash >>> (32 - this.depth);
  }

  private slotOf(table: Ref, hash: number, ref: Ref): number {
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const refs = this.arena.i32[segmentOf(table)] as Int32Array;
    const base = byteOffset(table);
    const refsAt = (base + REFS_AT) >>> 2;
    let slot = homeOf(hash, u8[base] as number);
    for (let step = 0; step < SLOTS; step++) {
      const tag = u8[base + TAGS_AT + slot] as number;
      if (tag > GRAVE && refs[refsAt + slot] === ref) return slot;
      if (tag === 0) break;
      slot = (slot + 1) & SLOT_MASK;
    }
    throw new Error(`assertion failed: entry ${ref} is not in its table`);
  }

  private place(table: Ref, hash: number, ref: Ref): void {
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const base = byteOffset(table);
    const tags = base + TAGS_AT;
    let slot = homeOf(hash, u8[base] as number);
    while ((u8[tags + slot] as number) > GRAVE) slot = (slot + 1) & SLOT_MASK;
    if (u8[tags + slot] === GRAVE) this.setGraves(table, this.gravesOf(table) - 1);
    u8[tags + slot] = tagOf(hash);
    (this.arena.i32[segmentOf(table)] as Int32Array)[((base + REFS_AT) >>> 2) + slot] = ref;
    this.setCount(table, this.countOf(table) + 1);
  }

  private addFirstTable(): Ref {
    const table = this.newTable(0);
    this.directory[0] = table;
    this.tablesAtDepth = 1;
    return table;
  }

  private newTable(depth: number): Ref {
    const table = this.arena.alloc(TABLE_BYTES);
    this.tables++;
    this.initTable(table, depth);
    return table;
  }

  private initTable(table: Ref, depth: number): void {
    const base = byteOffset(table);
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    u8.fill(0, base, base + REFS_AT);
    u8[base] = depth;
  }

  // Collects the entries of a table into `scratch` from `at` on, those that may have a home from `first` to `last`; returns where
  // they end. Each is about to be hashed or freed: a byte of it is read at once, since these waits for memory overlap, and
  // later ones come one after the other.
  private gather(table: Ref, at: number, first = 0, last = SLOTS - 1): number {
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const refs = this.arena.i32[segmentOf(table)] as Int32Array;
    const tags = byteOffset(table) + TAGS_AT;
    const refsAt = (byteOffset(table) + REFS_AT) >>> 2;
    const { scratch } = this;
    const segments = this.arena.u8;
    let count = at;
    let touched = 0;
    for (let step = 0; step < SLOTS; step++) {
      const slot = (first + step) & SLOT_MASK;
      const tag = u8[tags + slot] as number;
      if (tag <= GRAVE) {
        if (tag === 0 && first + step >= last) break;
        continue;
      }
      const ref = refs[refsAt + slot] as number;
      scratch[count++] = ref;
      touched += (segments[segmentOf(ref)] as Uint8Array)[byteOffset(ref)] as number;
    }
    this.touched = touched;
    return count;
  }

  private rebuild(table: Ref): void {
    const count = this.gather(table, 0);
    // Only a table that may not split can be this full, and only keys chosen to collide fill one.
    if (count >= SLOTS - 1) assert(false, `a table of depth ${this.depthOf(table)} is full`);
    this.initTable(table, this.depthOf(table));
    for (let i = 0; i < count; i++) {
      const ref = this.scratch[i] as number;
      this.place(table, this.hashOfEntry(ref), ref);
    }
  }

  private split(hash: number): void {
    this.probe.mark("dict.split");
    const table = this.directory[this.directoryIndex(hash)] as number;
    const depth = this.depthOf(table) + 1;
    if (depth > this.depth) this.doubleDirectory();
    const count = this.gather(table, 0);
    const sibling = this.newTable(depth);
    this.initTable(table, depth);
    const cells = 1 << (this.depth - depth);
    const index = this.directoryIndex(hash);
    const first = index - (index % (cells << 1));
    this.directory.fill(sibling, first + cells, first + cells * 2);
    this.depths.fill(depth, first, first + cells * 2);
    if (depth === this.depth) this.tablesAtDepth += 2;
    for (let i = 0; i < count; i++) {
      const ref = this.scratch[i] as number;
      const itsHash = this.hashOfEntry(ref);
      this.place(((itsHash >>> (32 - depth)) & 1) === 0 ? table : sibling, itsHash, ref);
    }
  }

  private doubleDirectory(): void {
    const old = this.directory;
    const wider = new Int32Array(old.length * 2);
    const depths = new Uint8Array(old.length * 2);
    for (let i = 0; i < depths.length; i++) {
      wider[i] = old[i >>> 1] as number;
      depths[i] = this.depths[i >>> 1] as number;
    }
    this.directory = wider;
    this.depths = depths;
    this.depth++;
    this.tablesAtDepth = 0;
  }

  private maybeMerge(hash: number): void {
    for (;;) {
      const index = this.directoryIndex(hash);
      const table = this.directory[index] as number;
      const depth = this.depthOf(table);
      if (depth === 0) return;
      const cells = 1 << (this.depth - depth);
      const first = index - (index % (cells << 1));
      const low = this.directory[first] as number;
      const high = this.directory[first + cells] as number;
      if (this.depthOf(low) !== depth || this.depthOf(high) !== depth) return;
      if (this.countOf(low) + this.countOf(high) > this.mergeCount) return;
      this.probe.mark("dict.merge");
      const count = this.gather(high, this.gather(low, 0));
      if (depth === this.depth) this.tablesAtDepth -= 2;
      this.arena.free(high);
      this.tables--;
      this.initTable(low, depth - 1);
      this.directory.fill(low, first, first + cells * 2);
      this.depths.fill(depth - 1, first, first + cells * 2);
      for (let i = 0; i < count; i++) {
        const ref = this.scratch[i] as number;
        this.place(low, this.hashOfEntry(ref), ref);
      }
      if (this.tablesAtDepth === 0 && this.depth > 0) this.halveDirectory();
    }
  }

  private halveDirectory(): void {
    const narrow = new Int32Array(this.directory.length >>> 1);
    const depths = new Uint8Array(narrow.length);
    let deepest = 0;
    for (let i = 0; i < narrow.length; i++) {
      narrow[i] = this.directory[i * 2] as number;
      depths[i] = this.depths[i * 2] as number;
      if (depths[i] === this.depth - 1) deepest++;
    }
    this.directory = narrow;
    this.depths = depths;
    this.depth--;
    this.tablesAtDepth = deepest;
    if (deepest === 0 && this.depth > 0) this.halveDirectory();
  }

  private depthOf(table: Ref): number {
    return (this.arena.u8[segmentOf(table)] as Uint8Array)[byteOffset(table)] as number;
  }

  private countOf(table: Ref): number {
    return this.u16(table, COUNT_AT);
  }

  private gravesOf(table: Ref): number {
    return this.u16(table, GRAVES_AT);
  }

  private u16(table: Ref, index: number): number {
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const at = byteOffset(table) + index * 2;
    return (u8[at] as number) | ((u8[at + 1] as number) << 8);
  }

  private setCount(table: Ref, count: number): void {
    this.setU16(table, COUNT_AT, count);
  }

  private setGraves(table: Ref, graves: number): void {
    this.setU16(table, GRAVES_AT, graves);
  }

  private setU16(table: Ref, index: number, value: number): void {
    const u8 = this.arena.u8[segmentOf(table)] as Uint8Array;
    const at = byteOffset(table) + index * 2;
    u8[at] = value & 0xff;
    u8[at + 1] = value >>> 8;
  }
}

// The next eight bits below the table's own prefix.
function homeOf(hash: number, depth: number): number {
  return (hash << depth) >>> 24;
}

function tagOf(hash: number): number {
  const tag = hash & 0xff;
  return tag <= GRAVE ? tag + 2 : tag;
}
