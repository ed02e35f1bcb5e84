// Member table: one table of a member dict (member-dict.ts), as functions over its block.
//
//   table:     | depth u8 | slots u8 | count u16 | graves u16 | 0 u16 | tags | refs |
//
// A tag is 0 for a free slot, GRAVE for one that was in use while others probed past it, else bits of the member's hash.
// Invariants:
//   - a member stands at its home slot or behind it, with no free slot between; homes ascend with hashes.
//   - sizes are multiples of 4 and fit a size class closely.

import { type Arena, byteOffset, type Ref, segmentOf } from "./arena.ts";

/** Slots of a table, of 88, 168, 328, 628, 948 and 1268 bytes: the long ones fill blocks of 640, 960 and 1280. */
const SIZES = [16, 32, 64, 124, 188, 252] as const;
export const SLOTS_MIN = 16;
export const SLOTS_MAX = 252;
/** Where the tags begin; the references follow them. */
export const TAGS_AT = 8;
/** Tags above this one name a member. */
export const GRAVE = 1;

/** The cell in a slot, or 0. */
export function refInSlot(arena: Arena, table: Ref, slot: number): Ref {
  const base = byteOffset(table);
  const tag = (arena.u8[segmentOf(table)] as Uint8Array)[base + TAGS_AT + slot] as number;
  if (tag <= GRAVE) return 0;
  return (arena.i32[segmentOf(table)] as Int32Array)[refsStart(arena, table) + slot] as number;
}

/** The slot that names a cell, which must be there. */
export function slotOf(arena: Arena, table: Ref, hash: number, ref: Ref): number {
  const u8 = arena.u8[segmentOf(table)] as Uint8Array;
  const refs = arena.i32[segmentOf(table)] as Int32Array;
  const base = byteOffset(table);
  const refsAt = refsStart(arena, table);
  const slots = u8[base + 1] as number;
  let slot = homeOf(hash, u8[base] as number, slots);
  for (let step = 0; step < slots; step++) {
    const tag = u8[base + TAGS_AT + slot] as number;
    if (tag > GRAVE && refs[refsAt + slot] === ref) return slot;
    if (tag === 0) break;
    if (++slot === slots) slot = 0;
  }
  throw new Error(`assertion failed: member cell ${ref} is not in its table`);
}

/** Puts a cell with this hash into a free slot; there must be one. */
export function place(arena: Arena, table: Ref, hash: number, ref: Ref): void {
  const u8 = arena.u8[segmentOf(table)] as Uint8Array;
  const base = byteOffset(table);
  const tags = base + TAGS_AT;
  const slots = u8[base + 1] as number;
  let slot = homeOf(hash, u8[base] as number, slots);
  while ((u8[tags + slot] as number) > GRAVE) if (++slot === slots) slot = 0;
  if (u8[tags + slot] === GRAVE) setGraves(arena, table, gravesOf(arena, table) - 1);
  u8[tags + slot] = tagOf(hash);
  (arena.i32[segmentOf(table)] as Int32Array)[refsStart(arena, table) + slot] = ref;
  setCount(arena, table, countOf(arena, table) + 1);
}

/** Makes an empty table. */
export function newTable(arena: Arena, depth: number, slots: number): Ref {
  const table = arena.alloc(TAGS_AT + 5 * slots);
  initTable(arena, table, depth, slots);
  return table;
}

/** Empties a table. */
export function initTable(arena: Arena, table: Ref, depth: number, slots: number): void {
  const base = byteOffset(table);
  const u8 = arena.u8[segmentOf(table)] as Uint8Array;
  u8.fill(0, base, base + TAGS_AT + slots);
  u8[base] = depth;
  u8[base + 1] = slots;
}

const warmth = new Int32Array(1); // keeps reads ahead from being optimised away

/**
 * Collects a table's cells into `target` from `at` on; returns where they end. Each is about to be hashed or freed: a
 * byte of it is read at once, since these waits for memory overlap, and later ones come one after the other.
 */
export function gather(arena: Arena, table: Ref, target: Int32Array, at: number): number {
  const u8 = arena.u8[segmentOf(table)] as Uint8Array;
  const refs = arena.i32[segmentOf(table)] as Int32Array;
  const tags = byteOffset(table) + TAGS_AT;
  const refsAt = refsStart(arena, table);
  const slots = slotsOf(arena, table);
  const segments = arena.u8;
  let count = at;
  let touched = 0;
  for (let slot = 0; slot < slots; slot++) {
    if ((u8[tags + slot] as number) <= GRAVE) continue;
    const ref = refs[refsAt + slot] as number;
    target[count++] = ref;
    touched += (segments[segmentOf(ref)] as Uint8Array)[byteOffset(ref)] as number;
  }
  warmth[0] = touched;
  return count;
}

/** The word at which the references stand. */
export function refsStart(arena: Arena, table: Ref): number {
  return (byteOffset(table) + TAGS_AT + slotsOf(arena, table)) >>> 2;
}

export function depthOf(arena: Arena, table: Ref): number {
  return (arena.u8[segmentOf(table)] as Uint8Array)[byteOffset(table)] as number;
}

export function slotsOf(arena: Arena, table: Ref): number {
  return (arena.u8[segmentOf(table)] as Uint8Array)[byteOffset(table) + 1] as number;
}

export function countOf(arena: Arena, table: Ref): number {
  return (arena.data[segmentOf(table)] as DataView).getUint16(byteOffset(table) + 2, true);
}

function setCount(arena: Arena, table: Ref, count: number): void {
  (arena.data[segmentOf(table)] as DataView).setUint16(byteOffset(table) + 2, count, true);
}

export function gravesOf(arena: Arena, table: Ref): number {
  return (arena.data[segmentOf(table)] as DataView).getUint16(byteOffset(table) + 4, true);
}

function setGraves(arena: Arena, table: Ref, graves: number): void {
  (arena.data[segmentOf(table)] as DataView).setUint16(byteOffset(table) + 4, graves, true);
}

/** Empties a slot in use; returns how many are left. */
export function clearSlot(arena: Arena, table: Ref, slot: number): number {
  const u8 = arena.u8[segmentOf(table)] as Uint8Array;
  const tags = byteOffset(table) + TAGS_AT;
  const slots = slotsOf(arena, table);
  if (u8[tags + (slot + 1 === slots ? 0 : slot + 1)] === 0) {
    // Nothing probes past here: this slot and the graves before it become free.
    let clear = slot;
    u8[tags + clear] = 0;
    for (;;) {
      clear = clear === 0 ? slots - 1 : clear - 1;
      if (u8[tags + clear] !== GRAVE) break;
      u8[tags + clear] = 0;
      setGraves(arena, table, gravesOf(arena, table) - 1);
    }
  } else {
    u8[tags + slot] = GRAVE;
    setGraves(arena, table, gravesOf(arena, table) + 1);
  }
  const count = countOf(arena, table) - 1;
  setCount(arena, table, count);
  return count;
}

/**
 * The slot that a hash belongs to: the bits below the table's own prefix, scaled to its slots, so that homes ascend
 * with hashes. 24 bits times 8 bits do not overflow.
 */
export function homeOf(hash: number, depth: number, slots: number): number {
  return (((hash << depth) >>> 8) * slots) >>> 24;
}

/** The smallest hash, counted from the table's first, whose home is `home`. */
export function firstOfHome(home: number, depth: number, slots: number): number {
  return Math.ceil((Math.ceil((home * 2 ** 24) / slots) * 256) / 2 ** depth);
}

/** The size for a table of `count` that will rather grow than shrink. */
export function sizeFor(count: number): number {
  for (const slots of SIZES) if (count < (slots * 166) >> 8) return slots;
  return SLOTS_MAX;
}

export function nextSize(slots: number): number {
  for (const size of SIZES) if (size > slots) return size;
  return SLOTS_MAX;
}

export function previousSize(slots: number): number {
  for (let i = SIZES.length - 1; i > 0; i--) if ((SIZES[i] as number) < slots) return SIZES[i] as number;
  return SLOTS_MIN;
}

export function tagOf(hash: number): number {
  const tag = hash & 0xff;
  return tag <= GRAVE ? tag + 2 : tag;
}
