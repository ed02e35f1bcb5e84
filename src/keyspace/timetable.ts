// Timetable: which fields of one hash expire, and when. It exists only while some field does.
//
//   cell of 24 bytes, named by the hash's root cell (structures.ts)
//   | entry ref i32 | position i32 | tree 12 | 0 |
//
//   tree        the cells of the fields that expire, ordered by time (store/score-tree.ts)
//   position    where the timetable stands in its database's index by the earliest of these times (field-expiries.ts);
//               NOT_LISTED while it stands in none
//   entry       the key's entry, while it is listed: from it follow key and root
//
// Entry and position come first because the index writes positions into the second word of what it lists.

import { type Arena, byteOffset, type Ref, segmentOf } from "../store/arena.ts";
import { CountedTree, TREE_ROOT_BYTES } from "../store/counted-tree.ts";
import { DICT_ROOT_BYTES } from "../store/member-dict.ts";

/** Where a large hash's root cell names its timetable; 0 when it has none. */
export const HASH_TIMETABLE_AT = DICT_ROOT_BYTES;
/** Where the tree's header stands in a timetable. */
export const TIMES_TREE_AT = 8;
export const NOT_LISTED = -1;

const TIMETABLE_BYTES = TIMES_TREE_AT + TREE_ROOT_BYTES;

/** The timetable of a large hash, or 0. */
export function timetableOf(arena: Arena, root: Ref): Ref {
  return (arena.i32[segmentOf(root)] as Int32Array)[(byteOffset(root) + HASH_TIMETABLE_AT) >>> 2] as number;
}

/** Makes the hash at `root`, which has none, an empty timetable that is not listed. */
export function makeTimetable(arena: Arena, root: Ref): Ref {
  const timetable = arena.alloc(TIMETABLE_BYTES);
  setEntryOf(arena, timetable, 0);
  setPositionOf(arena, timetable, NOT_LISTED);
  CountedTree.init(arena, timetable, TIMES_TREE_AT);
  nameTimetable(arena, root, timetable);
  return timetable;
}

/** Makes the root cell name another timetable, or with 0 none. */
export function nameTimetable(arena: Arena, root: Ref, timetable: Ref): void {
  (arena.i32[segmentOf(root)] as Int32Array)[(byteOffset(root) + HASH_TIMETABLE_AT) >>> 2] = timetable;
}

export function entryOf(arena: Arena, timetable: Ref): Ref {
  return (arena.i32[segmentOf(timetable)] as Int32Array)[byteOffset(timetable) >>> 2] as number;
}

export function setEntryOf(arena: Arena, timetable: Ref, entry: Ref): void {
  (arena.i32[segmentOf(timetable)] as Int32Array)[byteOffset(timetable) >>> 2] = entry;
}

export function positionOf(arena: Arena, timetable: Ref): number {
  return (arena.i32[segmentOf(timetable)] as Int32Array)[(byteOffset(timetable) >>> 2) + 1] as number;
}

export function setPositionOf(arena: Arena, timetable: Ref, position: number): void {
  (arena.i32[segmentOf(timetable)] as Int32Array)[(byteOffset(timetable) >>> 2) + 1] = position;
}
