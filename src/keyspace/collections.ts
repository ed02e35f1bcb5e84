// Collections: what the large collections of a shard own beside their entries, from making to freeing.
//
//   entry's value   packed | count u16, below 0xffff | elements |
//                   large  | 0xffff u16 | root cell ref i32 |        (structures.ts says what a root cell holds)
//
// The root's name stays the same as long as the collection is large, so renaming, moving and expiring a key never
// touch what it holds. A collection that is removed is freed at once when small; else it joins the doomed ones, a
// chain of cells in the arena, which are freed in slices (Databases.freeSome).
// Invariants:
//   - a root belongs to exactly one entry, or to the chain of the doomed.
//   - nothing here is kept on the JavaScript heap per collection.

import { assert } from "../lib/assert.ts";
import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import type { HashSeed } from "../store/dict.ts";
import { valueAt } from "../store/entry.ts";
import { type Structure, structuresOf } from "./structures.ts";

/** What stands instead of a count when the collection is large. */
export const LARGE_MARK = 0xffff;
/** Bytes of a large collection's value. */
export const LARGE_BYTES = 6;
/** Bytes of the count in front of packed elements. */
export const COUNT_BYTES = 2;

/** Collections with more elements are freed in slices: 64 cells take a few microseconds. */
const FREED_AT_ONCE = 64;
const DOOMED_CELL_BYTES = 8; // | root ref | next cell ref |

export class Collections {
  /** Removed collections that are still to be freed. */
  doomedCount = 0;
  /** Objects freed in slices so far: INFO's lazyfreed_objects. */
  freedLater = 0;
  readonly arena: Arena;
  private readonly structures: readonly (Structure | undefined)[];
  private doomed: Ref = 0;
  // Roots that are being moved in slices (see `relocate`).
  private readonly moving: { root: Ref; cursor: number }[] = [];

  constructor(arena: Arena, seed: HashSeed) {
    this.arena = arena;
    this.structures = structuresOf(arena, seed);
  }

  /** Makes an empty large collection of a type; returns its root. */
  create(type: number): Ref {
    return this.structure(type).create(this.arena);
  }

  /** The root in the value at `valueStart`, or 0 when the value is packed. */
  static rootIn(data: DataView, valueStart: number): Ref {
    return data.getUint16(valueStart, true) === LARGE_MARK
      ? data.getInt32(valueStart + COUNT_BYTES, true)
      : 0;
  }

  /** Number of elements of a large collection. */
  size(root: Ref): number {
    return this.structureOf(root).size(this.arena, root);
  }

  /** Bytes of a large collection, judged by `samples` elements (0: all). */
  bytes(root: Ref, samples: number): number {
    return this.structureOf(root).bytes(this.arena, root, samples);
  }

  /** Copies a large collection to another shard or the same one; returns the copy's root. */
  copy(root: Ref, to: Collections): Ref {
    return this.structureOf(root).copy(this.arena, root, to.arena);
  }

  /** Frees what an entry owns beside its block: at once if it is little, else later. */
  release(entry: Ref): void {
    const at = valueAt(this.arena.u8[segmentOf(entry)] as Uint8Array, byteOffset(entry));
    const root = Collections.rootIn(this.arena.data[segmentOf(entry)] as DataView, at);
    if (root !== 0) this.releaseRoot(root);
  }

  /** As `release`, for a root that no entry names any more. */
  releaseRoot(root: Ref): void {
    const { arena } = this;
    const structure = this.structureOf(root);
    if (this.moving.length > 0) this.forgetMoving(root);
    if (structure.size(arena, root) <= FREED_AT_ONCE) {
      while (!structure.freeSome(arena, root, FREED_AT_ONCE));
      arena.free(root);
      return;
    }
    const cell = arena.alloc(DOOMED_CELL_BYTES);
    const words = arena.i32[segmentOf(cell)] as Int32Array;
    words[byteOffset(cell) >>> 2] = root;
    words[(byteOffset(cell) >>> 2) + 1] = this.doomed;
    this.doomed = cell;
    this.doomedCount++;
  }

  /** Frees about `count` blocks of doomed collections; false when there is none. */
  freeSome(count: number): boolean {
    const cell = this.doomed;
    if (cell === 0) return false;
    const { arena } = this;
    const words = arena.i32[segmentOf(cell)] as Int32Array;
    const root = words[byteOffset(cell) >>> 2] as number;
    if (this.structureOf(root).freeSome(arena, root, count)) {
      this.doomed = words[(byteOffset(cell) >>> 2) + 1] as number;
      this.doomedCount--;
      this.freedLater++;
      arena.free(root);
      arena.free(cell);
    }
    return true;
  }

  /** Forgets everything without freeing: the arena was dropped. */
  reset(): void {
    this.freedLater += this.doomedCount;
    this.doomed = 0;
    this.doomedCount = 0;
    this.moving.length = 0;
  }

  /**
   * During an evacuation: moves the root of the large collection in `entry`, if it has one, and lists the collection
   * for `moveSome`.
   */
  relocate(entry: Ref): void {
    const { arena } = this;
    const data = arena.data[segmentOf(entry)] as DataView;
    const at = valueAt(arena.u8[segmentOf(entry)] as Uint8Array, byteOffset(entry));
    let root = Collections.rootIn(data, at);
    if (root === 0 || this.moving.some((each) => each.root === root)) return;
    if (arena.shouldMove(root)) {
      root = arena.move(root);
      data.setInt32(at + COUNT_BYTES, root, true);
    }
    this.moving.push({ root, cursor: 0 });
  }

  /** Moves one piece of a listed collection (a table with its cells, a leaf with its blocks); false when none is left. */
  moveSome(): boolean {
    const last = this.moving[this.moving.length - 1];
    if (last === undefined) return false;
    last.cursor = this.structureOf(last.root).relocate(this.arena, last.root, last.cursor);
    if (last.cursor === Number.POSITIVE_INFINITY) this.moving.pop();
    return true;
  }

  private forgetMoving(root: Ref): void {
    const index = this.moving.findIndex((each) => each.root === root);
    if (index >= 0) this.moving.splice(index, 1);
  }

  private structureOf(root: Ref): Structure {
    return this.structure((this.arena.u8[segmentOf(root)] as Uint8Array)[byteOffset(root)] as number);
  }

  private structure(type: number): Structure {
    const structure = this.structures[type];
    if (structure === undefined) assert(false, `no structure for values of type ${type}`);
    return structure as Structure;
  }
}
